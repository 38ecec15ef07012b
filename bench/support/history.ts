/** A month of deliveries, made in bulk. */

import type pg from 'pg';
import { systemClock } from '../../src/lib/clock.ts';
import { ADD_DELIVERIES, ADD_IMPORTS, ADD_WEBHOOKS, CREATE_ID_AT } from './history.sql.ts';

/** How much there is to be. */
export interface History {
  readonly organizationId: string;
  /** At least two. */
  readonly webhooks: number;
  readonly deliveries: number;
  /** Says how far it is. */
  readonly progress: (text: string) => void;
}

/** Deliveries made in one statement. */
const STEP = 100_000;

/** Fills a database that has the tables and nothing in them, and leaves it to be analysed. */
export async function fillHistory(client: pg.ClientBase, history: History): Promise<void> {
  const { organizationId, webhooks, deliveries, progress } = history;
  await client.query(CREATE_ID_AT);
  for (const statement of ADD_WEBHOOKS) await client.query(statement, [organizationId, webhooks]);
  const begunAt = systemClock.now().getTime() - 30 * 86_400_000;
  for (let from = 0; from < deliveries; from += STEP) {
    const to = Math.min(from + STEP, deliveries);
    const range = [organizationId, deliveries, from, to, begunAt];
    for (const statement of ADD_IMPORTS) await client.query(statement, range);
    await client.query(ADD_DELIVERIES, [...range, webhooks]);
    progress(`${to} deliveries`);
  }
}

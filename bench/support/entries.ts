/** Entries of the delivery log, written at a pace. */

import type { App } from '../../src/app.ts';
import { APPEND_ENTRIES, entriesFor } from '../../src/delivery/log-append.sql.ts';
import { keepPace, type Pace } from './pace.ts';

/** How many are written together, as a busy dispatcher does. */
const TOGETHER = 10;

/** Deliveries that they are about, in turn. */
const DELIVERIES = `select id from delivery where organization_id = $1::uuid order by id desc limit 20000`;

/** An entry for each of the deliveries `$1`, whose reasons number them from `$2` on. */
const APPEND = `${APPEND_ENTRIES}
  ${entriesFor('delivery join unnest($1::uuid[]) with ordinality picked (id, place) using (id)', {
    kind: 'RESUMED',
    reason: `('entry ' || ($2::bigint + place))`,
  })}
  order by place`;

/** Writes numbered entries. */
export interface EntryWriter {
  /** How many have been written. */
  readonly written: number;
  /** Writes on, at the pace: `entry 1`, `entry 2` and so on are their reasons. */
  write(pace: Pace): Promise<void>;
}

/** Writes about the newest deliveries of an organization. */
export function createEntryWriter({ db, signals }: Pick<App, 'db' | 'signals'>, organizationId: string): EntryWriter {
  let written = 0;
  let begun = 0;

  return {
    get written() {
      return written;
    },
    async write({ perSecond, seconds }) {
      const deliveries = await db.query<{ id: string }>(DELIVERIES, [organizationId]);
      await keepPace({ perSecond: perSecond / TOGETHER, seconds }, async () => {
        const from = begun;
        begun += TOGETHER;
        const ids = Array.from({ length: TOGETHER }, (_, index) => deliveries[(from + index) % deliveries.length]?.id);
        await db.query(APPEND, [ids, from]);
        written += TOGETHER;
        signals.emit('log.appended', [organizationId]);
      });
    },
  };
}

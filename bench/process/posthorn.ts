/** Posthorn, opened as its commands open it, and run part by part. */

import { setTimeout as delay } from 'node:timers/promises';
import { openApp, type RunningProcess, runParts } from '../../src/command/run.ts';
import { readConfig } from '../../src/config.ts';
import { createDispatcher } from '../../src/delivery/dispatcher.ts';
import { reportImports } from '../../src/import/report.ts';
import type { Service } from '../../src/lib/service.ts';
import { createOrganization } from '../../src/organization/organization.ts';
import { createWebhook } from '../../src/webhook/webhook.ts';
import { webhookInput } from '../../src/webhook/webhook-input.ts';
import { answerCalls } from '../support/child.ts';
import { machineMs } from '../support/clock.ts';
import { exampleImport, IMPORT_IDENTIFIER } from '../support/example.ts';

const app = await openApp(readConfig(process.env));
let running: RunningProcess | undefined;
let dispatcher: Service | undefined;

const calls = answerCalls(
  {
    /** Makes an organization with one webhook that goes to `receiverUrl`. */
    async prepare(receiverUrl: string): Promise<{ organizationId: string; key: string }> {
      const { organization, key } = await createOrganization(app, { name: 'Bench' });
      const input = webhookInput.parse({
        url: receiverUrl,
        developmentMode: false,
        importIdentifiers: [IMPORT_IDENTIFIER],
      });
      await createWebhook(app, organization.id, input);
      return { organizationId: organization.id, key };
    },
    /** Runs the API, and with it a dispatcher or not, and answers with its URL. */
    async serve(parts: { dispatcher: boolean }): Promise<string> {
      running = await runParts(app, { api: true, ...parts });
      if (!running.url) throw new Error('an API without a URL');
      return running.url;
    },
    /** Reports `count` imports, as the bulk mutation does, 500 at a time. */
    async fill({ organizationId, count }: { organizationId: string; count: number }): Promise<void> {
      for (let left = count; left > 0; left -= 500) {
        const imports = Array.from({ length: Math.min(left, 500) }, exampleImport);
        await reportImports(app, organizationId, 'import_completed', imports);
      }
    },
    /** Starts a dispatcher, as `dispatcher` does. */
    async dispatch(): Promise<void> {
      dispatcher = createDispatcher(app);
      await dispatcher.start();
    },
    /** Waits until nothing is pending, and answers with the instant at which it was so. */
    async settled(): Promise<number> {
      while (await isPending()) await delay(2);
      return machineMs();
    },
    /** Stops the dispatcher, and answers with how many deliveries there are that were delivered, by table and log. */
    async halt(): Promise<{ delivered: number; logged: number }> {
      await dispatcher?.stop(AbortSignal.timeout(5_000));
      const [counted] = await app.db.query<{ delivered: number; logged: number }>(
        `select
          (select count(*)::int from delivery where status = 'DELIVERED') as delivered,
          (select count(*)::int from delivery_log_entry where kind = 'DELIVERED') as logged`,
      );
      if (!counted) throw new Error('nothing was counted');
      return counted;
    },
  },
  async () => {
    await running?.stop(AbortSignal.timeout(5_000));
    if (!running) await app.db.close();
  },
);

async function isPending(): Promise<boolean> {
  const rows = await app.db.query(`select from delivery where status = 'PENDING' limit 1`);
  return rows.length > 0;
}

/** What this process can be asked. */
export type PosthornCalls = typeof calls;

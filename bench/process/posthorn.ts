/** Posthorn, opened as its commands open it: run part by part, or only to prepare what the server's processes work on. */

import '../../src/lib/young-generation.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { openApp, type RunningProcess, runParts } from '../../src/command/run.ts';
import { readConfig } from '../../src/config.ts';
import { createDispatcher } from '../../src/delivery/dispatcher.ts';
import { type DueDestination, dueHint } from '../../src/delivery/due.ts';
import { reportImports } from '../../src/import/report.ts';
import type { Service } from '../../src/lib/service.ts';
import { createOrganization } from '../../src/organization/organization.ts';
import { createWebhook } from '../../src/webhook/webhook.ts';
import { webhookInput } from '../../src/webhook/webhook-input.ts';
import * as bulk from '../support/bulk.sql.ts';
import { answerCalls } from '../support/child.ts';
import { machineMs } from '../support/clock.ts';
import { type Cost, costSoFar, countStatements } from '../support/cost.ts';
import { createEntryWriter, type EntryWriter } from '../support/entries.ts';
import { exampleImport, IMPORT_IDENTIFIER } from '../support/example.ts';
import { type LeaseCost, measureLeaseCost } from '../support/lease-cost.ts';
import { keepPace, type Pace, type Published } from '../support/pace.ts';
import { beginProfile, endProfile, type PartCost } from '../support/profile.ts';
import { beginStatements, endStatements } from '../support/profile-statements.ts';
import { skipIdleTime, untilIdle } from '../support/simulated-time.ts';

const app = await openApp(readConfig({ MAX_SOCKETS_PER_KEY: '10000', ...process.env }));
let running: RunningProcess | undefined;
let dispatcher: Service | undefined;
let writer: EntryWriter | undefined;

/** An organization with webhooks: those of the route `i` listen to the import identifier `identifiers[i]`. */
export interface Prepared {
  readonly organizationId: string;
  readonly key: string;
  readonly identifiers: readonly string[];
  /** In the order of the routes and of their URLs. */
  readonly webhooks: readonly { readonly id: string; readonly destinationId: string }[];
}

const calls = answerCalls(
  {
    /** Makes an organization with one webhook that goes to `receiverUrl`. */
    async prepare(receiverUrl: string): Promise<{ organizationId: string; key: string }> {
      return await prepareRoutes([[receiverUrl]], () => IMPORT_IDENTIFIER);
    },
    /** Makes an organization with a webhook for each URL of each route. */
    async prepareRoutes(routes: readonly (readonly string[])[]): Promise<Prepared> {
      return await prepareRoutes(routes, (route) => `route-${route}`);
    },
    /** Runs the API, and with it a dispatcher or not, and answers with its URL. */
    async serve(parts: { dispatcher: boolean }): Promise<string> {
      running = await runParts(app, { api: true, ...parts });
      if (!running.url) throw new Error('an API without a URL');
      return running.url;
    },
    /** Reports `count` imports, as the bulk mutation does, 500 at a time, for the identifiers in turn. */
    async fill(job: { organizationId: string; count: number; identifiers?: readonly string[] }): Promise<void> {
      const { organizationId, count, identifiers = [IMPORT_IDENTIFIER] } = job;
      const imports = Array.from({ length: count }, (_, index) =>
        exampleImport(identifiers[index % identifiers.length]),
      );
      for (let done = 0; done < count; done += 500) {
        await reportImports(app, organizationId, 'import_completed', imports.slice(done, done + 500));
      }
    },
    /** Reports imports at the pace, without an API. */
    async report({ organizationId, ...pace }: { organizationId: string } & Pace): Promise<Published[]> {
      const published: Published[] = [];
      await keepPace(pace, async () => {
        const dataImport = exampleImport();
        published.push({ id: dataImport.importId, route: 0, atMs: machineMs() });
        await reportImports(app, organizationId, 'import_completed', [dataImport]);
      });
      return published;
    },
    /** Writes entries of the delivery log at the pace, see {@link EntryWriter}. */
    async writeEntries({ organizationId, ...pace }: { organizationId: string } & Pace): Promise<void> {
      writer ??= createEntryWriter(app, organizationId);
      await writer.write(pace);
    },
    /** How many have been written so far. */
    writtenEntries: () => writer?.written ?? 0,
    /** From now on statements are part of what this process costs. */
    countStatements: () => countStatements(),
    cost: (): Cost => costSoFar(),
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
      return await countDelivered();
    },
    /** How many deliveries there are that were delivered, by table and log. */
    delivered: () => countDelivered(),
    /** Lets nothing through to the organization's destinations. */
    async hold(organizationId: string): Promise<void> {
      await app.db.query(bulk.HOLD, [organizationId]);
    },
    /** Lets everything through again, and tells the dispatchers. */
    async release(organizationId: string): Promise<void> {
      const released = await app.db.query<DueDestination>(bulk.RELEASE, [organizationId]);
      app.signals.emit('destination.due', released.map(dueHint));
    },
    untilIdle: () => untilIdle(app),
    skipIdleTime: (mostMs: number) => skipIdleTime(app, mostMs),
    /** From now on no table is vacuumed or analysed unless somebody says so. */
    async neverVacuum(): Promise<void> {
      for (const statement of bulk.NEVER_VACUUM) await app.db.query(statement);
    },
    async analyse(): Promise<void> {
      await app.db.query('analyze');
    },
    /** Has PostgreSQL write to disk what it has in memory, if we may ask it to, so that it does not do so while we measure. */
    async writeOut(): Promise<void> {
      await app.db.query('checkpoint').catch(() => undefined);
    },
    /** Makes `count` destinations for {@link addRetries}, like the webhook's. */
    async addLanes({ webhookId, count }: { webhookId: string; count: number }): Promise<void> {
      await app.db.query(bulk.CREATE_LANES);
      await app.db.query(bulk.NUMBER_LANES, [count]);
      for (const copy of bulk.COPY_LANES) await app.db.query(copy, [webhookId]);
    },
    /** Schedules retries, those numbered from `from` to before `to`, on the lanes in turn. */
    async addRetries({ webhookId, from, to }: { webhookId: string; from: number; to: number }): Promise<void> {
      await app.db.query(bulk.ADD_RETRIES, [webhookId, from, to]);
    },
    /** Puts `count` due deliveries before the webhook. There must have been one. */
    async addDue({ webhookId, count }: { webhookId: string; count: number }): Promise<void> {
      await app.db.query(bulk.ADD_DUE, [webhookId, count]);
    },
    /** Makes the destination as new as `like` is, of the same organization: no failures, no leases. */
    async renewDestination({ destinationId, like }: { destinationId: string; like: string }): Promise<void> {
      for (const statement of bulk.RENEW_DESTINATION) await app.db.query(statement, [destinationId, like]);
    },
    async forget(webhookIds: readonly string[]): Promise<void> {
      await app.db.query(bulk.FORGET_DELIVERIES, [webhookIds]);
    },
    leaseCost: (job: { destinationIds: readonly string[]; slots: number }): Promise<LeaseCost> =>
      measureLeaseCost(app, job),
    /** Watches where this process and its database spend their time. */
    async beginProfile(): Promise<void> {
      await beginStatements(app.db);
      await beginProfile();
    },
    /** What it was spent on; writes the profile to `file`. */
    async endProfile(file: string): Promise<{ parts: PartCost[]; statements: PartCost[] | undefined }> {
      return { parts: await endProfile(file), statements: await endStatements(app.db) };
    },
  },
  async () => {
    await running?.stop(AbortSignal.timeout(5_000));
    if (!running) await app.db.close();
  },
);

async function prepareRoutes(
  routes: readonly (readonly string[])[],
  identify: (route: number) => string,
): Promise<Prepared> {
  const { organization, key } = await createOrganization(app, { name: `Bench ${machineMs()}` });
  const identifiers = routes.map((_, route) => identify(route));
  const webhooks: Prepared['webhooks'][number][] = [];
  for (const [route, urls] of routes.entries()) {
    for (const url of urls) {
      const input = webhookInput.parse({ url, developmentMode: false, importIdentifiers: [identifiers[route]] });
      const { webhook } = await createWebhook(app, organization.id, input);
      webhooks.push({ id: webhook.id, destinationId: webhook.destinationId });
    }
  }
  return { organizationId: organization.id, key, identifiers, webhooks };
}

async function isPending(): Promise<boolean> {
  const rows = await app.db.query(`select from delivery where status = 'PENDING' limit 1`);
  return rows.length > 0;
}

async function countDelivered(): Promise<{ delivered: number; logged: number }> {
  const [counted] = await app.db.query<{ delivered: number; logged: number }>(
    `select
      (select count(*)::int from delivery where status = 'DELIVERED') as delivered,
      (select count(*)::int from delivery_log_entry where kind = 'DELIVERED') as logged`,
  );
  if (!counted) throw new Error('nothing was counted');
  return counted;
}

/** What this process can be asked. */
export type PosthornCalls = typeof calls;

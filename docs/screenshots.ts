/** Takes the screenshots of the documentation: `npm run screenshots`, on a throw-away server with receivers of its own. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../src/database/open.ts';
import { systemClock } from '../src/lib/clock.ts';
import { createLogger } from '../src/lib/logger.ts';
import { generateApiKey } from '../src/organization/api-key.ts';
import { launchBrowser, openTab } from '../test/support/browser.ts';
import { ask, type Caller } from '../test/support/client.ts';
import { spawnProgram } from '../test/support/program.ts';
import { startReceiver } from '../test/support/receiver.ts';

const IMAGES = fileURLToPath(new URL('images/', import.meta.url));

/** What is taken, by the name of its file: which address in which theme, and the text that says that it is there. */
const SHOTS = {
  overview: { path: '/overview', text: 'Warehouse', colorScheme: 'light' },
  webhooks: { path: '/webhooks', text: 'Warehouse', colorScheme: 'light' },
  log: { path: '/log', text: 'Attempt failed', colorScheme: 'dark' },
} as const;

/** Deliveries in the pictures. */
const IMPORTS = 16;

const directory = await mkdtemp(join(tmpdir(), 'posthorn-screenshots-'));
const dataDir = join(directory, 'data');
const key = generateApiKey();
try {
  await withServer(fill);
  await addHistory();
  await withServer(takeAll);
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function withServer(work: (caller: Caller) => Promise<void>): Promise<void> {
  const program = spawnProgram(['start'], {
    PORT: '0',
    DATA_DIR: dataDir,
    INITIAL_ADMIN_KEY: key,
    ALLOWED_NETWORKS: '127.0.0.0/8',
    LOG_LEVEL: 'silent',
  });
  try {
    const [, url = ''] = await program.wrote(/Open +(http:\S+)\s/);
    await work({ url, key });
  } finally {
    program.kill('SIGKILL');
    await program.ended();
  }
}

async function fill(caller: Caller): Promise<void> {
  await using well = await startReceiver([{ body: '{"received":true}' }]);
  await using down = await startReceiver([{ status: 500, body: '{"error":"the database is down"}' }]);
  await using flaky = await startReceiver((_request, response, index) =>
    response.writeHead(index % 5 === 3 ? 503 : 204).end(),
  );
  await makeWebhook(caller, { url: `${well.url}/hooks/imports`, description: 'CRM contacts' });
  await makeWebhook(caller, {
    url: `${flaky.url}/v2/imports`,
    description: 'Billing',
    retryScheduleSeconds: [1, 2, 3],
  });
  await makeWebhook(caller, { url: `${well.url}/staging`, description: 'Staging', developmentMode: true });
  await makeWebhook(caller, { url: `${down.url}/ingest`, description: 'Warehouse' });
  for (let index = 0; index < IMPORTS; index += 1) {
    await ask(caller, 'mutation ($input: ImportCompletedInput!) { importCompleted(input: $input) { __typename } }', {
      input: {
        importId: crypto.randomUUID(),
        filename: 'contacts.csv',
        importIdentifier: 'contacts',
        developmentMode: index % 5 === 4,
        numDataRows: 433,
        hasData: true,
      },
    });
    await systemClock.sleep(250);
  }
  await flaky.waitFor(IMPORTS);
  await systemClock.sleep(3_000);
}

/** An hour of counts before those of the last seconds, as a busy organization has them. */
async function addHistory(): Promise<void> {
  const config = { databaseUrl: undefined, databaseConnections: 1, dataDir };
  const db = await openDatabase(config, createLogger('silent'));
  await db.query(`
    insert into delivery_stat (
      organization_id, subject_id, bucket, starts_at, scheduled, delivered, failed, cancelled, superseded,
      attempts_succeeded, attempts_failed, latency
    )
    select
      organization.id, organization.id, 'MINUTE', date_trunc('minute', now()) - minute * interval '1 minute',
      arrived + failed, arrived, failed, 0, minute % 9 / 8, arrived, failed * 3,
      array_fill(0, array[20 + arrived / 12]) || arrived || array_fill(0, array[10 + minute % 11 / 4]) || arrived / 9 + failed
    from organization
    cross join (
      select minute, round(34 + 16 * sin(minute / 7.0))::int as arrived, greatest(0, 5 - abs(minute - 24)) as failed
      from generate_series(1, 59) minute
    ) history
    on conflict do nothing`);
  await db.close();
}

async function makeWebhook(caller: Caller, input: object): Promise<void> {
  await ask(caller, 'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { __typename } }', {
    input: { importIdentifiers: ['contacts'], ...input },
  });
}

async function takeAll({ url, key: password }: Caller): Promise<void> {
  const browser = await launchBrowser();
  try {
    for (const [name, { path, text, colorScheme }] of Object.entries(SHOTS)) {
      await using tab = await openTab(browser, url, { colorScheme, viewport: { width: 1280, height: 720 } });
      await tab.page.goto(`${url}${path}#key=${password}`);
      await tab.page.getByText(text).first().waitFor();
      // The names of the webhooks come one by one.
      await tab.page.waitForLoadState('networkidle');
      await tab.page.screenshot({ path: join(IMAGES, `${name}.png`) });
    }
  } finally {
    await browser.close();
  }
}

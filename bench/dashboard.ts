/**
 * `node bench/dashboard.ts`: whether the dashboard stays quick, and its tab small, with 10,000 webhooks, a million
 * deliveries and 200 entries of the delivery log a second for ten minutes, in a real browser on a real server. Prints how
 * long each page takes, and a line for each minute of the log. Fails when the log has a gap, or the tab grows.
 */

import '../prisma/check-node.js';
import { Command, InvalidArgumentError } from 'commander';
import pg from 'pg';
import { launchBrowser, openTab } from '../test/support/browser.ts';
import { watchLog } from './dashboard/log.ts';
import { measurePages } from './dashboard/pages.ts';
import type { PosthornCalls } from './process/posthorn.ts';
import { findServer } from './support/database.ts';
import { ADD_LOG_ENTRIES } from './support/history.sql.ts';
import { fillHistory } from './support/history.ts';
import { withSetting } from './support/setting.ts';
import { watchTab } from './support/tab.ts';

const program = new Command('node bench/dashboard.ts')
  .description('Whether the dashboard stays quick and small; on the PostgreSQL server at BENCH_DATABASE_URL.')
  .option('--webhooks <count>', 'how many there are', parseCount, 10_000)
  .option('--deliveries <count>', 'how many there are', parseCount, 1_000_000)
  .option('--per-second <count>', 'entries written to the log in a second', parseCount, 200)
  .option('--minutes <count>', 'for how long', Number, 10)
  .parse();
const { webhooks, deliveries, perSecond, minutes } = program.opts<{
  webhooks: number;
  deliveries: number;
  perSecond: number;
  minutes: number;
}>();

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('The bench was interrupted.')));

const server = await findServer(process.env);
try {
  const faults = await withSetting(
    {
      database: 'postgresql',
      server,
      scale: 1,
      peers: [],
      progress,
      profileDirectory: undefined,
      signal: interrupted.signal,
    },
    async (setting) => {
      const environment = { DATABASE_URL: await setting.createDatabase(), RETENTION_DAYS: '0' };
      const posthorn = await setting.start<PosthornCalls>('posthorn', environment);
      const { organizationId, key } = await posthorn.call('prepare', 'http://127.0.0.1:9/');
      const known = await fill(environment.DATABASE_URL, organizationId);
      const { url } = await setting.serve('start', environment);

      const browser = await launchBrowser();
      try {
        await using tab = await openTab(browser, url);
        tab.page.setDefaultTimeout(60_000); // what is slow is to be printed
        const watched = await watchTab(tab.page);
        await tab.page.goto(`${url}/keys#key=${key}`);
        await tab.page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor();
        print(`${webhooks} webhooks, ${deliveries} deliveries, ${server.about}, Chromium ${browser.version()}\n`);
        await measurePages({ page: tab.page, watched, known, print });
        const faultsOfLog = await watchLog({
          page: tab.page,
          watched,
          minutes,
          perSecond,
          print,
          write: (pace) => posthorn.call('writeEntries', { organizationId, ...pace }),
          written: () => posthorn.call('writtenEntries'),
        });
        return [...faultsOfLog, ...tab.troubles];
      } finally {
        await browser.close();
      }
    },
  );
  if (faults.length > 0) throw new Error(faults.join('\n'));
} finally {
  await server.close();
}

/** Fills the database, and answers with the ids of a webhook with a third of all deliveries, and of one of them. */
async function fill(url: string, organizationId: string): Promise<{ webhookId: string; deliveryId: string }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await fillHistory(client, { organizationId, webhooks, deliveries, progress });
    await client.query(ADD_LOG_ENTRIES, [organizationId]);
    progress('the log of them');
    await client.query('vacuum analyze');
    const { rows } = await client.query<{ webhook: string; delivery: string }>(
      `select replace(webhook_id::text, '-', '') as webhook, replace(id::text, '-', '') as delivery from delivery
      where webhook_id = bench_id_at(0, 'webhook0') order by id desc limit 1`,
    );
    return { webhookId: `whk_${rows[0]?.webhook}`, deliveryId: `dlv_${rows[0]?.delivery}` };
  } finally {
    await client.end();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 10) return count;
  throw new InvalidArgumentError('It must be at least 10.');
}

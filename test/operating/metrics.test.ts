import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import type { Database } from '../../src/database/database.ts';
import { openPostgresql } from '../../src/database/postgresql.ts';
import { COUNT_BACKLOG } from '../../src/delivery/backlog.sql.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { measureProcess } from '../../src/operating/metrics.ts';
import { createWatchServer } from '../../src/operating/watch-server.ts';
import { watchDatabase } from '../delivery/log-entries.ts';
import { cancelDelivery, theDeliveryOf } from '../delivery/manual.ts';
import { seen, watchLog } from '../delivery/observe.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';

const TOKEN = 'token-of-our-monitoring';

/** What is scraped: the samples by their name with labels, as Prometheus writes them. */
async function scrape(url: string, headers: Record<string, string> = {}): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${url}/metrics`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** The same app, as another process would have it, on this database. */
function appOn(app: TestApp, db: Database) {
  return createApp({ ...app, db, encryptionKey: randomBytes(32) });
}

let app: TestApp;
let receiver: Receiver;

beforeEach(async () => {
  app = await createTestApp();
  receiver = await startReceiver();
});

afterEach(async () => {
  await app.close();
  await receiver.close();
});

describe('the metrics', () => {
  test('count attempts by outcome and reason, and how long they, leases and settlements took', async () => {
    receiver.answerWith([200, 500]);
    await givenWebhook(app, { url: receiver.url });
    await using log = watchLog(app);
    await app.startDispatcher();
    await reportCompleted(app, { importId: 'one' });
    await log.until(seen('DELIVERED'));
    await reportCompleted(app, { importId: 'two' });
    await log.until(seen('ATTEMPT_FAILED'));

    const samples = await scrape(app.url);

    expect(samples.get('posthorn_attempts_total{outcome="succeeded",error_code=""}')).toBe(1);
    expect(samples.get('posthorn_attempts_total{outcome="failed",error_code="HTTP_STATUS"}')).toBe(1);
    expect(samples.get('posthorn_attempt_duration_seconds_count{outcome="failed"}')).toBe(1);
    expect(samples.get('posthorn_deliveries_leased_total')).toBe(2);
    expect(samples.get('posthorn_lease_duration_seconds_count')).toBeGreaterThanOrEqual(2);
    expect(samples.get('posthorn_settle_duration_seconds_count')).toBe(2);
    expect(samples.get('posthorn_leases_lost_total')).toBe(0);
  });

  test('count attempts under way, and leases that were lost meanwhile', async () => {
    const answered = Promise.withResolvers<void>();
    receiver.answerWith([{ delay: answered.promise }]);
    await givenWebhook(app, { url: receiver.url });
    await using log = watchLog(app);
    await app.startDispatcher();
    await reportCompleted(app, { importId: 'one' });
    await receiver.nextRequest();

    expect((await scrape(app.url)).get('posthorn_attempts_in_flight')).toBe(1);

    await cancelDelivery(app, await theDeliveryOf(app, 'one'));
    answered.resolve();
    await log.until(seen('ATTEMPT_SUCCEEDED'));
    await expect.poll(async () => (await scrape(app.url)).get('posthorn_attempts_in_flight')).toBe(0);
    expect((await scrape(app.url)).get('posthorn_leases_lost_total')).toBe(1);
  });

  test('count reports by what became of them', async () => {
    await reportCompleted(app);
    await reportCompleted(app);
    await reportCompleted(app);
    await reportCompleted(app, { filename: 'another.csv' });

    const samples = await scrape(app.url);

    expect(samples.get('posthorn_reports_total{result="accepted"}')).toBe(1);
    expect(samples.get('posthorn_reports_total{result="duplicate"}')).toBe(2);
    expect(samples.get('posthorn_reports_total{result="refused"}')).toBe(1);
  });

  test('say what waits, and for how long (G57)', async () => {
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app, { importId: 'one' });
    await app.clock.advance(90_000);

    const samples = await scrape(app.url);

    expect(samples.get('posthorn_backlog_age_seconds')).toBeGreaterThanOrEqual(90);
    expect(samples.get('posthorn_deliveries_due')).toBe(1);
    expect(samples.get('posthorn_deliveries_pending')).toBe(1);
    expect(samples.get('posthorn_database_up')).toBe(1);
  });

  test('count subscribers to the delivery log, and say how far behind they are', async () => {
    await givenWebhook(app, { url: receiver.url });
    await using log = watchLog(app);
    await reportCompleted(app, { importId: 'one' });
    await log.until(seen('SCHEDULED'));
    await reportCompleted(app, { importId: 'two' });
    await log.until(seen('SCHEDULED', 2));

    const samples = await scrape(app.url);

    expect(samples.get('posthorn_log_stream_subscribers')).toBe(1);
    expect(samples.get('posthorn_log_stream_lag_seconds_count')).toBeGreaterThanOrEqual(1);
  });

  test('ask the database for the backlog once, however many scrape at the same time', async () => {
    const db = watchDatabase(app.db);
    const { metrics } = appOn(app, db);

    await Promise.all(Array.from({ length: 5 }, () => metrics.registry.metrics()));
    await metrics.registry.metrics();

    expect(db.statements.filter((statement) => statement === COUNT_BACKLOG)).toHaveLength(1);
  });

  test('say that the database is away, and nothing about what waits in it', async () => {
    const away = openPostgresql('postgresql://127.0.0.1:1/away', 1, createLogger('silent'));
    const { metrics } = appOn(app, away);

    const text = await metrics.registry.metrics();
    await away.close();

    expect(text).toMatch(/^posthorn_database_up 0$/m);
    expect(text).not.toMatch(/^posthorn_(backlog_age_seconds|deliveries_due|deliveries_pending) /m);
    expect(text).toMatch(/^posthorn_attempts_in_flight 0$/m);
    expect(text).toMatch(/^posthorn_database_connections\{pool="deliveries",state="busy"\} /m);
  });

  test('are of one app: another in the same process has its own', async () => {
    const other = appOn(app, app.db);
    other.metrics.reported('accepted');

    expect((await scrape(app.url)).get('posthorn_reports_total{result="accepted"}')).toBe(0);
  });

  test('have no label that grows with the users', async () => {
    const known = ['outcome', 'error_code', 'result', 'pool', 'state', 'le'];
    const { metrics } = appOn(app, app.db);
    const labels = (await metrics.registry.getMetricsAsJSON()).flatMap(({ values }) =>
      values.flatMap((value) => Object.keys(value.labels ?? {})),
    );
    expect(labels.filter((label) => !known.includes(label))).toEqual([]);
  });

  test('of the process itself have their usual names', async () => {
    const { metrics } = appOn(app, app.db);
    measureProcess(metrics);

    const text = await metrics.registry.metrics();

    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });

  test('are those that docs/operating.md lists, with the same words', () => {
    const { metrics } = appOn(app, app.db);
    const rows = metrics.registry
      .getMetricsAsArray()
      .toSorted((one, other) => one.name.localeCompare(other.name))
      .map((metric) => {
        const { name, help, type, labelNames = [] } = metric as typeof metric & { type: string; labelNames?: string[] };
        const labels = labelNames.map((label) => `\`${label}\``).join(', ');
        return `| \`${name}\` | ${type} | ${labels} | ${help} |`.replaceAll('|  |', '| |');
      });

    const listed = readFileSync('docs/operating.md', 'utf8').split('\n');
    expect(listed.filter((line) => /^\| `posthorn_\w+` \|/.test(line))).toEqual(rows);
  });
});

describe('GET /metrics', () => {
  const external = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

  test('is refused to requests that a proxy has passed on, with the cure', async () => {
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via']) {
      for (const value of ['203.0.113.7', '']) {
        const refused = await fetch(`${app.url}/metrics`, { headers: { [name]: value } });
        expect(refused.status, `${name}: ${value}`).toBe(403);
        expect(await refused.text()).toContain('METRICS_TOKEN');
      }
    }
  });

  test.runIf(external)('is refused to other machines without a token', async () => {
    const sibling = await app.createSibling({ config: { host: '0.0.0.0' } });
    const url = new URL(sibling.url);
    const refused = await fetch(`http://${external}:${url.port}/metrics`);
    expect(refused.status).toBe(403);
  });

  test('takes the token, once there is one, and nothing else', async () => {
    const sibling = await app.createSibling({ config: { metricsToken: TOKEN } });

    for (const authorization of ['', 'Bearer another-token', `Bearer ${TOKEN}s`, `Bearer ${app.key}`]) {
      const refused = await fetch(`${sibling.url}/metrics`, { headers: { authorization } });
      expect(refused.status, authorization).toBe(401);
      expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    }
    const samples = await scrape(sibling.url, {
      authorization: `Bearer ${TOKEN}`,
      'x-forwarded-for': '203.0.113.7',
    });
    expect(samples.get('posthorn_database_up')).toBe(1);
  });

  test('is the only method', async () => {
    const refused = await fetch(`${app.url}/metrics`, { method: 'POST' });
    expect(refused.status).toBe(405);
  });

  test('is answered by a process without an API on a port of its own, with its health and nothing else', async () => {
    const server = createWatchServer({ ...app, config: { ...app.config, host: '127.0.0.1' } }, 0);
    await server.start();
    try {
      expect((await scrape(server.url)).get('posthorn_database_up')).toBe(1);
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
      expect((await fetch(`${server.url}/graphql`)).status).toBe(404);
    } finally {
      await server.stop(AbortSignal.timeout(1_000));
    }
  });
});

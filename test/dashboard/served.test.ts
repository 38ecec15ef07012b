import { spawn } from 'node:child_process';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SAMPLES } from '../../src/dashboard/webhooks/samples.ts';
import { createTestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { addressOf } from '../support/receiver.ts';

/** As much as a first visit may load of JavaScript, compressed, in bytes. */
const MOST_JAVASCRIPT = 250_000;

const asBrowser = { headers: { accept: 'text/html,application/xhtml+xml' } };

/** Addresses of the scripts that the page loads before anything is clicked. */
function scriptsOf(html: string): string[] {
  return [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, address = '']) => address);
}

describe('the dashboard is served', () => {
  test('at every address that a page may have, under a policy without exceptions', async () => {
    await using app = await createTestApp();
    const index = await (await fetch(app.url, asBrowser)).text();
    for (const path of [
      '/',
      '/webhooks/whk_1?after=x',
      '/log',
      '/deliveries/dlv_1',
      '/imports/people.csv',
      '/healthzz',
    ]) {
      const response = await fetch(`${app.url}${path}`, asBrowser);
      expect(response.status, path).toBe(200);
      expect(await response.text()).toBe(index);
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|data:|\*/);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect(index).not.toMatch(/<style|style=|<script>|\bon\w+=/);
  });

  test('beside what was there: GraphiQL, the API, health, and 404 for what is not', async () => {
    await using app = await createTestApp();
    expect(await (await fetch(`${app.url}/graphql`, asBrowser)).text()).toMatch(/graphiql/i);
    expect(await ask(app, '{ viewer { role } }')).toEqual({ role: 'ADMIN' });
    expect(await (await fetch(`${app.url}/healthz`, asBrowser)).text()).toBe('alive\n');
    for (const path of ['/assets/none.js', '/../package.json', '/%2e%2e/package.json', '/package.json', '//x.y/']) {
      expect((await fetch(`${app.url}${path}`, asBrowser)).status, path).toBe(404);
    }
    expect((await fetch(`${app.url}/log`)).status).toBe(404);
    expect((await fetch(app.url, { method: 'POST' })).status).not.toBe(200);
  });

  test('with files that are kept for good, compressed as the browser asks, and not sent twice', async () => {
    await using app = await createTestApp();
    const [script = ''] = scriptsOf(await (await fetch(app.url, asBrowser)).text());
    const plain = await fetch(`${app.url}${script}`, { headers: { 'accept-encoding': 'identity' } });
    const content = await plain.text();
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    for (const encoding of ['br', 'gzip']) {
      const response = await fetch(`${app.url}${script}`, { headers: { 'accept-encoding': encoding } });
      expect(response.headers.get('content-encoding')).toBe(encoding);
      expect(await response.text()).toBe(content);
    }
    const again = await fetch(`${app.url}${script}`, { headers: { 'if-none-match': plain.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  test('in at most 250 kB of compressed JavaScript for the first page, without that of charts', async () => {
    await using app = await createTestApp();
    const scripts = scriptsOf(await (await fetch(app.url, asBrowser)).text());
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((script) => script.includes('chart'))).toEqual([]);
    let bytes = 0;
    for (const script of scripts) bytes += gzipSync(await (await fetch(`${app.url}${script}`)).text()).byteLength;
    expect(bytes).toBeLessThan(MOST_JAVASCRIPT);
  });
});

describe('the code sample for Node', () => {
  test('verifies what arrives, and declines what is not signed', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const port = await findFreePort();
    const { id, secret } = await givenWebhook(app, { url: `http://127.0.0.1:${port}/` });
    const receiver = spawn(process.execPath, ['--input-type=module', '--eval', SAMPLES.node.code], {
      env: { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void receiver.kill());
    const output = text(receiver.stdout);
    const unsigned = () =>
      fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' }).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(unsigned, { timeout: 10_000 }).toBe(401);

    await reportCompleted(app);

    const statuses = () =>
      ask<{ deliveries: { edges: { node: { status: string } }[] } }>(
        app,
        'query ($id: ID!) { webhook(id: $id) { deliveries { edges { node { status } } } } }',
        { id },
      ).then(({ deliveries }) => deliveries.edges.map(({ node }) => node.status));
    await expect.poll(statuses, { timeout: 10_000 }).toEqual(['DELIVERED']);
    receiver.kill();
    expect(await output).toContain('import_completed 025f399f-4370-4064-aed5-b8d16b597183');
  });
});

async function findFreePort(): Promise<number> {
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = addressOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

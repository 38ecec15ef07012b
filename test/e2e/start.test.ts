import { describe, expect, inject, test } from 'vitest';
import { ask } from '../support/client.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { givenInstallation, runProgram, startProgram, startServer } from '../support/process.ts';
import { startReceiver } from '../support/receiver.ts';

describe('a server', () => {
  test('that starts on nothing prints its URL and an admin key, which is good for its data after a restart', async () => {
    const { env } = await givenInstallation({ empty: true });
    const first = startProgram(['start'], { ...env, INITIAL_ADMIN_KEY: '' });
    const [, url = ''] = await first.wrote(/Open +(http:\/\/127\.0\.0\.1:\d+)\n/);
    const [, key = ''] = await first.wrote(/Admin key +(phk_\w+)\n/);
    expect(first.output).toContain(`Sign in    ${url}/#key=${key}\n`);
    const { id } = await givenWebhook({ url, key }, { url: 'http://127.0.0.1:9/hook' });
    first.kill('SIGTERM');
    expect(await first.ended()).toEqual({ status: 0, signal: null });

    const second = startProgram([], { ...env, INITIAL_ADMIN_KEY: '' });
    const [, urlNow = ''] = await second.wrote(/Open +(http:\S+)\n/);
    expect(second.output).not.toMatch(/Admin key|Sign in|phk_/);
    const webhooks = await ask<{ edges: unknown[] }>({ url: urlNow, key }, '{ webhooks { edges { node { id } } } }');
    expect(webhooks.edges).toEqual([{ node: { id } }]);
    expect(`${first.log}${second.log}`).not.toContain(key);
  });

  test('takes INITIAL_ADMIN_KEY for its first admin, prints no key, and says that it is ready', async () => {
    const installation = await givenInstallation();
    const generated = await runProgram(['key', 'generate']);
    const key = generated.output.trim();
    const { url, program } = await startServer({ ...installation, key }, { INITIAL_ADMIN_KEY: key });

    expect(await ask({ url, key }, '{ viewer { role } }')).toEqual({ role: 'ADMIN' });
    expect(program.output).not.toContain('phk_');
    for (const path of ['/healthz', '/readyz']) expect((await fetch(`${url}${path}`)).status).toBe(200);
    const root = await fetch(url, { redirect: 'manual' });
    expect(root.status).toBe(200);
    expect(await root.text()).toContain('<title>Posthorn</title>');
  });

  test('whose port is taken says so, and what to do, and ends', async () => {
    await using other = await startReceiver();
    const { env } = await givenInstallation();
    const { status, log } = await runProgram(['start'], { ...env, PORT: String(other.port) });

    expect(status).toBe(1);
    expect(log).toMatch(/EADDRINUSE.*Stop what listens there, or set PORT to another port\./);
  });

  test.each([
    ['is no address of this machine', '192.0.2.1', 'EADDRNOTAVAIL'],
    ['is a name that there is not', 'nobody.invalid', 'ENOTFOUND|EAI_AGAIN'],
  ])('whose HOST %s says so, and nothing of the database', async (_name, host, code) => {
    const { env } = await givenInstallation();
    const { status, log } = await runProgram(['start'], { ...env, HOST: host });

    expect(status).toBe(1);
    expect(log).toMatch(new RegExp(`(${code}).*Set HOST to an address of this machine`));
    expect(log).not.toContain('DATABASE_URL');
  });

  test('that could not start has not used up the first key, which the next start prints', async () => {
    await using other = await startReceiver();
    const { env } = await givenInstallation({ empty: true });
    const failed = await runProgram(['start'], { ...env, INITIAL_ADMIN_KEY: '', PORT: String(other.port) });
    expect({ status: failed.status, output: failed.output }).toEqual({ status: 1, output: '' });

    const started = startProgram(['start'], { ...env, INITIAL_ADMIN_KEY: '' });
    const [, url = ''] = await started.wrote(/Open +(http:\S+)\n/);
    const [, key = ''] = await started.wrote(/Admin key +(phk_\w+)\n/);
    expect(await ask({ url, key }, '{ viewer { role } }')).toEqual({ role: 'ADMIN' });
  });
});

describe.runIf(inject('database') === 'pglite')('a data directory', () => {
  test('that is in use is refused to a second process, and is free at once when the first was killed with -9', async () => {
    await using receiver = await startReceiver();
    const installation = await givenInstallation();
    const first = await startServer(installation);
    await givenWebhook(first, { url: receiver.url });

    for (const command of [['start'], ['key', 'create', '--role', 'ADMIN']]) {
      const { status, log, output } = await runProgram(command, installation.env);
      expect({ status, output }).toEqual({ status: 1, output: '' });
      expect(log).toContain(`is in use by another Posthorn (process ${first.program.pid})`);
      expect(log).toContain('choose another DATA_DIR, or run on PostgreSQL with DATABASE_URL');
    }
    const { event, deliveries } = await reportCompleted(first); // unharmed
    expect(deliveries).toBe(1);
    await receiver.nextRequest();

    first.program.kill('SIGKILL');
    await first.program.ended();
    const second = await startServer(installation);
    expect(await reportCompleted(second)).toMatchObject({ event, duplicate: true });
  });
});

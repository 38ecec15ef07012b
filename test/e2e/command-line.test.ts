import { describe, expect, inject, test } from 'vitest';
import { ask } from '../support/client.ts';
import { givenInstallation, runProgram, startServer } from '../support/process.ts';

const COMMANDS = ['start', 'api', 'dispatcher', 'migrate', 'key create', 'key generate', 'receive', 'demo'];

const UP_TO_DATE = 'The database is up to date.\n';

describe('--help', () => {
  test('lists every command, and describes each with its options', async () => {
    const { status, output } = await runProgram(['--help']);
    expect(status).toBe(0);
    for (const command of COMMANDS) expect(output).toMatch(new RegExp(`^  ${command.split(' ')[0]}\\b`, 'm'));

    for (const command of COMMANDS) {
      const help = await runProgram([...command.split(' '), '--help']);
      expect(help).toMatchObject({ status: 0, log: '' });
      expect(help.output).toMatch(new RegExp(`^Usage: posthorn ${command}`));
    }
  });
});

describe('a configuration that cannot be', () => {
  test('is refused with everything that is wrong with it at once, and what would be right', async () => {
    const { status, log, output } = await runProgram(['start'], {
      PORT: '70000',
      DATABASE_URL: 'mysql://localhost/x',
      ENCRYPTION_KEY: 'short',
      INITIAL_ADMIN_KEY: 'secret',
      ALLOWED_NETWORKS: '10.0.0.0',
      RETRY_SCHEDULE_SECONDS: '5,soon',
      LOG_LEVEL: 'loud',
    });

    expect({ status, output }).toEqual({ status: 1, output: '' });
    expect(log).toMatch(/^The configuration is wrong:\n/);
    expect(log).toMatch(/^ {2}PORT .*65535/m);
    expect(log).toMatch(/^ {2}DATABASE_URL must be a PostgreSQL address such as postgresql:/m);
    expect(log).toMatch(/^ {2}ENCRYPTION_KEY must be 32 bytes in base64/m);
    expect(log).toMatch(/^ {2}INITIAL_ADMIN_KEY is not an API key; .*key generate/m);
    expect(log).toMatch(/^ {2}ALLOWED_NETWORKS must be CIDRs/m);
    expect(log).toMatch(/^ {2}RETRY_SCHEDULE_SECONDS must be .* delays in seconds/m);
    expect(log).toMatch(/^ {2}LOG_LEVEL .*"silent"/m);
    expect(log).not.toMatch(/\bat .*\.ts:\d/);
  });

  test('is refused for what contradicts itself as well as for what is wrong by itself', async () => {
    const { status, log } = await runProgram(['start'], {
      DATABASE_URL: 'postgresql://127.0.0.1/x',
      ATTEMPT_TIMEOUT_SECONDS: '100',
      LEASE_SECONDS: '60',
      PORT: 'http',
    });

    expect(status).toBe(1);
    expect(log).toMatch(/^ {2}PORT /m);
    expect(log).toMatch(/^ {2}ENCRYPTION_KEY is required with DATABASE_URL/m);
    expect(log).toMatch(/^ {2}LEASE_SECONDS must be at least ATTEMPT_TIMEOUT_SECONDS \+ 10/m);
  });

  test.each(['api', 'dispatcher'])('is refused to %s without DATABASE_URL', async (command) => {
    const { status, log } = await runProgram([command]);

    expect(status).toBe(1);
    expect(log).toMatch(/^The embedded database cannot be shared\. Set DATABASE_URL to run API and dispatcher apart/);
  });

  test('is told from a database that is away', async () => {
    const { status, log } = await runProgram(['start'], {
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/nothing',
      ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
    });

    expect(status).toBe(1);
    expect(log).toMatch(/^The database cannot be reached: .*ECONNREFUSED.*Check DATABASE_URL/);
  });
});

describe('migrate', () => {
  test('finds a database up to date, and says so', async () => {
    const { env } = await givenInstallation();

    expect(await runProgram(['migrate'], env)).toMatchObject({ status: 0, output: UP_TO_DATE, log: '' });
  });

  // An empty embedded database is migrated for every file of tests that needs one.
  test.runIf(inject('database') === 'postgresql')('brings an empty database up to date', async () => {
    const { env } = await givenInstallation({ empty: true });

    const { status, output, log } = await runProgram(['migrate'], env);
    expect({ status, output }).toEqual({ status: 0, output: UP_TO_DATE });
    expect(log).toContain('migration.applied');
    expect((await runProgram(['migrate'], env)).log).toBe('');
  });
});

describe('key create', () => {
  test('prints a key that lets its role in, and nothing else', async () => {
    const installation = await givenInstallation();
    const before = await startServer(installation); // makes the first organization
    before.program.kill('SIGTERM');
    await before.program.ended();

    const made = await runProgram(['key', 'create', '--role', 'operator', '--name', 'Night shift'], installation.env);
    expect(made).toMatchObject({ status: 0, log: '' });
    expect(made.output).toMatch(/^phk_\w+\n$/);

    const { url } = await startServer(installation);
    const caller = { url, key: made.output.trim() };
    expect(await ask(caller, '{ viewer { role keyName organization { name } } }')).toEqual({
      role: 'OPERATOR',
      keyName: 'Night shift',
      organization: { name: 'Default' },
    });
  });

  test('gives a key an end when it is told to', async () => {
    const installation = await givenInstallation();
    const before = await startServer(installation);
    before.program.kill('SIGTERM');
    await before.program.ended();

    const create = (days: string) =>
      runProgram(['key', 'create', '--role', 'admin', '--expires-in-days', days], installation.env);
    const { output } = await create('30');
    expect(await create('0')).toMatchObject({ status: 1, output: '' });

    const { url } = await startServer(installation);
    const { edges } = await ask<{ edges: { node: { createdAt: string; expiresAt: string } }[] }>(
      { url, key: output.trim() },
      '{ apiKeys(first: 1) { edges { node { createdAt expiresAt } } } }',
    );
    const [{ node } = { node: { createdAt: '', expiresAt: '' } }] = edges;
    const days = (Date.parse(node.expiresAt) - Date.parse(node.createdAt)) / 86_400_000;
    expect(days).toBeCloseTo(30, 3);
  });

  test('refuses roles and organizations that there are not, naming those that there are', async () => {
    const { env } = await givenInstallation();

    const role = await runProgram(['key', 'create', '--role', 'boss'], env);
    expect(role).toMatchObject({ status: 1, output: '' });
    expect(role.log).toMatch(/^There is no role boss\. The roles are .*IMPORTER/);
    const organization = await runProgram(['key', 'create', '--role', 'ADMIN', '--organization', 'Nobody'], env);
    expect(organization).toMatchObject({ status: 1, output: '' });
    expect(organization.log).toMatch(/^There is no organization named "Nobody"\./);
  });

  test.runIf(inject('database') === 'postgresql')('works while servers run', async () => {
    const installation = await givenInstallation();
    const { url } = await startServer(installation);

    const made = await runProgram(['key', 'create', '--role', 'importer'], installation.env);
    expect(await ask({ url, key: made.output.trim() }, '{ viewer { role } }')).toEqual({ role: 'IMPORTER' });
  });
});

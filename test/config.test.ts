/** Configuration by environment variables. */

import { describe, expect, test } from 'vitest';
import { type Config, ConfigError, readConfig } from '../src/config.ts';
import { DEFAULT_RETRY_SCHEDULE_SECONDS } from '../src/delivery/backoff.ts';
import { generateApiKey } from '../src/organization/api-key.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const DATABASE_URL = 'postgresql://user:password@db.example:5432/posthorn';

const DEFAULTS: Config = {
  port: 4000,
  host: '127.0.0.1',
  databaseUrl: undefined,
  databaseConnections: 10,
  dataDir: './data',
  encryptionKey: undefined,
  initialAdminKey: undefined,
  allowedNetworks: [],
  egressProxyUrl: undefined,
  retryScheduleSeconds: DEFAULT_RETRY_SCHEDULE_SECONDS,
  attemptTimeoutMs: 15_000,
  leaseMs: 60_000,
  dispatchConcurrency: 256,
  destinationConcurrency: 32,
  disableAfterMs: 432_000_000,
  retentionMs: 2_592_000_000,
  shutdownGraceMs: 20_000,
  maxSockets: 10_000,
  maxSocketsPerKey: 1_000,
  introspection: true,
  metricsToken: undefined,
  metricsPort: undefined,
  tracing: undefined,
  logLevel: 'info',
};

/** What `readConfig` has against `env`, a line per problem. */
function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [title, ...problems] = error.message.split('\n');
    expect(title).toBe('The configuration is wrong:');
    return problems.map((line) => line.trim());
  }
}

describe('readConfig', () => {
  test('has a default for everything', () => {
    expect(readConfig({})).toEqual(DEFAULTS);
  });

  test('takes variables that are set to nothing, or to spaces, as absent', () => {
    const names = ['PORT', 'HOST', 'DATABASE_URL', 'ENCRYPTION_KEY', 'INITIAL_ADMIN_KEY', 'RETRY_SCHEDULE_SECONDS'];
    for (const nothing of ['', ' ', '\n']) {
      expect(readConfig(Object.fromEntries(names.map((name) => [name, nothing])))).toEqual(DEFAULTS);
    }
  });

  test('minds nothing that is not its own', () => {
    expect(readConfig({ PATH: '/usr/bin', PORTS: 'many', TZ: undefined })).toEqual(DEFAULTS);
  });

  test.each<[string, string, Partial<Config>]>([
    ['PORT', '0', { port: 0 }],
    ['PORT', '65535', { port: 65_535 }],
    ['HOST', '0.0.0.0', { host: '0.0.0.0' }],
    ['DATABASE_CONNECTIONS', '40', { databaseConnections: 40 }],
    ['DATA_DIR', '/var/lib/posthorn', { dataDir: '/var/lib/posthorn' }],
    ['ENCRYPTION_KEY', KEY, { encryptionKey: Buffer.alloc(32, 7) }],
    [
      'ALLOWED_NETWORKS',
      '10.0.0.0/8, 127.0.0.1/32\n fd00::/8',
      { allowedNetworks: ['10.0.0.0/8', '127.0.0.1/32', 'fd00::/8'] },
    ],
    ['EGRESS_PROXY_URL', 'http://a:p%40ss@proxy:3128', { egressProxyUrl: new URL('http://a:p%40ss@proxy:3128') }],
    ['EGRESS_PROXY_URL', 'https://proxy.internal/', { egressProxyUrl: new URL('https://proxy.internal') }],
    ['RETRY_SCHEDULE_SECONDS', '1, 2.5 ,0', { retryScheduleSeconds: [1, 2.5, 0] }],
    ['RETRY_SCHEDULE_SECONDS', '2592000', { retryScheduleSeconds: [2_592_000] }],
    ['ATTEMPT_TIMEOUT_SECONDS', '0.5', { attemptTimeoutMs: 500 }],
    ['LEASE_SECONDS', '25', { leaseMs: 25_000 }],
    ['DISPATCH_CONCURRENCY', '1', { dispatchConcurrency: 1 }],
    ['DESTINATION_CONCURRENCY', '1', { destinationConcurrency: 1 }],
    ['RETENTION_DAYS', '1', { retentionMs: 86_400_000 }],
    ['RETENTION_DAYS', '0', { retentionMs: undefined }],
    ['SHUTDOWN_GRACE_SECONDS', '0', { shutdownGraceMs: 0 }],
    ['INTROSPECTION', 'false', { introspection: false }],
    ['INTROSPECTION', '1', { introspection: true }],
    ['METRICS_TOKEN', 'a-token-of-monitoring', { metricsToken: 'a-token-of-monitoring' }],
    ['METRICS_PORT', '9100', { metricsPort: 9100 }],
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'http://collector:4318/',
      { tracing: { url: new URL('http://collector:4318/v1/traces'), serviceName: 'posthorn', ratio: 1 } },
    ],
    ['OTEL_SERVICE_NAME', 'of no use without a collector', {}],
    ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
  ])('reads %s=%j', (name, value, expected) => {
    expect(readConfig({ [name]: value })).toEqual({ ...DEFAULTS, ...expected });
  });

  test('reads the first admin key', () => {
    const key = generateApiKey();
    expect(readConfig({ INITIAL_ADMIN_KEY: key })).toEqual({ ...DEFAULTS, initialAdminKey: key });
  });

  test.each([DATABASE_URL, DATABASE_URL.replace('postgresql', 'postgres')])('reads DATABASE_URL=%s', (databaseUrl) => {
    const config = readConfig({ DATABASE_URL: databaseUrl, ENCRYPTION_KEY: KEY });
    expect(config).toEqual({ ...DEFAULTS, databaseUrl, encryptionKey: Buffer.alloc(32, 7) });
  });

  test.each([
    ['PORT', '65536', '65535'],
    ['PORT', '-1', '0'],
    ['PORT', '80.5', 'int'],
    ['PORT', 'http', 'number'],
    ['DATABASE_URL', 'mysql://db.example/posthorn', 'postgresql://user:password@host:5432/database'],
    ['DATABASE_CONNECTIONS', '0', '1'],
    ['ENCRYPTION_KEY', 'secret', 'openssl rand -base64 32'],
    ['ENCRYPTION_KEY', Buffer.alloc(32, 7).toString('hex'), 'openssl rand -base64 32'],
    ['INITIAL_ADMIN_KEY', 'admin', 'key generate'],
    ['ALLOWED_NETWORKS', '10.0.0.0/33', 'such as 10.0.0.0/8,127.0.0.1/32'],
    ['ALLOWED_NETWORKS', '10.0.0.0/8,example.com', 'such as 10.0.0.0/8,127.0.0.1/32'],
    ['EGRESS_PROXY_URL', 'proxy.internal:3128', 'such as http://user:password@proxy.internal:3128'],
    ['EGRESS_PROXY_URL', 'socks5://proxy.internal', 'must be the address of an HTTP proxy'],
    ['EGRESS_PROXY_URL', 'http://proxy.internal/path', 'must be the address of an HTTP proxy'],
    ['EGRESS_PROXY_URL', 'http://user:100%@proxy.internal', 'must be the address of an HTTP proxy'],
    ['RETRY_SCHEDULE_SECONDS', '5,soon', 'separated by commas'],
    ['RETRY_SCHEDULE_SECONDS', '-5', 'separated by commas'],
    ['RETRY_SCHEDULE_SECONDS', '2592001', 'at most 30 days'],
    ['RETRY_SCHEDULE_SECONDS', Array(101).fill(1).join(), 'at most 100 delays'],
    ['ATTEMPT_TIMEOUT_SECONDS', '0', '0.1'],
    ['ATTEMPT_TIMEOUT_SECONDS', '301', '300'],
    ['LEASE_SECONDS', '3601', '3600'],
    ['DISPATCH_CONCURRENCY', 'all', 'number'],
    ['DESTINATION_CONCURRENCY', '0', '1'],
    ['RETENTION_DAYS', '-1', '0'],
    ['RETENTION_DAYS', '0.5', 'int'],
    ['SHUTDOWN_GRACE_SECONDS', '-1', '0'],
    ['INTROSPECTION', 'maybe', 'true'],
    ['METRICS_TOKEN', 'too-short', 'openssl rand -base64 32'],
    ['METRICS_TOKEN', 'a token with spaces', 'no spaces'],
    ['METRICS_PORT', '65536', '65535'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', 'such as http://127.0.0.1:4318'],
    ['OTEL_TRACES_SAMPLER_ARG', '2', '1'],
    ['LOG_LEVEL', 'loud', 'silent'],
  ])('refuses %s=%j, naming it and what would be right', (name, value, cure) => {
    const problems = problemsOf({ ENCRYPTION_KEY: KEY, [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} .*${RegExp.escape(cure)}`));
  });

  test('does not repeat what a secret variable says', () => {
    const problems = problemsOf({
      DATABASE_URL: 'mysql://user:hush@db.example/',
      ENCRYPTION_KEY: 'hush',
      INITIAL_ADMIN_KEY: 'hush',
      METRICS_TOKEN: 'hush',
    });
    expect(problems).toHaveLength(4);
    expect(problems.join('\n')).not.toContain('hush');
  });

  test('wants an encryption key with DATABASE_URL, because every process must have the same', () => {
    expect(problemsOf({ DATABASE_URL })).toEqual([
      'ENCRYPTION_KEY is required with DATABASE_URL, because every process must have the same; `openssl rand -base64 32` makes one',
    ]);
  });

  test('wants a lease that outlasts an attempt by ten seconds', () => {
    expect(problemsOf({ LEASE_SECONDS: '24.9' })).toEqual([
      'LEASE_SECONDS must be at least ATTEMPT_TIMEOUT_SECONDS + 10, or deliveries would be attempted twice',
    ]);
    expect(problemsOf({ ATTEMPT_TIMEOUT_SECONDS: '51' })).toHaveLength(1);
    expect(problemsOf({ ATTEMPT_TIMEOUT_SECONDS: '50' })).toEqual([]);
  });

  test('names every problem at once, also those that take two variables', () => {
    const problems = problemsOf({ PORT: 'http', LOG_LEVEL: 'loud', DATABASE_URL, LEASE_SECONDS: '5' });
    expect(problems.map((line) => line.split(' ')[0]).toSorted()).toEqual([
      'ENCRYPTION_KEY',
      'LEASE_SECONDS',
      'LOG_LEVEL',
      'PORT',
    ]);
  });

  test('says one thing about a variable that is wrong in itself', () => {
    expect(problemsOf({ DATABASE_URL, ENCRYPTION_KEY: 'secret', LEASE_SECONDS: 'long' })).toHaveLength(2);
    expect(problemsOf({ ATTEMPT_TIMEOUT_SECONDS: '400' })).toHaveLength(1);
  });
});

/** Configuration: environment variables, read once, with every problem reported at the same time. */

import { z } from 'zod';
import { DEFAULT_RETRY_SCHEDULE_SECONDS } from './delivery/backoff.ts';
import { LOG_LEVELS } from './lib/logger.ts';
import { parseApiKey } from './organization/api-key.ts';
import { createAddressRules } from './webhook/address.ts';

/** Everything that can be set from outside. Durations are in milliseconds. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** A PostgreSQL server; absent: PGlite in `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly databaseConnections: number;
  readonly dataDir: string;
  /** 32 bytes; absent: made once and kept in `dataDir`. */
  readonly encryptionKey: Buffer | undefined;
  readonly initialAdminKey: string | undefined;
  /** CIDRs that webhooks may reach although they are not public. */
  readonly allowedNetworks: readonly string[];
  /** An HTTP proxy that all deliveries go by way of, perhaps with a user and password; absent: none. */
  readonly egressProxyUrl: URL | undefined;
  /** Delays between attempts, in seconds. */
  readonly retryScheduleSeconds: readonly number[];
  readonly attemptTimeoutMs: number;
  readonly leaseMs: number;
  /**
   * Requests under way at once, in one dispatcher. Those that have waited for their receiver for more than a second
   * give their place up to others, until they are sixteen times as many.
   */
  readonly dispatchConcurrency: number;
  /** Requests under way at once to one destination, over all dispatchers. */
  readonly destinationConcurrency: number;
  /** A webhook is disabled when every attempt has failed for so long. */
  readonly disableAfterMs: number;
  /** What is finished is removed when it is older; absent: never. */
  readonly retentionMs: number | undefined;
  readonly shutdownGraceMs: number;
  /** WebSockets open at once in one process. */
  readonly maxSockets: number;
  /** WebSockets of one API key open at once in one process, and as many event streams. */
  readonly maxSocketsPerKey: number;
  readonly introspection: boolean;
  /** Who may read the metrics; absent: whoever asks from the same machine. */
  readonly metricsToken: string | undefined;
  /** Where a process without an API serves its metrics and its health; absent: nowhere. */
  readonly metricsPort: number | undefined;
  /** Where traces go; absent: nowhere. */
  readonly tracing: TracingConfig | undefined;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** Where traces go, and how many. */
export interface TracingConfig {
  /** Of the collector, with the path that takes traces. */
  readonly url: URL;
  /** By which name this service is known there. */
  readonly serviceName: string;
  /** The part of the traces that are kept, from 0 to 1, of those that are begun here. */
  readonly ratio: number;
}

/** The environment says something that cannot be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const seconds = (fallback: number, minimum = 1, maximum = 86_400) =>
  z.coerce
    .number()
    .min(minimum)
    .max(maximum)
    .default(fallback)
    .transform((value) => value * 1000);

const count = (fallback: number, maximum: number) => z.coerce.number().int().min(1).max(maximum).default(fallback);

const list = (text: string) => text.split(/[\s,]+/).filter((item) => item !== '');

function areNetworks(networks: readonly string[]): boolean {
  try {
    createAddressRules(networks);
    return true;
  } catch {
    return false;
  }
}

function isHttpUrl(text: string): boolean {
  return ['http:', 'https:'].includes(URL.parse(text)?.protocol ?? '');
}

/** Credentials are percent-encoded, and must decode. */
function isProxyUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return false;
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return false;
  try {
    decodeURIComponent(url.username + url.password);
    return true;
  } catch {
    return false;
  }
}

/** A lease must outlast an attempt by this long, so that the outcome can be written down before it ends. */
const SETTLE_MARGIN_MS = 10_000;

const DAY_MS = 86_400_000;

/** For a check of several variables: made even when some are wrong by themselves, so that all problems are told at once. */
const EVEN_WHEN_WRONG = { when: () => true };

const environment = z
  .object({
    PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
    HOST: z.string().default('127.0.0.1'),
    DATABASE_URL: z
      .string()
      .regex(
        /^postgres(ql)?:\/\//,
        'must be a PostgreSQL address such as postgresql://user:password@host:5432/database',
      )
      .optional(),
    DATABASE_CONNECTIONS: count(10, 1000),
    DATA_DIR: z.string().default('./data'),
    ENCRYPTION_KEY: z
      .string()
      .transform((text) => Buffer.from(text, 'base64'))
      .refine((key) => key.length === 32, 'must be 32 bytes in base64; `openssl rand -base64 32` makes one')
      .optional(),
    INITIAL_ADMIN_KEY: z
      .string()
      .refine(
        (key) => parseApiKey(key) !== undefined,
        'is not an API key; `npm run -s posthorn -- key generate` makes one',
      )
      .optional(),
    ALLOWED_NETWORKS: z
      .string()
      .default('')
      .transform(list)
      .refine(areNetworks, 'must be CIDRs separated by commas, such as 10.0.0.0/8,127.0.0.1/32'),
    EGRESS_PROXY_URL: z
      .string()
      .refine(isProxyUrl, 'must be the address of an HTTP proxy, such as http://user:password@proxy.internal:3128')
      .transform((text) => new URL(text))
      .optional(),
    RETRY_SCHEDULE_SECONDS: z
      .string()
      .default(DEFAULT_RETRY_SCHEDULE_SECONDS.join(','))
      .transform((text) => list(text).map(Number))
      .refine(
        (delays) => delays.length <= 100 && delays.every((delay) => delay >= 0 && delay <= 30 * 86_400),
        'must be at most 100 delays in seconds, each at most 30 days, separated by commas',
      ),
    ATTEMPT_TIMEOUT_SECONDS: seconds(15, 0.1, 300),
    LEASE_SECONDS: seconds(60, 1, 3600),
    DISPATCH_CONCURRENCY: count(256, 10_000),
    DESTINATION_CONCURRENCY: count(32, 10_000),
    DISABLE_AFTER_SECONDS: seconds(5 * 86_400, 60, 365 * 86_400),
    RETENTION_DAYS: z.coerce.number().int().min(0).max(36_500).default(30),
    SHUTDOWN_GRACE_SECONDS: seconds(20, 0, 3600),
    MAX_SOCKETS: count(10_000, 1_000_000),
    MAX_SOCKETS_PER_KEY: count(1_000, 1_000_000),
    INTROSPECTION: z.stringbool().default(true),
    METRICS_TOKEN: z
      .string()
      .regex(/^\S{16,}$/, 'must have at least 16 characters and no spaces; `openssl rand -base64 32` makes one')
      .optional(),
    METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
    OTEL_EXPORTER_OTLP_ENDPOINT: z
      .string()
      .refine(isHttpUrl, 'must be the http or https address of a collector, such as http://127.0.0.1:4318')
      .optional(),
    OTEL_SERVICE_NAME: z.string().default('posthorn'),
    OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
    LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  })
  .superRefine((values, context) => {
    if (values.DATABASE_URL && !values.ENCRYPTION_KEY) {
      context.addIssue({
        code: 'custom',
        path: ['ENCRYPTION_KEY'],
        message:
          'is required with DATABASE_URL, because every process must have the same; `openssl rand -base64 32` makes one',
      });
    }
    if (values.LEASE_SECONDS < values.ATTEMPT_TIMEOUT_SECONDS + SETTLE_MARGIN_MS) {
      context.addIssue({
        code: 'custom',
        path: ['LEASE_SECONDS'],
        message: `must be at least ATTEMPT_TIMEOUT_SECONDS + ${SETTLE_MARGIN_MS / 1000}, or deliveries would be attempted twice`,
      });
    }
  }, EVEN_WHEN_WRONG);

/**
 * Reads the configuration. Variables that are set to nothing count as absent.
 *
 * @throws {ConfigError} naming every variable that is wrong, and what would be right.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const { success, data, error } = environment.safeParse(present);
  if (!success) {
    // Of several problems with one variable, the first is the one to mend.
    const problems = new Map(error.issues.toReversed().map(({ path, message }) => [path.join('.'), message]));
    const lines = [...problems].reverse().map(([name, message]) => `  ${name} ${message}`);
    throw new ConfigError(`The configuration is wrong:\n${lines.join('\n')}`);
  }
  return {
    port: data.PORT,
    host: data.HOST,
    databaseUrl: data.DATABASE_URL,
    databaseConnections: data.DATABASE_CONNECTIONS,
    dataDir: data.DATA_DIR,
    encryptionKey: data.ENCRYPTION_KEY,
    initialAdminKey: data.INITIAL_ADMIN_KEY,
    allowedNetworks: data.ALLOWED_NETWORKS,
    egressProxyUrl: data.EGRESS_PROXY_URL,
    retryScheduleSeconds: data.RETRY_SCHEDULE_SECONDS,
    attemptTimeoutMs: data.ATTEMPT_TIMEOUT_SECONDS,
    leaseMs: data.LEASE_SECONDS,
    dispatchConcurrency: data.DISPATCH_CONCURRENCY,
    destinationConcurrency: data.DESTINATION_CONCURRENCY,
    disableAfterMs: data.DISABLE_AFTER_SECONDS,
    retentionMs: data.RETENTION_DAYS === 0 ? undefined : data.RETENTION_DAYS * DAY_MS,
    shutdownGraceMs: data.SHUTDOWN_GRACE_SECONDS,
    maxSockets: data.MAX_SOCKETS,
    maxSocketsPerKey: data.MAX_SOCKETS_PER_KEY,
    introspection: data.INTROSPECTION,
    metricsToken: data.METRICS_TOKEN,
    metricsPort: data.METRICS_PORT,
    tracing: data.OTEL_EXPORTER_OTLP_ENDPOINT
      ? {
          url: new URL(`${data.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, '')}/v1/traces`),
          serviceName: data.OTEL_SERVICE_NAME,
          ratio: data.OTEL_TRACES_SAMPLER_ARG,
        }
      : undefined,
    logLevel: data.LOG_LEVEL,
  };
}

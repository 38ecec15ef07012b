/** The application under test: real in everything but the clock. */

import { randomBytes } from 'node:crypto';
import { type App, createApp } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { Database } from '../../src/database/database.ts';
import { createDispatcher } from '../../src/delivery/dispatcher.ts';
import { createReplayRunner } from '../../src/delivery/replay-runner.ts';
import { createApiServer } from '../../src/graphql/server.ts';
import { createLogger } from '../../src/lib/logger.ts';
import type { Service } from '../../src/lib/service.ts';
import type { Telemetry } from '../../src/operating/telemetry.ts';
import { createOrganization } from '../../src/organization/organization.ts';
import { type Resolver, systemResolver } from '../../src/webhook/address.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { type OpenTestDatabase, openTestDatabase } from './database.ts';

/** How a test app differs from a server just installed. */
export interface TestAppOptions {
  /** Receivers are on this machine, so 127.0.0.0/8 and ::1 are allowed unless this says otherwise. */
  readonly config?: Partial<Config>;
  /** Whether a dispatcher runs. Default: false. */
  readonly dispatcher?: boolean;
  /** Whether replays are advanced. Default: false. */
  readonly replays?: boolean;
  readonly resolver?: Resolver;
  /** Puts something between the app and its database, such as somebody who watches. Default: nothing. */
  readonly between?: (db: Database) => Database;
  /** Where spans go. Default: nowhere. */
  readonly telemetry?: Telemetry;
}

/** An app with a listening API, and an organization with its admin key. */
export interface TestApp extends App, AsyncDisposable {
  readonly clock: TestClock;
  /** Of the API: `http://127.0.0.1:port`. */
  readonly url: string;
  readonly organizationId: string;
  /** The admin key of the organization. */
  readonly key: string;
  /** As `ENCRYPTION_KEY` has it, for other processes on the same database. */
  readonly encryptionKey: string;
  readonly database: OpenTestDatabase;
  /** Another process on the same database: its own signals, tail and connections. Closed with this one. */
  createSibling(options?: TestAppOptions): Promise<Sibling>;
  /** Starts a dispatcher on this app, stopped with it. */
  startDispatcher(): Promise<Service>;
  /** Starts to advance replays on this app, stopped with it. */
  startReplayRunner(): Promise<Service>;
  close(): Promise<void>;
}

/** Another process of the same installation. */
export interface Sibling extends App {
  readonly url: string;
  stop(): Promise<void>;
}

/** Opens an app on a database of its own. Close it, or declare it with `await using`. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = await openTestDatabase();
  const clock = createTestClock(database.db);
  const encryptionKey = randomBytes(32);
  const siblings: Sibling[] = [];

  async function open(db: Database, more: TestAppOptions) {
    const {
      config,
      dispatcher = false,
      replays = false,
      resolver = systemResolver,
      between = (same: Database) => same,
      telemetry = options.telemetry,
    } = more;
    const app = createApp({
      config: { ...TEST_CONFIG, ...options.config, ...config },
      db: between(db),
      clock,
      log: createLogger(TEST_CONFIG.logLevel),
      resolver,
      encryptionKey,
      ...(telemetry ? { telemetry } : {}),
    });
    const server = createApiServer(app);
    const services: Service[] = [
      ...[app.signals, app.tail, app.replays, server],
      ...(dispatcher ? [createDispatcher(app)] : []),
      ...(replays ? [createReplayRunner(app)] : []),
    ];
    for (const service of services) await service.start();
    const stop = async () => {
      const deadline = AbortSignal.timeout(STOP_WITHIN_MS);
      for (const service of services.splice(0).toReversed()) await service.stop(deadline);
    };
    return { app, server, services, stop };
  }

  async function startService(service: Service): Promise<Service> {
    await service.start();
    main.services.push(service);
    return service;
  }

  const main = await open(database.db, options);
  const { organization, key } = await createOrganization(main.app, { name: 'Test' });
  const close = async () => {
    await Promise.all(siblings.map((sibling) => sibling.stop()));
    await main.stop();
    await database.close();
  };
  return {
    ...main.app,
    clock,
    url: main.server.url,
    organizationId: organization.id,
    key,
    encryptionKey: encryptionKey.toString('base64'),
    database,
    async createSibling(siblingOptions = {}) {
      const { app, server, stop } = await open(database.connect(), siblingOptions);
      const sibling = { ...app, url: server.url, stop };
      siblings.push(sibling);
      return sibling;
    },
    startDispatcher: () => startService(createDispatcher(main.app)),
    startReplayRunner: () => startService(createReplayRunner(main.app)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const STOP_WITHIN_MS = 5_000;

const TEST_CONFIG: Config = readConfig({
  PORT: '0',
  ALLOWED_NETWORKS: '127.0.0.0/8,::1/128',
  LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
});

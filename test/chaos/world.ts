/** What a run runs in: the database, the processes, the receivers, and the networks between them. */

import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseGlobalId } from '../../src/graphql/global-id.ts';
import { generateApiKey } from '../../src/organization/api-key.ts';
import type { Caller } from '../support/client.ts';
import { givenWebhook } from '../support/given.ts';
import { manage } from '../support/manage.ts';
import type { Environment } from '../support/program.ts';
import { startDatabaseServer } from './database.ts';
import type { Setting } from './faults.ts';
import { createGate, type Gate } from './gate.ts';
import { BASIC, HOOKS } from './hooks.ts';
import { ATTEMPT_MS, createLeaseBook, LEASE_MS, type LeaseBook, type Life } from './lease-book.ts';
import type { Chance } from './match.ts';
import { type DatabaseKind, PROCESSES } from './plan.ts';
import { type Receivers, startReceivers } from './receivers.ts';
import type { ShownDelivery } from './reconcile.ts';
import { type Inspector, type Link, passAll, type Relay, startRelay, type Target } from './relay.ts';
import { watchStatements } from './statements.ts';
import { type Job, type Member, supervise } from './supervisor.ts';

/** Everything there is. */
export interface World extends Setting {
  readonly api: Member;
  /** The first admin key. */
  readonly key: string;
  /** The API, each by way of a network of its own. */
  readonly importerUrl: string;
  readonly watcherUrl: string;
  /** Under what each request of a delivery can have been made. */
  readonly chancesOf: (delivery: ShownDelivery) => readonly Chance[];
}

/** Builds a world of which `stack` leaves nothing behind, and waits until all its processes run, with `more` in their environment. */
export async function buildWorld(
  stack: AsyncDisposableStack,
  database: DatabaseKind,
  complain: (complaint: string) => void,
  more: Environment = {},
): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'posthorn-chaos-'));
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', remove); // when the run is interrupted
  stack.defer(() => {
    process.removeListener('exit', remove);
    remove();
  });
  const server = database === 'postgresql' ? await startDatabaseServer() : undefined;
  if (server) stack.defer(() => server.stop());

  const [gate, book] = [createGate(), createLeaseBook()];
  const members = new Map<string, Member>();
  const relays = new Map<string, Relay>();
  const wrongClock = { until: 0 };
  const key = generateApiKey();
  const names = PROCESSES[database];
  const receivers = stack.use(
    await startReceivers({
      gate,
      senderOf: (id) => (server ? book.holderOf(id)?.process : names.api),
      clockJumped: () => performance.now() < wrongClock.until,
      complain,
    }),
  );

  async function start(name: string, command: Job['command']): Promise<Member> {
    const env: Environment = { ...ENVIRONMENT, DATA_DIR: join(directory, 'data'), INITIAL_ADMIN_KEY: key, ...more };
    const relay = server && stack.use(await relayTo(server.url, { gate, book, lifeOf: () => members.get(name)?.life }));
    if (relay) relays.set(name, relay);
    const through = server && relay ? { DATABASE_URL: withPort(server.url, relay.port) } : {};
    const member = supervise({ name, command, env: { ...env, ...through }, complain });
    members.set(name, member);
    stack.defer(() => member.destroy());
    await member.ready();
    return member;
  }

  const api = await start(names.api, server ? 'api' : 'start');
  if (server) await Promise.all(names.dispatchers.map((name) => start(name, 'dispatcher')));
  const target = () => targetOf(api.url);
  const importers = stack.use(await startRelay(target, watchReports(gate, names.api)));
  const watchers = stack.use(await startRelay(target));
  return {
    gate,
    book,
    members,
    relays,
    server,
    receivers,
    wrongClock,
    api,
    key,
    importerUrl: `http://127.0.0.1:${importers.port}`,
    watcherUrl: `http://127.0.0.1:${watchers.port}`,
    chancesOf: server ? bookedChances(book) : guessedChances(api),
  };
}

/** Makes the webhooks of {@link HOOKS}, and answers with their paths by their ids. */
export async function makeWebhooks(caller: Caller, { url, secrets }: Receivers): Promise<Map<string, string>> {
  const hooks = new Map<string, string>();
  for (const [path, { importIdentifiers, retryScheduleSeconds }] of Object.entries(HOOKS)) {
    const webhook = await givenWebhook(caller, { url: `${url}/${path}`, importIdentifiers, retryScheduleSeconds });
    hooks.set(webhook.id, path);
    secrets.set(path, webhook.secret);
  }
  const { secret } = await manage(caller, 'rotateBasicWebhookSecret', {});
  secrets.set(BASIC, secret ?? '');
  return hooks;
}

/** Whatever a killed process had is due again soon. */
const ENVIRONMENT: Environment = {
  PORT: '0',
  ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  ALLOWED_NETWORKS: '127.0.0.0/8',
  ATTEMPT_TIMEOUT_SECONDS: String(ATTEMPT_MS / 1000),
  LEASE_SECONDS: String(LEASE_MS / 1000),
  RETRY_SCHEDULE_SECONDS: Array(20).fill(1).join(','),
  NODE_OPTIONS: `--import=${new URL('clock-jump.ts', import.meta.url).href}`,
};

interface Watched {
  readonly gate: Gate;
  readonly book: LeaseBook;
  readonly lifeOf: () => Life | undefined;
}

/** The network between a process and PostgreSQL. */
function relayTo(url: string, { gate, book, lifeOf }: Watched): Promise<Relay> {
  return startRelay(
    () => targetOf(url),
    (link) => {
      const life = lifeOf();
      return life ? watchStatements(link, { gate, book, life }) : passAll(link);
    },
  );
}

function targetOf(url: string | undefined): Target | undefined {
  if (!url) return undefined;
  const { hostname: host, port } = new URL(url);
  return { host, port: Number(port) };
}

/** Brings what passes between importer and API to the gate. */
function watchReports(gate: Gate, api: string): (link: Link) => Inspector {
  return (link) => ({
    fromClient(chunk) {
      link.toServer(chunk);
      gate.arrive('accept-requested', api);
    },
    fromServer(chunk) {
      if (gate.arrive('accept-before-response', api) === 'hold') link.hold();
      link.toClient(chunk);
    },
  });
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.host = `127.0.0.1:${port}`;
  return changed.href;
}

/** What we have seen the database give out. */
function bookedChances(book: LeaseBook): World['chancesOf'] {
  return ({ id, attempts }) => {
    const byId = new Map(attempts.map((attempt) => [uuidOf(attempt.id), attempt]));
    return book
      .leasesOf(uuidOf(id))
      .map(({ at, life, attemptId }) => ({ from: at, attempt: byId.get(attemptId ?? ''), killedAt: life.killedAt }));
  };
}

/** Nobody can look into PGlite: each life of the one process can have leased everything once before it was killed. */
function guessedChances({ lives }: Member): World['chancesOf'] {
  return ({ attempts }) => [
    ...attempts.map((attempt) => ({ from: 0, attempt, killedAt: undefined })),
    ...lives.flatMap(({ startedAt, killedAt }) =>
      killedAt === undefined ? [] : [{ from: startedAt, attempt: undefined, killedAt }],
    ),
  ];
}

function uuidOf(id: string): string {
  return parseGlobalId(id)?.uuid ?? '';
}

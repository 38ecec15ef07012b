/** "Look now": hints between the parts of the program, in this process and in all others that share the database. */

import { randomUUID } from 'node:crypto';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Logger } from '../lib/logger.ts';
import type { Service } from '../lib/service.ts';
import type { Database, Listening } from './database.ts';
import { describeDatabaseError } from './database-error.ts';

/** What a hint can be about, and what its items are. */
export type Topic =
  /** Destinations that have something due, each as `<organization id>/<destination id>`. */
  | 'destination.due'
  /** Ids of organizations whose delivery log has grown. */
  | 'log.appended'
  /** Ids of replays that were started, paused, resumed, cancelled, or are over. */
  | 'replay.changed'
  /** Ids of API keys that were revoked. */
  | 'key.revoked';

/** Is told the items, or `undefined` when hints may have been lost and everything should be looked at. */
export type SignalHandler = (items: ReadonlySet<string> | undefined) => void;

/**
 * Hints are fast but not promised: a crash or a lost connection loses them, and whoever acts on them must also look by
 * itself now and then. They are sent after commit and outside the transaction, because PostgreSQL lets transactions
 * that notify commit only one at a time (docs/decisions/0002-queue.md).
 */
export interface Signals extends Service {
  /** Tells everyone, here at once and elsewhere within a few milliseconds, or when the database answers again. Never fails. */
  emit(topic: Topic, items: Iterable<string>): void;
  /** @returns how to stop being told. */
  on(topic: Topic, handler: SignalHandler): () => void;
}

const CHANNEL = 'posthorn';

/** Hints within so long after one that was sent go to other processes together, in milliseconds. */
const GATHER_MS = 4;

/** NOTIFY takes payloads of less than 8000 bytes; a hint is a topic and one or two UUIDs, with all between them 96 bytes. */
const HINTS_PER_NOTIFICATION = 80;

/** One item of a topic. */
type Hint = readonly [Topic, string];

/** What goes from one process to all others. */
interface Notification {
  readonly from: string;
  readonly hints: readonly Hint[];
}

/** A transaction that notifies is written down like any other; nobody needs to wait for that, since hints may be lost. */
const NOTIFY = `select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`;

/** Signals over `db`'s LISTEN and NOTIFY; on PGlite, which no other process can share, within this process only. */
export function createSignals(db: Database, log: Logger): Signals {
  const self = randomUUID();
  const handlers = new Map<Topic, Set<SignalHandler>>();
  const outgoing = new Map<Topic, Set<string>>();
  let listening: Listening | undefined;
  /** While it is under way it takes what is told meanwhile along. */
  let sending: Promise<void> | undefined;

  function tell(topic: Topic, items: ReadonlySet<string> | undefined): void {
    for (const handler of handlers.get(topic) ?? []) handler(items);
  }

  function receive(payload: string): void {
    const { from, hints }: Notification = JSON.parse(payload);
    if (from === self) return;
    for (const [topic, together] of Map.groupBy(hints, ([topic]) => topic)) {
      tell(topic, new Set(together.map(([, item]) => item)));
    }
  }

  /** What is told in one go is sent at once; what is told meanwhile, and soon after, when that has been sent. */
  async function send(): Promise<void> {
    await setImmediate();
    while (outgoing.size > 0) {
      const hints = [...outgoing].flatMap(([topic, items]) => [...items].map((item): Hint => [topic, item]));
      outgoing.clear();
      await Promise.all([notify(hints), setTimeout(GATHER_MS)]);
    }
    sending = undefined;
  }

  async function notify(hints: readonly Hint[]): Promise<void> {
    const payloads = chunks(hints, HINTS_PER_NOTIFICATION).map((chunk) =>
      JSON.stringify({ from: self, hints: chunk } satisfies Notification),
    );
    await Promise.all(payloads.map((payload) => db.query(NOTIFY, [CHANNEL, payload]))).catch((error: unknown) =>
      log.warn({ error: describeDatabaseError(error) }, 'signal.lost'),
    );
  }

  return {
    async start() {
      if (db.kind === 'pglite') return;
      listening = await db.listen(CHANNEL, {
        onNotification: receive,
        onGap: () => {
          for (const topic of handlers.keys()) tell(topic, undefined);
        },
      });
    },
    async stop() {
      await sending;
      await listening?.stop();
      listening = undefined;
    },
    emit(topic, items) {
      const told = new Set(items);
      if (told.size === 0) return;
      tell(topic, told);
      if (db.kind === 'pglite') return;
      outgoing.set(topic, (outgoing.get(topic) ?? new Set()).union(told));
      sending ??= send();
    },
    on(topic, handler) {
      const all = handlers.get(topic) ?? new Set();
      handlers.set(topic, all.add(handler));
      return () => void all.delete(handler);
    },
  };
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

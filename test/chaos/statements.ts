/** The seam between a process and PostgreSQL: knows the statements of the hot path, and brings them to the gate. */

import { LEASE_DUE } from '../../src/delivery/lease.sql.ts';
import { SETTLE } from '../../src/delivery/settle.sql.ts';
import type { Settlement } from '../../src/delivery/settlement.ts';
import { ACCEPT_REPORTS } from '../../src/import/report.sql.ts';
import type { Gate, Point } from './gate.ts';
import type { LeaseBook, Life, Settled } from './lease-book.ts';
import type { Inspector, Link } from './relay.ts';
import { createSplitter, type Message, readBind, readColumns, readParse, readQuery, readRow } from './wire.ts';

const HOT: ReadonlyMap<string, 'accept' | 'lease' | 'settle' | 'commit' | 'rollback'> = new Map([
  [ACCEPT_REPORTS, 'accept'],
  [LEASE_DUE, 'lease'],
  [SETTLE, 'settle'],
  ['commit', 'commit'],
  ['rollback', 'rollback'],
]);

/** The statement that runs on a connection. */
interface Running {
  readonly kind: 'accept' | 'lease' | 'settle' | 'commit' | 'rollback' | undefined;
  /** What a settlement is about. */
  readonly settlements: readonly (Settled & { readonly delivered: boolean })[];
  columns: readonly string[];
  readonly rows: (readonly (string | null)[])[];
  failed: boolean;
}

/** What it takes to watch a process's connections to PostgreSQL. */
export interface Watch {
  readonly gate: Gate;
  readonly book: LeaseBook;
  /** Of the process, at the time of the connection. */
  readonly life: Life;
}

/** Watches one connection. An answer to the hot path is passed on only when it is complete. */
export function watchStatements(link: Link, { gate, book, life }: Watch): Inspector {
  const texts = new Map<string, string>();
  const split = {
    client: createSplitter({ startsUntyped: true }),
    server: createSplitter({ startsUntyped: false }),
  };
  let running = begin(undefined);
  let answer: Buffer[] = [];
  /** What the process has sent ahead, while an answer is awaited; so each statement comes to its point by itself. */
  const ahead: Message[] = [];
  let isAwaited = false;
  /** Deliveries leased in the transaction that is open. */
  let leased: string[] = [];

  function arrive(point: Point, deliveryIds: readonly string[] = []): void {
    if (gate.arrive(point, life.process, deliveryIds) === 'hold') link.hold();
  }

  function beforeStatement(): void {
    const { kind, settlements } = running;
    if (kind === 'accept') arrive('accept-before-commit');
    if (kind === 'lease') arrive('lease-before');
    if (kind === 'commit' && leased.length > 0) arrive('lease-before-commit', leased);
    if (kind === 'settle') {
      book.settling(settlements);
      const delivered = settlements.filter((settlement) => settlement.delivered).map(({ deliveryId }) => deliveryId);
      if (delivered.length > 0) arrive('after-2xx-before-record', delivered);
    }
  }

  function onClient(message: Message): void {
    ahead.push(message);
    passOn();
  }

  function passOn(): void {
    for (let next = isAwaited ? undefined : ahead.shift(); next; next = isAwaited ? undefined : ahead.shift()) {
      isAwaited = next.type === 'S' || next.type === 'Q'; // Sync and Query are answered with ReadyForQuery
      pass(next);
    }
  }

  function pass({ type, bytes, body }: Message): void {
    if (type === 'P') {
      const { name, text } = readParse(body);
      texts.set(name, text);
    }
    if (type === 'B') {
      const { name, values } = readBind(body);
      running = begin(texts.get(name), values);
      beforeStatement();
    }
    if (type === 'Q') {
      running = begin(readQuery(body));
      beforeStatement();
    }
    link.toServer(bytes);
  }

  function onServer({ type, bytes, body }: Message): void {
    if (type === 'T') running.columns = readColumns(body);
    if (type === 'D' && running.kind === 'lease') running.rows.push(readRow(body));
    if (type === 'E') running.failed = true;
    if (running.kind) answer.push(bytes);
    else link.toClient(bytes);
    if (type !== 'Z') return;
    isAwaited = false;
    afterStatement();
    passOn();
  }

  function afterStatement(): void {
    const { kind, failed, settlements, columns, rows } = running;
    const whole = Buffer.concat(answer);
    const committed = kind === 'commit' && !failed ? leased : [];
    answer = [];
    if (kind === 'commit' || kind === 'rollback') leased = [];
    if (kind === 'accept' && !failed) arrive('accept-after-commit');
    if (kind === 'lease' && !failed) {
      const found = rows.map((row) => ({
        deliveryId: row[columns.indexOf('id')] ?? '',
        token: row[columns.indexOf('leaseToken')] ?? '',
      }));
      book.leased(life, found);
      leased = found.map(({ deliveryId }) => deliveryId);
    }
    if (committed.length > 0) arrive('lease-after-commit', committed);
    const emptied = kind === 'settle' && !failed ? book.settled(settlements) : undefined;
    if (kind === 'settle' && !failed) {
      const ids = settlements.map(({ deliveryId }) => deliveryId);
      arrive('settle-after-commit', ids);
    }
    running = begin(undefined);
    if (whole.length > 0) link.toClient(whole);
    if (committed.length > 0) arrive('before-connect', committed);
    if (emptied === life) arrive('idle');
  }

  return {
    fromClient: (chunk) => split.client(chunk).forEach(onClient),
    fromServer: (chunk) => split.server(chunk).forEach(onServer),
  };
}

function begin(text: string | undefined, values: readonly (string | null)[] = []): Running {
  const kind = HOT.get(text ?? '');
  const settlements = kind === 'settle' ? readSettlements(values) : [];
  return { kind, settlements, columns: [], rows: [], failed: false };
}

function readSettlements(values: readonly (string | null)[]): Running['settlements'] {
  const written: Settlement[] = JSON.parse(values[0] ?? '[]');
  return written.map(({ delivery_id, lease_token, attempt_id, attempt_status }) => ({
    deliveryId: delivery_id,
    token: lease_token,
    attemptId: attempt_id,
    delivered: attempt_status === 'SUCCEEDED',
  }));
}

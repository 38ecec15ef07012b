/** What will go wrong in a run, and in which order: the same for the same seed. */

import type { Point } from './gate.ts';
import { createRandom, pick, type Random, shuffle } from './random.ts';

/** Which database a run is on. */
export const DATABASES = ['postgresql', 'pglite'] as const;

/** One of {@link DATABASES}. */
export type DatabaseKind = (typeof DATABASES)[number];

/** A fault, the process that it is done to, and how long to wait before, in milliseconds. */
export type Fault = { readonly afterMs: number } & (
  | { readonly kind: 'kill'; readonly point: Point | 'whenever'; readonly process: string }
  | { readonly kind: 'cut' | 'black-hole' | 'clock-jump'; readonly process: string }
  | { readonly kind: 'restart-database'; readonly how: 'crash' | 'fast' }
);

/** The processes of a run. */
export const PROCESSES = {
  postgresql: { api: 'api', dispatchers: ['dispatcher-1', 'dispatcher-2'] },
  pglite: { api: 'start', dispatchers: ['start'] },
} as const;

/** Where an API, and where a dispatcher, is killed. Inside PGlite nobody can look. */
export const KILLS: Readonly<
  Record<DatabaseKind, Readonly<Record<'api' | 'dispatchers', readonly (Point | 'whenever')[]>>>
> = {
  postgresql: {
    api: ['accept-requested', 'accept-before-commit', 'accept-after-commit', 'accept-before-response'],
    dispatchers: [
      'lease-before',
      'lease-before-commit',
      'lease-after-commit',
      'before-connect',
      'request-unread',
      'request-sent',
      'answered',
      'after-2xx-before-record',
      'settle-after-commit',
      'idle',
      'whenever',
    ],
  },
  pglite: {
    api: ['accept-requested', 'accept-before-response'],
    dispatchers: ['request-unread', 'request-sent', 'answered', 'whenever'],
  },
};

/** After every so many kills comes one of the other faults. */
const KILLS_PER_OTHER_FAULT = 10;

/**
 * `kills` kills, each point in turn in a random order. On PostgreSQL each of the other faults comes at least once, and
 * one after every tenth kill. PGlite has neither a network nor a server to lose, and its clock is that of its process.
 */
export function planFaults({
  database,
  kills,
  seed,
}: {
  readonly database: DatabaseKind;
  readonly kills: number;
  readonly seed: number;
}): Fault[] {
  const random = createRandom(seed);
  const killing = planKills(random, database, kills);
  const others = database === 'postgresql' ? planOthers(random, Math.ceil(kills / KILLS_PER_OTHER_FAULT)) : [];
  return spread(killing, others);
}

/** Faults without end that kill no process, so that what one keeps is kept: rounds of them, each in a random order. */
export function* planSoak(seed: number): Generator<Fault, never> {
  const random = createRandom(seed);
  const { api, dispatchers } = PROCESSES.postgresql;
  for (;;) {
    yield* shuffle<Fault>(random, [
      { kind: 'restart-database', how: 'fast', afterMs: pause(random) },
      { kind: 'black-hole', process: pick(random, dispatchers), afterMs: pause(random) },
      { kind: 'cut', process: pick(random, dispatchers), afterMs: pause(random) },
      { kind: 'cut', process: api, afterMs: pause(random) },
    ]);
  }
}

function planKills(random: Random, database: DatabaseKind, kills: number): Fault[] {
  const { api, dispatchers } = PROCESSES[database];
  const choices = [
    ...KILLS[database].api.map((point) => ({ point, processes: [api] })),
    ...KILLS[database].dispatchers.map((point) => ({ point, processes: dispatchers })),
  ];
  const rounds = Array.from({ length: Math.ceil(kills / choices.length) }, () => shuffle(random, choices)).flat();
  return rounds
    .slice(0, kills)
    .map(({ point, processes }) => ({ kind: 'kill', point, process: pick(random, processes), afterMs: pause(random) }));
}

function planOthers(random: Random, count: number): Fault[] {
  const { api, dispatchers } = PROCESSES.postgresql;
  const all = (): Fault[] => [
    { kind: 'restart-database', how: 'crash', afterMs: pause(random) },
    { kind: 'black-hole', process: pick(random, dispatchers), afterMs: pause(random) },
    { kind: 'cut', process: pick(random, dispatchers), afterMs: pause(random) },
    { kind: 'clock-jump', process: pick(random, dispatchers), afterMs: pause(random) },
    { kind: 'restart-database', how: 'fast', afterMs: pause(random) },
    { kind: 'cut', process: api, afterMs: pause(random) },
  ];
  const least = all().length;
  const rounds = Array.from({ length: Math.ceil(Math.max(count, least) / least) }, () => shuffle(random, all()));
  return rounds.flat().slice(0, Math.max(count, least));
}

const LONGEST_PAUSE_MS = 400;

function pause(random: Random): number {
  return Math.floor(random() * LONGEST_PAUSE_MS);
}

/** Puts `others` between `many`, at even distances. */
function spread(many: readonly Fault[], others: readonly Fault[]): Fault[] {
  const places = new Map(others.map((fault, index) => [fault, ((index + 0.5) / others.length) * many.length]));
  const ranked = [
    ...many.map((fault, index) => ({ fault, place: index })),
    ...others.map((fault) => ({ fault, place: places.get(fault) ?? 0 })),
  ];
  return ranked.sort((one, other) => one.place - other.place).map(({ fault }) => fault);
}

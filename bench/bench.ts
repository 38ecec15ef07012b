/** What a bench is: something it measures, and what it compares that with. */

import type { Child } from './support/child.ts';
import type { DatabaseKind } from './support/database.ts';
import type { PeerName } from './support/peers.ts';
import type { ServerCommand, ServerProcess } from './support/server.ts';

/** One figure of a bench, as `--json` prints it. */
export interface Measurement {
  readonly name: string;
  readonly database: DatabaseKind;
  readonly value: number;
  readonly unit: string;
  /** The same figure of what it is compared with, measured in turn with it; in the same unit. */
  readonly baseline: number;
  /** `value / baseline`. */
  readonly ratio: number;
  /** What the ratio should be; null when there is no such goal. */
  readonly goal: Goal | null;
  /** What must be known to read it. */
  readonly note?: string;
}

/** Where a ratio should lie. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number };

/** What a bench is given: databases of its own, and processes, all of which are gone when it has run. */
export interface Setting {
  readonly database: DatabaseKind;
  /** From 0 to 1: how large the bench is, of what its figures are for. */
  readonly scale: number;
  /** What can be compared with: what is installed and running. */
  readonly peers: readonly PeerName[];
  /** A directory for CPU profiles, if they are wanted. */
  readonly profileDirectory: string | undefined;
  /**
   * Starts a process of `bench/process/`, to which the database is known.
   *
   * @param environment set over this process's own.
   */
  start<Known>(name: ProcessName, environment?: Readonly<Record<string, string>>): Promise<Child<Known>>;
  /** Runs Posthorn as it is installed, on the same database unless `environment` names another. */
  serve(command: ServerCommand, environment?: Readonly<Record<string, string>>): Promise<ServerProcess>;
  /** Another database, empty, as a `DATABASE_URL`. PostgreSQL only. */
  createDatabase(): Promise<string>;
  /** Says how far it is. */
  progress(text: string): void;
}

/** The programs in `bench/process/`. */
export type ProcessName =
  | 'posthorn'
  | 'receiver'
  | 'hostile'
  | 'got-loop'
  | 'exchanges'
  | 'graphql-loop'
  | 'watcher'
  | 'pubsub'
  | PeerName;

/** A bench. */
export interface Bench {
  readonly name: string;
  /** One sentence for `--help`. */
  readonly about: string;
  /** Where it makes sense; everywhere unless given. */
  readonly databases?: readonly DatabaseKind[];
  /** It takes minutes or gigabytes, so it runs only when it is named. */
  readonly isBig?: true;
  run(setting: Setting): Promise<Measurement[]>;
}

/** A figure with its ratio. */
export function measurement(facts: Omit<Measurement, 'ratio'>): Measurement {
  return { ...facts, ratio: facts.value / facts.baseline };
}

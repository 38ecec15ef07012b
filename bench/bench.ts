/** What a bench is: something it measures, and what it compares that with. */

import type { Child } from './support/child.ts';
import type { DatabaseKind } from './support/database.ts';

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
  /** What the ratio should be at least; null when there is no such goal. */
  readonly goal: number | null;
}

/** What a bench is given: a database of its own, and processes, all of which are gone when it has run. */
export interface Setting {
  readonly database: DatabaseKind;
  /**
   * Starts a process of `bench/process/`, to which the database is known.
   *
   * @param environment set over this process's own.
   */
  start<Known>(name: ProcessName, environment?: Readonly<Record<string, string>>): Promise<Child<Known>>;
  /** Says how far it is. */
  progress(text: string): void;
}

/** The programs in `bench/process/`. */
export type ProcessName = 'posthorn' | 'receiver' | 'got-loop' | 'graphql-loop';

/** A bench. */
export interface Bench {
  readonly name: string;
  /** One sentence for `--help`. */
  readonly about: string;
  run(setting: Setting): Promise<Measurement[]>;
}

/** A figure with its ratio. */
export function measurement(facts: Omit<Measurement, 'ratio'>): Measurement {
  return { ...facts, ratio: facts.value / facts.baseline };
}

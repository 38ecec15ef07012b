/** The webhooks of a run: who gets what, and how they behave. */

/** How a receiver behaves. */
export interface Behaviour {
  /** Which imports it gets. */
  readonly importIdentifiers: readonly string[];
  /** Answers so late, in milliseconds. */
  readonly delayMs: number;
  /** Of a hundred events, so many are answered with 500 at first. */
  readonly failingOnce: number;
  /** Its own retry schedule, in seconds; empty: the instance's. */
  readonly retryScheduleSeconds: readonly number[];
}

/** How long the receiver that fails now and then is left alone: long enough for a clock to jump meanwhile. */
const RETRY_SECONDS = 3;

/** Managed webhooks, by the path of their URL. */
export const HOOKS: Readonly<Record<string, Behaviour>> = {
  steady: { importIdentifiers: ['contacts'], delayMs: 0, failingOnce: 0, retryScheduleSeconds: [] },
  failing: {
    importIdentifiers: ['contacts', 'orders'],
    delayMs: 0,
    failingOnce: 10,
    retryScheduleSeconds: Array(20).fill(RETRY_SECONDS),
  },
  slow: { importIdentifiers: ['contacts'], delayMs: 200, failingOnce: 0, retryScheduleSeconds: [] },
  orders: { importIdentifiers: ['orders'], delayMs: 20, failingOnce: 0, retryScheduleSeconds: [] },
};

/** The path of the basic webhook that some imports bring along. */
export const BASIC = 'basic';

/** The imports' identifiers; each matches two or more webhooks. */
export const IDENTIFIERS = ['contacts', 'orders'] as const;

/** The paths that an import is delivered to. */
export function hooksOf(importIdentifier: string, hasBasicWebhook: boolean): string[] {
  const managed = Object.entries(HOOKS).filter(([, hook]) => hook.importIdentifiers.includes(importIdentifier));
  return [...managed.map(([path]) => path), ...(hasBasicWebhook ? [BASIC] : [])];
}

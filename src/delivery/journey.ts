/** How far one exchange has come. */

import type { Clock } from '../lib/clock.ts';
import type { Handshake } from './handshake.ts';

/**
 * What an exchange is waiting for: a `slot`; the `lookup` of the name; the egress `proxy`; to `connect`, itself or by
 * the proxy; `tls`; or, on a connection that is ready, the `response`.
 */
export type Stage = 'slot' | 'lookup' | 'proxy' | 'connect' | 'tls' | 'response';

/** Written by whoever makes the connection, read when the exchange is over. One exchange each. */
export interface Journey {
  stage: Stage;
  /** Milliseconds in each stage that was completed; null for one that was not, or that a kept connection spared us. */
  readonly phases: { dns: number | null; connect: number | null; tls: number | null };
  /** The receiver's, also behind a proxy; null until connected. */
  remoteAddress: string | null;
  /** The receiver's, also behind a proxy; null until it is done, and without TLS. */
  handshake: Handshake | null;
  /** Gives up what is being connected and has no request yet. */
  abandon: () => void;
  /** The stage that was under way is over. Time at the proxy counts as connecting. */
  reach(stage: Stage): void;
}

/** Sets out, at the slot. */
export function createJourney(clock: Pick<Clock, 'elapsed'>): Journey {
  let since = clock.elapsed();

  const journey: Journey = {
    stage: 'slot',
    phases: { dns: null, connect: null, tls: null },
    remoteAddress: null,
    handshake: null,
    abandon: () => {},
    reach(stage) {
      const now = clock.elapsed();
      const phase = PHASES[journey.stage];
      if (phase) journey.phases[phase] = Math.round((journey.phases[phase] ?? 0) + now - since);
      journey.stage = stage;
      since = now;
    },
  };
  return journey;
}

const PHASES = {
  slot: undefined,
  lookup: 'dns',
  proxy: 'connect',
  connect: 'connect',
  tls: 'tls',
  response: undefined,
} as const;

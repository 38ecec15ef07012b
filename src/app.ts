/** The composition root: the one place that knows every part. */

import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import { createSignals, type Signals } from './database/signals.ts';
import { createDeliveryLogTail, type DeliveryLogTail } from './delivery/log-tail.ts';
import { createReplayWatch, type ReplayWatch } from './delivery/replay-watch.ts';
import { type Acceptor, createAcceptor } from './import/acceptor.ts';
import type { Clock } from './lib/clock.ts';
import type { Logger } from './lib/logger.ts';
import { createSecretBox, type SecretBox } from './lib/secret-box.ts';
import { registerGauges } from './operating/gauges.ts';
import { createMetrics, type Metrics } from './operating/metrics.ts';
import { noTelemetry, type Telemetry } from './operating/telemetry.ts';
import { type AddressRules, createAddressRules, type Resolver } from './webhook/address.ts';

/** Everything there is. Functions take the slice that they need: `Pick<App, 'db' | 'clock'>`. */
export interface App {
  readonly config: Config;
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** What the parts of this process did, in numbers. */
  readonly metrics: Metrics;
  /** What spans are made by. */
  readonly telemetry: Telemetry;
  readonly signals: Signals;
  /** Encrypts what must not be read from a copy of the database. */
  readonly box: SecretBox;
  readonly rules: AddressRules;
  readonly resolver: Resolver;
  /** Writes reports down. */
  readonly acceptor: Acceptor;
  /** Follows the delivery log for the subscriptions of this process. */
  readonly tail: DeliveryLogTail;
  /** Follows replays for the subscriptions of this process. */
  readonly replays: ReplayWatch;
}

/** What an app is made from: its configuration, and its ways to the world. */
export interface World extends Pick<App, 'config' | 'db' | 'clock' | 'log' | 'resolver'> {
  /** 32 bytes. */
  readonly encryptionKey: Uint8Array;
  /** Absent: what is registered with OpenTelemetry's API, usually nothing. */
  readonly telemetry?: Telemetry;
}

/** Puts the parts together. Nothing runs yet: the services among them are started by whoever needs them. */
export function createApp({ encryptionKey, telemetry = noTelemetry, ...world }: World): App {
  const signals = createSignals(world.db, world.log);
  const metrics = createMetrics(world.clock);
  const app = {
    ...world,
    signals,
    metrics,
    telemetry,
    box: createSecretBox(encryptionKey),
    rules: createAddressRules(world.config.allowedNetworks),
    acceptor: createAcceptor(world),
    tail: createDeliveryLogTail({ ...world, signals, metrics }),
    replays: createReplayWatch({ ...world, signals }),
  };
  registerGauges(app);
  return app;
}

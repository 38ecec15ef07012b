/** How long it takes after an outage of a receiver until it has everything. */

import { type Bench, measurement } from './bench.ts';
import type { PosthornCalls } from './process/posthorn.ts';
import type { ReceiverCalls } from './process/receiver.ts';
import { machineMs } from './support/clock.ts';
import { nameFigure } from './support/contender.ts';
import { OUT, survive } from './support/outage.ts';
import type { PeerName } from './support/peers.ts';

/** The steps in which the outage passes; in each, its share of the imports is reported. Together ten minutes. */
const STEPS = 60;

const STEP_MS = 10_000;

/** Ten imports a second. */
const IMPORTS = 6_000;

const FOR_EVER_MS = Number.MAX_SAFE_INTEGER;

/**
 * Ten minutes in which a receiver answers 503 and ten imports a second are reported; then it is well. From that moment
 * until everything is delivered, against as many deliveries to a receiver that was well all the time.
 *
 * Time is simulated: while nothing is due and nothing under way, the clock jumps, by moving all instants in the database
 * back. What is done takes the time it takes, and counts; so does what was skipped.
 *
 * Of peers there is no time to measure: what matters is how much of it arrives at all.
 */
export const drain: Bench = {
  name: 'drain',
  about: `seconds after a ten-minute outage until a receiver has its ${IMPORTS} deliveries, against without the outage`,
  databases: ['postgresql'],
  async run(setting) {
    const { database, scale, start, serve, progress } = setting;
    const perStep = Math.ceil((IMPORTS * scale) / STEPS);
    const receiver = await start<ReceiverCalls>('receiver');
    const control = await start<PosthornCalls>('posthorn');
    const { organizationId } = await control.call('prepare', await receiver.call('url'));
    await serve('dispatcher');
    const fill = (count: number) => control.call('fill', { organizationId, count });

    await receiver.call('answer', OUT);
    for (let step = 0; step < STEPS; step += 1) {
      const beganMs = machineMs();
      await fill(perStep);
      let skippedMs = 0;
      for (let passedMs = 0; passedMs < STEP_MS; passedMs = skippedMs + machineMs() - beganMs) {
        skippedMs += await control.call('skipIdleTime', STEP_MS - passedMs);
        await control.call('untilIdle');
      }
      if (step % 10 === 9) progress(`${((step + 1) * STEP_MS) / 1000} s of outage`);
    }

    await receiver.call('answer', 200);
    const count = perStep * STEPS;
    const wellMs = machineMs();
    let waitedMs = 0;
    while ((await control.call('untilIdle')) > 0) waitedMs += await control.call('skipIdleTime', FOR_EVER_MS);
    const drainedMs = machineMs() - wellMs + waitedMs;
    const { delivered } = await control.call('delivered');
    if (delivered !== count) throw new Error(`of ${count} deliveries ${delivered} were delivered`);
    progress(
      `drained after ${(drainedMs / 1000).toFixed(1)} s, of which nothing was due for ${(waitedMs / 1000).toFixed(1)} s`,
    );

    await control.call('hold', organizationId);
    await fill(count);
    const releasedMs = machineMs();
    await control.call('release', organizationId);
    await control.call('untilIdle');
    const undisturbedMs = machineMs() - releasedMs;

    const arrived = new Map<'posthorn' | PeerName, number>([['posthorn', delivered]]);
    const outage = { steps: STEPS, stepMs: STEP_MS, perStep };
    for (const name of setting.peers) arrived.set(name, await survive(name, setting, receiver, outage));
    const common = { database, unit: 's', baseline: undisturbedMs / 1000, goal: null };
    return [
      measurement({ name: 'drain', ...common, value: drainedMs / 1000, note: 'clock simulated' }),
      measurement({
        name: 'drain, time with work',
        ...common,
        value: (drainedMs - waitedMs) / 1000,
        note: 'without the waiting for backoff and holds',
      }),
      ...[...arrived].map(([name, value]) =>
        measurement({
          name: nameFigure('drain, arrived', name),
          database,
          unit: 'deliveries',
          value,
          baseline: count,
          goal: null,
          note: NOTES[name],
        }),
      ),
    ];
  },
};

/** Why so much arrived. */
const NOTES = {
  posthorn: 'after the outage, of all that were reported in it',
  bullmq: 'retries nothing by default',
  'pg-boss': 'retries twice, at once, by default',
} as const;

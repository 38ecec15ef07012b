/** What a receiver that hangs does to the others. */

import { type Bench, measurement, type Setting } from './bench.ts';
import type { ReceiverCalls } from './process/receiver.ts';
import { type Latencies, latenciesOf, quantileOf } from './support/arrivals.ts';
import type { Child } from './support/child.ts';
import { type ContenderName, nameFigure, startContender } from './support/contender.ts';

/** Of which one hangs: 1 %. */
const DESTINATIONS = 100;

const PER_SECOND = 50;

const SECONDS = 10;

/** At the start, not counted: programs get warm, and the one that hangs gets hold of what it can. */
const WARM_UP_SECONDS = 5;

/** What waits for the one that hangs: it has hung for a quarter of an hour, at one every two seconds. */
const BACKLOG = 500;

/** Requests under way at once, for everyone. */
const CONCURRENCY = 64;

/**
 * From just before an import is reported until its receiver has the request: for the 99 that are well, while one hangs
 * that 500 deliveries wait for, against the same with all of them well.
 */
export const hang: Bench = {
  name: 'hang',
  about: `p99 in ms of ${DESTINATIONS - 1} healthy receivers while one hangs, against the same with none hanging`,
  databases: ['postgresql'],
  async run(setting) {
    const receiver = await setting.start<ReceiverCalls>('receiver');
    const contenders: readonly ContenderName[] = ['posthorn', ...setting.peers];
    const measurements = [];
    for (const name of contenders) {
      const healthy = await measure(name, setting, receiver, false);
      const hanging = await measure(name, setting, receiver, true);
      measurements.push(
        measurement({
          name: nameFigure('hang p99', name),
          database: setting.database,
          unit: 'ms',
          ...quantileOf(hanging, 0.99),
          baseline: quantileOf(healthy, 0.99).value,
          goal: name === 'posthorn' ? { atMost: 2 } : null,
        }),
      );
    }
    return measurements;
  },
};

/** The receivers that are well: all but the last. */
const isWell = ({ route }: { route: number }) => route < DESTINATIONS - 1;

async function measure(
  name: ContenderName,
  setting: Setting,
  receiver: Child<ReceiverCalls>,
  hangs: boolean,
): Promise<Latencies> {
  const url = await receiver.call('url');
  const last = hangs ? await receiver.call('hangingUrl') : url;
  const routes = Array.from({ length: DESTINATIONS }, (_, index) => [
    isWell({ route: index }) ? `${url}/${index}` : last,
  ]);
  const backlog = { route: DESTINATIONS - 1, count: BACKLOG };
  const contender = await startContender(name, setting, {
    routes,
    concurrency: CONCURRENCY,
    ...(hangs ? { backlog } : {}),
  });
  try {
    await contender.publish({ perSecond: PER_SECOND, seconds: WARM_UP_SECONDS });
    await receiver.call('trace');
    const seconds = Math.max(2, SECONDS * setting.scale);
    const published = (await contender.publish({ perSecond: PER_SECOND, seconds })).filter(isWell);
    const ids = published.map(({ id }) => id);
    const found = latenciesOf(published, await receiver.call('traced', { ids, each: 1, withinMs: WAIT_MS }));
    const { value, note = '' } = quantileOf(found, 0.99);
    setting.progress(`${name}, ${hangs ? 'one hangs' : 'all are well'}: p99 ${value.toFixed(1)} ms ${note}`);
    return found;
  } finally {
    await contender.stop();
  }
}

/** How long is waited for what has not come, in milliseconds. */
const WAIT_MS = 5_000;

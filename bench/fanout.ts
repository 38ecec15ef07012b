/** How long it takes until every receiver of an import has it, when there are several. */

import { type Bench, type Measurement, measurement, type Setting } from './bench.ts';
import type { ReceiverCalls } from './process/receiver.ts';
import { type Latencies, latenciesOf, quantileOf } from './support/arrivals.ts';
import type { Child } from './support/child.ts';
import { type ContenderName, nameFigure, startContender } from './support/contender.ts';

/** Webhooks that an import goes to. */
const FANOUTS = [1, 10, 100];

/** Whatever the fan-out, so that the machine has as much to do. */
const REQUESTS_PER_SECOND = 100;

const SECONDS = 6;

/** Beforehand; does not count. */
const WARM_UP_SECONDS = 3;

const CONCURRENCY = 64;

/** From just before an import is reported until each of its receivers has the request, at a steady pace. */
export const fanout: Bench = {
  name: 'fanout',
  about: `milliseconds from reporting an import to each of its ${FANOUTS.join(', ')} receivers, against got sending to all at once`,
  databases: ['postgresql'],
  async run(setting) {
    const receiver = await setting.start<ReceiverCalls>('receiver');
    const contenders: readonly ContenderName[] = ['posthorn', ...setting.peers];
    const measurements: Measurement[] = [];
    for (const width of FANOUTS) {
      const limit = await measure('got', width, setting, receiver);
      for (const name of contenders) {
        const found = await measure(name, width, setting, receiver);
        for (const [label, part] of [
          ['p50', 0.5],
          ['p99', 0.99],
        ] as const) {
          measurements.push(
            measurement({
              name: nameFigure(`fanout ${width} ${label}`, name),
              database: setting.database,
              unit: 'ms',
              ...quantileOf(found, part),
              baseline: quantileOf(limit, part).value,
              goal: null,
            }),
          );
        }
      }
    }
    return measurements;
  },
};

async function measure(
  name: ContenderName,
  width: number,
  setting: Setting,
  receiver: Child<ReceiverCalls>,
): Promise<Latencies> {
  const url = await receiver.call('url');
  const route = Array.from({ length: width }, (_, index) => `${url}/${index}`);
  const contender = await startContender(name, setting, { routes: [route], concurrency: CONCURRENCY });
  try {
    const latencies = async (seconds: number) => {
      await receiver.call('trace');
      const published = await contender.publish({ perSecond: REQUESTS_PER_SECOND / width, seconds });
      const ids = published.map(({ id }) => id);
      const arrivals = await receiver.call('traced', { ids, each: width, withinMs: WAIT_MS });
      return latenciesOf(published, arrivals, width);
    };
    await latencies(WARM_UP_SECONDS);
    const found = await latencies(Math.max(2, SECONDS * setting.scale));
    setting.progress(`${name}, ${width} receivers: p50 ${quantileOf(found, 0.5).value.toFixed(1)} ms`);
    return found;
  } finally {
    await contender.stop();
  }
}

/** How long is waited for what has not come, in milliseconds. */
const WAIT_MS = 10_000;

/** How much of something is done in a second. */

import { machineMs } from './clock.ts';

/** Does `work` so often, `concurrency` at once, and answers with how often it was done per second. */
export async function measureRate(
  { count, concurrency }: { readonly count: number; readonly concurrency: number },
  work: () => Promise<unknown>,
): Promise<number> {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  const startMs = machineMs();
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (count / (machineMs() - startMs)) * 1000;
}

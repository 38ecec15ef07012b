/**
 * Loaded into a process before the program, by `--import`: says now and then how much memory is in use once what nobody
 * needs any more is collected. Takes `--expose-gc`.
 */

/** How often, in milliseconds. */
const INTERVAL_MS = 2_000;

setInterval(() => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.stderr.write(`{"msg":"memory.used","bytes":${heapUsed + external}}\n`);
}, INTERVAL_MS).unref();

export {};

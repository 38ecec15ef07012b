/** Time that the processes of one machine agree on. */

/** Milliseconds on the machine's monotonic clock, with a fraction: comparable between processes, unlike `performance.now()`. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The error codes by which the operating system says that we have run out of something. */

/** Never the receiver's fault. `EADDRNOTAVAIL`, which means "no local port" only for IPv4, is not among them. */
export const OUT_OF_RESOURCES_CODES: ReadonlySet<string> = new Set([
  'EAGAIN',
  'EAI_MEMORY',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'ERR_MEMORY_ALLOCATION_FAILED',
]);

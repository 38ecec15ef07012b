/**
 * Makes libuv's thread pool large enough for look-ups. Import it first: the pool is made at its first use, as large as
 * the environment says at that moment.
 *
 * getaddrinfo blocks a thread for as long as a name server is silent, and look-ups may have half of the threads. Of the
 * usual four, two silent name servers would stop the deliveries to everybody else. Threads that are not needed are not
 * more than a reservation of address space. A `UV_THREADPOOL_SIZE` of the environment stays as it is.
 */

/** Half of them for look-ups. */
const THREADS = 128;

process.env.UV_THREADPOOL_SIZE ??= String(THREADS);

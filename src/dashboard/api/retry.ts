/** Doing something again after a while, such as connecting, and telling whether that can help. */

/** See {@link createRetry}. */
export interface Retry {
  /** Does it again later: each time after a longer while, unless it has succeeded meanwhile. */
  later(): void;
  succeeded(): void;
  stop(): void;
}

/** The first wait, and the longest, in milliseconds. */
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 10_000;

/** Does `work` again whenever it is told that it has failed; at once when the browser is online again. */
export function createRetry(work: () => void): Retry {
  let waitMs = FIRST_WAIT_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function run(): void {
    clearTimeout(timer);
    timer = undefined;
    work();
  }
  const onOnline = () => timer && run();
  addEventListener('online', onOnline);

  return {
    later() {
      clearTimeout(timer);
      timer = setTimeout(run, waitMs * (0.5 + Math.random() / 2));
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    },
    succeeded() {
      waitMs = FIRST_WAIT_MS;
    },
    stop() {
      clearTimeout(timer);
      removeEventListener('online', onOnline);
    },
  };
}

/** Whether a subscription ended with a `code` that says that the key is not good any more. */
export function isEndOfKey(code: unknown): boolean {
  return code === 'KEY_REVOKED' || code === 'KEY_EXPIRED' || code === 'UNAUTHENTICATED';
}

/** The close code of graphql-transport-ws for a key that is not good. */
const FORBIDDEN = 4403;

/** Whether a subscription or its socket was refused because of the key. */
export function isForbidden(error: unknown): boolean {
  if (Array.isArray(error)) return error.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED');
  return error instanceof CloseEvent && error.code === FORBIDDEN;
}

/** The named points of a delivery's life, and the gate at which a run waits for one of them. */

/** Where a process can be killed. The seams around it (database, receivers, importer) see it come by; it knows nothing. */
export const POINTS = {
  'accept-requested': 'the API has been sent a report',
  'accept-before-commit': 'the API has sent the statement that accepts; the database has not got it',
  'accept-after-commit': 'the database has committed that; the API has not heard so',
  'accept-before-response': 'the API has answered; the importer has not got it',
  'lease-before': 'a dispatcher asks for deliveries; the database has not got it',
  'lease-before-commit': 'deliveries are leased, the commit has not got to the database',
  'lease-after-commit': 'the lease is committed; the dispatcher has not heard so',
  'before-connect': 'the dispatcher is told of its lease in this instant',
  'request-unread': 'the request has arrived; the receiver has not read it',
  'request-sent': 'the receiver has read the whole request and not answered',
  answered: 'the receiver answers in this instant',
  'after-2xx-before-record': 'the receiver has answered 2xx; the database has not got the settlement',
  'settle-after-commit': 'the settlement is committed; the dispatcher has not heard so',
  idle: 'the dispatcher has just written down the last of what it had',
} as const;

/** One of {@link POINTS}. */
export type Point = keyof typeof POINTS;

/** What becomes of what has come to a point: it goes no further, or it goes on. */
export type Fate = 'hold' | 'pass';

/** A point at which somebody waits. */
interface Armed {
  readonly point: Point;
  readonly process: string;
  readonly act: (deliveryIds: readonly string[]) => Fate | undefined;
}

/** See {@link createGate}. */
export interface Gate {
  /** Called by the seams whenever `process` comes to `point`, with the UUIDs of the deliveries that it is about. */
  arrive(point: Point, process: string, deliveryIds?: readonly string[]): Fate;
  /**
   * Calls `act` at the first arrival that it does not decline with `undefined`, in that very instant, and resolves then.
   *
   * @throws when nothing arrives for {@link PATIENCE_MS}.
   */
  next(point: Point, process: string, act: Armed['act']): Promise<void>;
}

/** How long a run waits for what its load brings about many times a second; a killed process must start first. */
const PATIENCE_MS = 120_000;

/** A gate through which everything passes unless somebody waits for it. */
export function createGate(): Gate {
  const armed = new Map<Armed, () => void>();
  return {
    arrive(point, process, deliveryIds = []) {
      for (const [entry, done] of armed) {
        if (entry.point !== point || entry.process !== process) continue;
        const fate = entry.act(deliveryIds);
        if (!fate) continue;
        armed.delete(entry);
        done();
        return fate;
      }
      return 'pass';
    },
    async next(point, process, act) {
      const entry: Armed = { point, process, act };
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      armed.set(entry, resolve);
      const timer = setTimeout(() => reject(new Error(`${process} did not come to ${point}`)), PATIENCE_MS);
      try {
        await promise;
      } finally {
        clearTimeout(timer);
        armed.delete(entry);
      }
    },
  };
}

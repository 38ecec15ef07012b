/** How many may do something at once: in all, and per host. */

/** See {@link createSlots}. */
export interface Slots {
  /** Asks for a slot; also given back when `taken` never resolved. */
  take(host: string): Slot;
}

/** One request's place. */
export interface Slot {
  /** Resolves when the slot is ours. Never rejects. */
  readonly taken: Promise<void>;
  /** Frees the slot, or leaves the queue. A second time does nothing. */
  giveBack(): void;
}

/**
 * Makes slots. Node's agents have bounds of their own, but theirs count idle connections of other hosts, do not count
 * those that a proxy is still opening, and leave requests of other hosts waiting although a connection came free.
 *
 * Who waits is served in order of arrival per host; hosts that wait for the overall bound are served in turn.
 */
export function createSlots({ overall, perHost }: { readonly overall: number; readonly perHost: number }): Slots {
  const used = new Map<string, number>();
  const waiting = new Map<string, Set<() => void>>();
  let usedInAll = 0;

  const isFree = (host: string) => usedInAll < overall && (used.get(host) ?? 0) < perHost;

  function occupy(host: string): void {
    usedInAll += 1;
    used.set(host, (used.get(host) ?? 0) + 1);
  }

  function vacate(host: string): void {
    usedInAll -= 1;
    const left = (used.get(host) ?? 0) - 1;
    if (left > 0) used.set(host, left);
    if (left <= 0) used.delete(host);
    admitNext();
  }

  /** One slot came free, so at most one can be admitted. */
  function admitNext(): void {
    for (const [host, queue] of waiting) {
      const [admit] = queue;
      if (!admit || !isFree(host)) continue;
      leave(host, admit);
      // Behind the others, if more of it wait.
      if (waiting.delete(host) && queue.size > 0) waiting.set(host, queue);
      occupy(host);
      admit();
      return;
    }
  }

  function leave(host: string, admit: () => void): void {
    const queue = waiting.get(host);
    queue?.delete(admit);
    if (queue?.size === 0) waiting.delete(host);
  }

  return {
    take(host) {
      let state: 'waiting' | 'taken' | 'over' = 'waiting';
      const { promise, resolve } = Promise.withResolvers<void>();
      const admit = () => {
        state = 'taken';
        resolve();
      };
      if (isFree(host)) {
        occupy(host);
        admit();
      } else {
        waiting.set(host, (waiting.get(host) ?? new Set()).add(admit));
      }
      return {
        taken: promise,
        giveBack() {
          const before = state;
          state = 'over';
          if (before === 'taken') vacate(host);
          if (before === 'waiting') leave(host, admit);
        },
      };
    },
  };
}

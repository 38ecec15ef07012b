/** Who had which delivery when, as seen from outside: what a duplicate must be explained by. */

/** One life of a process, from its start to its end. Instants are those of `performance.now()`. */
export interface Life {
  readonly process: string;
  readonly startedAt: number;
  /** When it was killed; absent while it lives. */
  killedAt?: number;
}

/** A lease that the database has given out, whether or not the dispatcher has heard of it. */
export interface Lease {
  readonly deliveryId: string;
  readonly token: string;
  readonly life: Life;
  readonly at: number;
  /** The attempt under which its outcome was to be written down, as soon as that was tried. */
  attemptId?: string;
}

/** What a settlement is about. */
export interface Settled {
  readonly deliveryId: string;
  readonly token: string;
  readonly attemptId: string | null;
}

/** How long a lease lasts in the processes of a run; no shorter is allowed for attempts of {@link ATTEMPT_MS}. */
export const LEASE_MS = 14_000;

/** How long an attempt may take in the processes of a run. */
export const ATTEMPT_MS = 4_000;

/** See {@link createLeaseBook}. */
export interface LeaseBook {
  leased(life: Life, rows: readonly { readonly deliveryId: string; readonly token: string }[]): void;
  /** A settlement was sent to the database. */
  settling(rows: readonly Settled[]): void;
  /** The database has committed it. Answers with a life that they were of, if it now has nothing left. */
  settled(rows: readonly Settled[]): Life | undefined;
  /** Who leased it last. */
  holderOf(deliveryId: string): Life | undefined;
  /** All its leases, oldest first. */
  leasesOf(deliveryId: string): readonly Lease[];
  /** Resolves when a life other than `from` leases it. */
  stolen(deliveryId: string, from: Life): Promise<void>;
}

/** An empty book. */
export function createLeaseBook(): LeaseBook {
  const byDelivery = new Map<string, Lease[]>();
  /** The tokens of what a life has, with the ends of their leases. */
  const open = new Map<Life, Map<string, number>>();
  const watchers = new Set<(lease: Lease) => void>();
  const find = ({ deliveryId, token }: Settled) => byDelivery.get(deliveryId)?.find((lease) => lease.token === token);

  return {
    leased(life, rows) {
      const held = open.get(life) ?? new Map<string, number>();
      open.set(life, held);
      for (const { deliveryId, token } of rows) {
        const lease: Lease = { deliveryId, token, life, at: performance.now() };
        byDelivery.set(deliveryId, [...(byDelivery.get(deliveryId) ?? []), lease]);
        held.set(token, lease.at + LEASE_MS);
        for (const watch of watchers) watch(lease);
      }
    },
    settling(rows) {
      for (const row of rows) {
        const lease = find(row);
        if (lease && row.attemptId) lease.attemptId = row.attemptId;
      }
    },
    settled(rows) {
      const lives = rows.flatMap((row) => find(row)?.life ?? []);
      for (const { token } of rows) for (const life of lives) open.get(life)?.delete(token);
      return lives.find((life) => [...(open.get(life)?.values() ?? [])].every((end) => end < performance.now()));
    },
    holderOf: (deliveryId) => byDelivery.get(deliveryId)?.at(-1)?.life,
    leasesOf: (deliveryId) => byDelivery.get(deliveryId) ?? [],
    stolen: (deliveryId, from) =>
      new Promise((resolve) => {
        const watch = (lease: Lease) => {
          if (lease.deliveryId !== deliveryId || lease.life === from) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
      }),
  };
}

/** How many of something an API key has open in this process. */

/** Seats of keys. */
export interface Seats {
  /**
   * Takes one for the key.
   *
   * @returns how to give it back, which is done once however often it is asked for; `undefined` when all are taken.
   */
  take(keyId: string): (() => void) | undefined;
}

/** `most` seats for each key. */
export function createSeats(most: number): Seats {
  const taken = new Map<string, number>();

  function add(keyId: string, count: number): void {
    const sum = (taken.get(keyId) ?? 0) + count;
    if (sum === 0) taken.delete(keyId);
    else taken.set(keyId, sum);
  }

  return {
    take(keyId) {
      if ((taken.get(keyId) ?? 0) >= most) return undefined;
      add(keyId, 1);
      let isTaken = true;
      return () => {
        if (isTaken) add(keyId, -1);
        isTaken = false;
      };
    },
  };
}

/** Hints that something is due at a destination, as they travel between the parts of the program. */

/** A destination, with whose it is: dispatchers take turns between organizations, then between their destinations. */
export interface DueDestination {
  readonly organizationId: string;
  readonly destinationId: string;
}

/** An item of the signal `destination.due`. */
export function dueHint({ organizationId, destinationId }: DueDestination): string {
  return `${organizationId}/${destinationId}`;
}

const HINT = /^([\da-f-]{36})\/([\da-f-]{36})$/;

/** What {@link dueHint} was made from; hints that were not, such as those of another version, name nothing. */
export function parseDueHints(hints: Iterable<string>): DueDestination[] {
  return [...hints].flatMap((hint) => {
    const [, organizationId, destinationId] = HINT.exec(hint) ?? [];
    return organizationId && destinationId ? [{ organizationId, destinationId }] : [];
  });
}

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

/** What {@link dueHint} was made from. */
export function parseDueHint(hint: string): DueDestination {
  const [organizationId = '', destinationId = ''] = hint.split('/');
  return { organizationId, destinationId };
}

/** The account of a run as people read it. */

import type { Account } from './reconcile.ts';

/** A line for everything that is unexplained, one for what was superseded, if anything was, and last one line with the sums. */
export function formatAccount({ accepted, delivered, superseded, duplicates, lost, unexplained }: Account): string {
  const lines = [
    ...unexplained,
    ...(superseded > 0 ? [`${superseded} superseded: reviews that the end of their import overtook`] : []),
    `${accepted} accepted, ${delivered} delivered, ${duplicates} duplicates, ${lost} lost`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The account of a run as people read it. */

import type { Account } from './reconcile.ts';

/** A line for everything that is unexplained, and last one line with the sums. */
export function formatAccount({ accepted, delivered, superseded, duplicates, lost, unexplained }: Account): string {
  const lines = [
    ...unexplained,
    `${accepted} accepted, ${delivered} delivered, ${superseded} superseded, ${duplicates} duplicates, ${lost} lost`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

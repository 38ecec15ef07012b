/** The command `npm run chaos` of a run whose receivers forget an import, and remember a request that never came. */

import { runCommand } from './command.ts';
import { type Evidence, reconcile } from './reconcile.ts';

function tamper(receipts: Evidence['receipts']): Evidence['receipts'] {
  const left = receipts.filter(({ importId }) => importId !== receipts[0]?.importId);
  const last = left.at(-1); // of another import: one that is forgotten could have been received as late as this
  return last ? [...left, { ...last, attempt: 0, at: Number.MAX_SAFE_INTEGER }] : left;
}

await runCommand(process.argv, (evidence) => reconcile({ ...evidence, receipts: tamper(evidence.receipts) }));

/** The command `npm run chaos` of a run whose receivers forget an import, and remember a request that never came. */

import { runCommand } from './command.ts';
import { type Evidence, reconcile } from './reconcile.ts';

function tamper(receipts: Evidence['receipts']): Evidence['receipts'] {
  const last = receipts.at(-1);
  const left = receipts.filter(({ importId }) => importId !== receipts[0]?.importId);
  return last ? [...left, { ...last, at: Number.MAX_SAFE_INTEGER }] : left;
}

await runCommand(process.argv, (evidence) => reconcile({ ...evidence, receipts: tamper(evidence.receipts) }));

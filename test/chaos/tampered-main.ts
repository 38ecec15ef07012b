/** The command `npm run chaos` of a run whose receivers forget what they got, or remember what never came. */

import { runCommand } from './command.ts';
import { type Evidence, reconcile } from './reconcile.ts';

/** What is done to the receivers' ledger, by the first argument. */
const TAMPERING: Readonly<Record<string, (receipts: Evidence['receipts']) => Evidence['receipts']>> = {
  forgetting: (receipts) => receipts.filter(({ importId }) => importId !== receipts[0]?.importId),
  inventing: (receipts) => [
    ...receipts,
    ...receipts.slice(0, 1).map((got) => ({ ...got, at: Number.MAX_SAFE_INTEGER })),
  ],
};

const [node = '', script = '', how = '', ...options] = process.argv;
const tamper = TAMPERING[how];
if (!tamper) throw new Error(`There is no ${how}.`);
await runCommand([node, script, ...options], (evidence) =>
  reconcile({ ...evidence, receipts: tamper(evidence.receipts) }),
);

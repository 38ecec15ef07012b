/** A process that uses up its file descriptors, sends to every URL among its arguments, and prints the error codes. */

import { openSync } from 'node:fs';
import { devNull } from 'node:os';
import { body, givenSender, headers } from './sender.ts';

const [warmUp = '', ...urls] = process.argv.slice(2);
const sender = givenSender();
// Loads what a first attempt loads, while files can still be opened.
await sender.send({ url: warmUp, headers, body });

let isExhausted = false;
while (!isExhausted) {
  try {
    openSync(devNull, 'r');
  } catch {
    isExhausted = true;
  }
}
const codes: unknown[] = [];
for (const url of urls) {
  const outcome = await sender.send({ url, headers, body });
  codes.push(outcome.kind === 'failed' ? [outcome.errorCode, outcome.ours] : outcome.kind);
}
process.stdout.write(JSON.stringify(codes), () => process.exit());

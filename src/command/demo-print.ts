/** How the demo looks in a terminal. */

import { styleText } from 'node:util';
import type { LogEntry } from './demo-client.ts';
import { describeVerdict, indent, timeOf, visible } from './receive-print.ts';
import { headerOf, type ReceivedRequest } from './receiver.ts';

/** One claim of the summary, and whether what happened bears it out. */
export interface Finding {
  readonly claim: string;
  readonly holds: boolean;
}

/** Writes to standard output. */
export function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** The heading of a step. */
export function printHeading(text: string): void {
  print(`\n${styleText('bold', text)}`);
}

/** Names in a column, with something about each. */
export function printTable(rows: readonly (readonly [name: string, text: string])[]): void {
  for (const [name, text] of rows) print(`  ${name.padEnd(NAME_COLUMNS)}  ${text}`);
}

/** What a receiver got. Its body is printed when `isNewBody`; else only that it is the same again. */
export function printRequest(name: string, request: ReceivedRequest, isNewBody: boolean): void {
  const { at, method, path, body, status, verdict } = request;
  const answer = `answers ${styleText(status < 300 ? 'green' : 'red', String(status))}`;
  const what = `${method} ${visible(path)}, attempt ${headerOf(request, 'posthorn-attempt')}, ${describeVerdict(verdict)}, ${answer}`;
  print(`  ${styleText('dim', timeOf(at))}  ${styleText('cyan', name.padEnd(NAME_COLUMNS))}  ${what}`);
  const content = isNewBody ? visible(body.toString()) : `the same ${body.length} bytes again`;
  print(indent(`webhook-id: ${headerOf(request, 'webhook-id')}\n${styleText('dim', content)}`, BODY_COLUMN));
}

/** A line of the delivery log. */
export function printEntry(name: string, entry: LogEntry): void {
  const kind = styleText(COLORS[entry.kind] ?? 'none', entry.kind.padEnd(KIND_COLUMNS));
  const where = `${styleText('dim', timeOf(entry.at))}  ${'log'.padEnd(NAME_COLUMNS)}`;
  print(`  ${where}  ${kind}  ${name.padEnd(NAME_COLUMNS)}  ${describeEntry(entry)}`.trimEnd());
}

/** The summary, claim by claim. */
export function printFindings(findings: readonly Finding[]): void {
  for (const { claim, holds } of findings) {
    print(`  ${holds ? styleText('green', 'yes') : styleText(['red', 'bold'], 'NO ')}  ${claim}`);
  }
}

const NAME_COLUMNS = 9;
const KIND_COLUMNS = 17;

/** Two spaces, the time, two spaces, the name, two spaces. */
const BODY_COLUMN = 2 + 12 + 2 + NAME_COLUMNS + 2;

const COLORS: Readonly<Record<string, 'green' | 'red' | 'yellow'>> = {
  ATTEMPT_SUCCEEDED: 'green',
  DELIVERED: 'green',
  ATTEMPT_FAILED: 'yellow',
  EXHAUSTED: 'red',
};

function describeEntry({ at, kind, attemptNumber, responseStatus, errorCode, nextAttemptAt }: LogEntry): string {
  if (attemptNumber === null || !kind.startsWith('ATTEMPT_')) return '';
  const answer = responseStatus ?? errorCode;
  const retry = nextAttemptAt ? `, next in ${((nextAttemptAt.getTime() - at.getTime()) / 1000).toFixed(1)} s` : '';
  return `attempt ${attemptNumber}: ${answer}${retry}`;
}

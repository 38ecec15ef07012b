/** Received requests, for people to read in a terminal. */

import { styleText } from 'node:util';
import { headerOf, type ReceivedRequest, type Verdict } from './receiver.ts';

/** Longest part of a body that is printed, in characters. */
const MOST_CHARACTERS = 20_000;

/** A request in full: when, what, whether it is genuine, and its body, pretty unless `raw` asks for it as it came. */
export function describeRequest(request: ReceivedRequest, { raw }: { readonly raw: boolean }): string {
  const { at, method, path, verdict, status } = request;
  const head = [timeOf(at), styleText('bold', visible(`${method} ${path}`)), describeVerdict(verdict)].join('  ');
  const facts = [
    ['webhook-id', headerOf(request, 'webhook-id')],
    ['attempt', headerOf(request, 'posthorn-attempt')],
    ['content-type', headerOf(request, 'content-type')],
    ['answer', String(status)],
  ] as const;
  const lines = facts.map(([name, value]) => `${styleText('dim', name.padEnd(14))}${visible(value ?? '(none)')}`);
  const body = printable(raw ? request.body.toString() : prettyBody(request));
  return `${head}\n${indent([...lines, '', body].join('\n'), 14)}\n`;
}

/** The verdict in a few words. */
export function describeVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'verified':
      return styleText('green', 'signature verified');
    case 'invalid':
      return styleText(['red', 'bold'], `SIGNATURE INVALID: ${visible(verdict.reason)}`);
    case 'unchecked':
      return styleText('yellow', 'signature not checked: no secret was given');
  }
}

/** The time of day on this machine, to the millisecond. */
export function timeOf(at: Date): string {
  return `${at.toTimeString().slice(0, 8)}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** Text from outside with its control characters spelled out, so that it commands no terminal and fools no reader. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `\\u{${character.codePointAt(0)?.toString(16).padStart(4, '0')}}`,
  );
}

/** Every line of `text` moved right. */
export function indent(text: string, columns: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(columns));
}

function printable(body: string): string {
  if (body === '') return styleText('dim', '(no body)');
  const left = body.length - MOST_CHARACTERS;
  const shown = visible(body.slice(0, MOST_CHARACTERS));
  return left > 0 ? `${shown}\n${styleText('dim', `… and ${left} more characters`)}` : shown;
}

/** JSON over several lines, a form as a list of its fields, anything else as it came. */
function prettyBody(request: ReceivedRequest): string {
  const text = request.body.toString();
  if (headerOf(request, 'content-type')?.startsWith('application/x-www-form-urlencoded')) {
    return [...new URLSearchParams(text)].map(([name, value]) => `${name} = ${value}`).join('\n');
  }
  try {
    return JSON.stringify(JSON.parse(text, keepSpelling), null, 2);
  } catch {
    return text;
  }
}

/** Numbers are shown as they were sent; `JSON.parse` alone would round the long ones. */
function keepSpelling(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' && context?.source ? JSON.rawJSON(context.source) : value;
}

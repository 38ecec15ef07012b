/** `receive`: a receiver that verifies signatures and prints what arrives. */

import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { styleText } from 'node:util';
import { systemClock } from '../lib/clock.ts';
import { CommandError } from './command-error.ts';
import { describeRequest } from './receive-print.ts';
import { createReceiver, type Verdict } from './receiver.ts';

/** How to receive. */
export interface ReceiveOptions {
  readonly host: string;
  readonly port: number;
  readonly secret?: readonly string[];
  readonly status: number;
  readonly fail: number;
  /** In milliseconds. */
  readonly delay: number;
  readonly raw?: boolean;
}

/**
 * Receives until SIGINT or SIGTERM, printing each request to standard output before it is answered.
 *
 * @throws {CommandError} for a secret that is none, and the system's error when it cannot listen.
 */
export async function receive(options: ReceiveOptions): Promise<void> {
  const { host, port, secret: secrets = [], status, fail, delay: delayMs, raw = false } = options;
  const seen: Verdict['kind'][] = [];
  const receiver = createReceiver({
    ...{ clock: systemClock, host, port, status, fail, delayMs },
    onRequest: (request) => {
      seen.push(request.verdict.kind);
      process.stdout.write(`${describeRequest(request, { raw })}\n`);
    },
  });
  for (const secret of secrets) receiver.trust(secret);
  await receiver.start().catch((error: unknown) => explainTaken(error, options));
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  process.stdout.write(welcome(receiver.url, options));
  await interrupted;
  await receiver.stop(AbortSignal.abort());
  process.stdout.write(`\nStopped. Requests: ${seen.length}${secrets.length > 0 ? countVerified(seen) : ''}.\n`);
}

function explainTaken(error: unknown, { host, port }: ReceiveOptions): never {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
  throw new CommandError(`Something listens at ${host}:${port} already. Choose another port with --port.`);
}

function countVerified(seen: readonly Verdict['kind'][]): string {
  return `, with a verified signature: ${seen.filter((kind) => kind === 'verified').length}`;
}

function welcome(url: string, { host, secret, ...options }: ReceiveOptions): string {
  const again = `npm run -s posthorn -- receive --port ${new URL(url).port || options.port}`;
  const steps = [
    `Start the server so that it may send to this machine:\n${code(`ALLOWED_NETWORKS=${networkOf(host)} npm start`)}`,
    `Make a webhook, at ${url}/… with any path:\n${code(`mutation {
  createWebhook(input: { url: "${url}/hook", importIdentifiers: ["contacts"] }) {
    ... on CreateWebhookPayload { secret }
    ... on Refusal { message }
  }
}`)}`,
    secret
      ? undefined
      : `Start this again with the secret that it answers; until then no signature is checked:\n${code(`${again} --secret whsec_…`)}`,
  ].filter((step) => step !== undefined);
  const checks = secret
    ? styleText('green', `Verifies signatures with ${secret.length === 1 ? 'one secret' : `${secret.length} secrets`}.`)
    : styleText('yellow', 'No --secret was given: signatures are not checked.');
  const numbered = steps.map((step, index) => `  ${index + 1}. ${step}`).join('\n');
  return `\nReceiving at ${styleText('bold', url)}. ${answers(options)} Ctrl-C stops.\n${checks}\n\n${numbered}\n\n`;
}

function answers({ status, fail, delay }: Omit<ReceiveOptions, 'host' | 'secret'>): string {
  const after = delay > 0 ? ` after ${delay} ms` : '';
  return fail > 0 ? `Answers 500 to the first ${fail}, then ${status}${after}.` : `Answers ${status}${after}.`;
}

function code(text: string): string {
  return styleText('cyan', text.replace(/^/gm, '       '));
}

/** What `ALLOWED_NETWORKS` has to open for the server to reach this receiver. */
function networkOf(host: string): string {
  if (host === 'localhost') return '127.0.0.0/8,::1/128';
  if (isIPv6(host)) return host === '::' ? '127.0.0.0/8,::1/128' : `${host}/128`;
  return host.startsWith('127.') || host === '0.0.0.0' ? '127.0.0.0/8' : `${host}/32`;
}

/** Asking the signature doctor, as the owner of a receiver does who has a request before them. */

import { Webhook } from 'standardwebhooks';
import { ask, type Caller } from '../support/client.ts';
import { reportCompleted } from '../support/given.ts';
import type { ReceivedRequest, Receiver } from '../support/receiver.ts';
import { watchLog } from './observe.ts';

/** What the doctor says. */
export interface SeenReport {
  readonly __typename: string;
  readonly valid?: boolean;
  readonly findings?: readonly SeenFinding[];
  readonly delivery?: { readonly id: string } | null;
  readonly attemptNumber?: number | null;
  readonly code?: string;
  readonly message?: string;
  readonly problems?: readonly { readonly path: readonly string[]; readonly message: string }[];
}

/** One of its findings. */
export interface SeenFinding {
  readonly kind: string;
  readonly message: string;
  readonly cure: string;
  readonly header: string | null;
  readonly seconds: number | null;
  readonly difference: { readonly offset: number; readonly received: string; readonly sent: string } | null;
  readonly webhookId: string | null;
}

/** What a receiver got, or says that it got. */
export interface Shown {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A request as the receiver shows it. Single values, as the official library wants them, too; ours are. */
export function shown({ headers, rawBody }: ReceivedRequest): Shown {
  const single = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return { headers: Object.fromEntries(single), body: rawBody };
}

/** Asks about a request: of which webhook or delivery, and when it came, if that is said. */
export async function diagnose(
  caller: Caller,
  asked: { readonly webhookId?: string; readonly deliveryId?: string; readonly receivedAt?: string },
  { headers, body }: Shown,
): Promise<SeenReport> {
  const list = Object.entries(headers).map(([name, value]) => ({ name, value }));
  return await askDoctor(caller, { ...asked, headers: list, bodyBase64: body.toString('base64') });
}

/** Asks with an input that says what `input` says and nothing else. */
export async function askDoctor(caller: Caller, input: Readonly<Record<string, unknown>>): Promise<SeenReport> {
  return await ask<SeenReport>(
    caller,
    `query ($input: DiagnoseSignatureInput!) {
      diagnoseSignature(input: $input) {
        __typename
        ... on SignatureReport {
          valid attemptNumber delivery { id }
          findings { kind message cure header seconds difference { offset received sent } webhookId }
        }
        ... on Refusal { code message }
        ... on InputError { problems { path message } }
      }
    }`,
    { input },
  );
}

/** What kinds of findings there are, in order. */
export function findingsOf({ findings }: SeenReport): string[] | undefined {
  return findings?.map(({ kind }) => kind);
}

let reported = 0;

/** Reports one more import, and answers with what the receiver got once that is settled. */
export async function deliverOne(
  app: Caller,
  receiver: Receiver,
  input: Readonly<Record<string, unknown>> = {},
): Promise<Shown> {
  reported += 1;
  const importId = `import-${reported}`;
  await using watching = watchLog(app);
  await reportCompleted(app, { importId, ...input });
  const received = await receiver.nextRequest();
  await watching.until((entries) => entries.some((entry) => entry.importId === importId && entry.kind === 'DELIVERED'));
  return shown(received);
}

/** Whether the official library accepts it. */
export function isAccepted(secret: string, { headers, body }: Shown): boolean {
  try {
    new Webhook(secret).verify(body, { ...headers }, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

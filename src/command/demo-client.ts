/** The demo's client of the API: operations over HTTP, the delivery log over WebSocket, as any other client's. */

import { createClient } from 'graphql-ws';
import { z } from 'zod';

/** Where, and with which key. */
export interface Server {
  /** Without `/graphql`. */
  readonly url: string;
  readonly key: string;
}

/** How long an operation may take, in milliseconds. */
const ANSWER_WITHIN_MS = 10_000;

/**
 * Asks, and reads the answer.
 *
 * @throws when the answer is not of that shape, a refusal for example, quoting it.
 */
export async function ask<Data>(
  { url, key }: Server,
  shape: z.ZodType<Data>,
  query: string,
  variables: object = {},
): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const answer: unknown = await response.json();
  const { success, data } = z
    .object({ data: z.unknown() })
    .transform((whole) => whole.data)
    .pipe(shape)
    .safeParse(answer);
  if (!success) throw new Error(`The API did not answer as expected: ${JSON.stringify(answer)}`);
  return data;
}

const entryShape = z.object({
  at: z.coerce.date(),
  kind: z.string(),
  /** Null for a basic webhook. */
  webhookId: z.string().nullable(),
  attemptNumber: z.number().nullable(),
  responseStatus: z.number().nullable(),
  errorCode: z.string().nullable(),
  nextAttemptAt: z.coerce.date().nullable(),
});

/** An entry of the delivery log, as the demo asks for it. */
export type LogEntry = z.output<typeof entryShape>;

/** A subscription to the delivery log. */
export interface LogWatch {
  /** Resolves with all entries as soon as `enough` says so; rejects when the subscription ends or `signal` is aborted. */
  until(enough: (entries: readonly LogEntry[]) => boolean, signal: AbortSignal): Promise<readonly LogEntry[]>;
  stop(): Promise<void>;
}

const SUBSCRIPTION = `subscription ($after: String!) {
  deliveryLog(after: $after) { at kind webhookId attemptNumber responseStatus errorCode nextAttemptAt }
}`;

/** Subscribes to everything after the cursor `after`, and tells it entry by entry. */
export function watchLog({ url, key }: Server, after: string, onEntry: (entry: LogEntry) => void): LogWatch {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    connectionParams: { authorization: `Bearer ${key}` },
    retryAttempts: 0,
  });
  const entries: LogEntry[] = [];
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => undefined); // told to whoever waits, or to nobody
  let changed = () => {};
  const unsubscribe = client.subscribe(
    { query: SUBSCRIPTION, variables: { after } },
    {
      next: ({ data, errors }) => {
        const parsed = z.object({ deliveryLog: entryShape }).safeParse(data);
        if (!parsed.success) return ended.reject(new Error(`The subscription failed: ${JSON.stringify(errors)}`));
        entries.push(parsed.data.deliveryLog);
        onEntry(parsed.data.deliveryLog);
        changed();
      },
      error: (error) => ended.reject(new Error('The subscription failed.', { cause: error })),
      complete: () => ended.reject(new Error('The subscription ended.')),
    },
  );

  return {
    async until(enough, signal) {
      const waited = Promise.withResolvers<void>();
      const giveUp = () =>
        waited.reject(new Error(`The delivery log stopped after ${entries.map(({ kind }) => kind).join(', ')}.`));
      changed = () => enough(entries) && waited.resolve();
      signal.addEventListener('abort', giveUp, { once: true });
      changed();
      try {
        await Promise.race([waited.promise, ended.promise]);
        return entries;
      } finally {
        signal.removeEventListener('abort', giveUp);
        changed = () => {};
      }
    },
    async stop() {
      unsubscribe();
      await client.dispose();
    },
  };
}

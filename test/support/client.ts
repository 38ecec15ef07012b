/** GraphQL as its users speak it: over HTTP, WebSocket and server-sent events. */

import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** The answer to an operation. */
export interface GraphqlAnswer {
  // The suite reads answers of many shapes; each test says what it expects of them.
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly unknown[];
    readonly extensions?: Record<string, unknown>;
  }[];
}

/** Where and as whom. */
export interface Caller {
  /** Of the API, without `/graphql`. */
  readonly url: string;
  /** Absent: nobody. */
  readonly key?: string;
}

/** POSTs an operation and answers with what came back, errors included. */
export async function post({ url, key }: Caller, query: string, variables: object = {}): Promise<GraphqlAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  return await response.json();
}

/** The one root field of an operation that must not have errors. */
export async function ask<Value>(caller: Caller, query: string, variables: object = {}): Promise<Value> {
  const { data, errors } = await post(caller, query, variables);
  if (errors || !data) throw new Error(`the operation failed: ${JSON.stringify(errors)}`);
  const [value] = Object.values(data);
  return value as Value; // the test that asks knows what it asked for
}

/** A subscription that is being watched. */
export interface Watching<Value> extends AsyncDisposable {
  /** Everything seen so far. */
  readonly seen: readonly Value[];
  /** Resolves with all that was seen once `enough` says so; rejects when the subscription ends or fails before. */
  until(enough: (seen: readonly Value[]) => boolean): Promise<readonly Value[]>;
  /** Resolves with the errors of a subscription that failed, or `undefined` when it completed. */
  readonly ended: Promise<unknown>;
  close(): Promise<void>;
}

/** How long a test waits for what must come. */
const PATIENCE_MS = 15_000;

/** Subscribes over WebSocket (graphql-transport-ws) and collects the one root field. */
export function watchWebSocket<Value>(
  { url, key }: Caller,
  query: string,
  variables: Record<string, unknown> = {},
): Watching<Value> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: key ? { authorization: `Bearer ${key}` } : {},
    retryAttempts: 0,
  });
  return collect<Value>((onValue, onEnd) => {
    const stop = client.subscribe<Record<string, Value>>(
      { query, variables },
      {
        next: ({ data, errors }) => (errors || !data ? onEnd(errors) : onValue(Object.values(data)[0] as Value)),
        error: (error) => onEnd(error),
        complete: () => onEnd(undefined),
      },
    );
    return async () => {
      stop();
      await client.dispose();
    };
  });
}

/** Subscribes by server-sent events, distinct connections mode, and collects the one root field. */
export function watchEvents<Value>(
  { url, key }: Caller,
  query: string,
  variables: Record<string, unknown> = {},
): Watching<Value> {
  return collect<Value>((onValue, onEnd) => {
    const stopping = new AbortController();
    void read().then(onEnd, (error: unknown) => onEnd(stopping.signal.aborted ? undefined : error));
    async function read(): Promise<unknown> {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          ...(key ? { authorization: `Bearer ${key}` } : {}),
        },
        body: JSON.stringify({ query, variables }),
        signal: stopping.signal,
      });
      if (!response.headers.get('content-type')?.startsWith('text/event-stream')) throw await response.json();
      let text = '';
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk;
        const messages = text.split('\n\n');
        text = messages.pop() ?? '';
        for (const message of messages) {
          const data = /^data: ?(.+)$/m.exec(message)?.[1];
          if (!/^event: ?next$/m.test(message) || !data) continue;
          const answer: { data?: Record<string, Value>; errors?: unknown } = JSON.parse(data);
          if (answer.errors || !answer.data) return answer.errors;
          onValue(Object.values(answer.data)[0] as Value);
        }
      }
      return undefined;
    }
    return () => Promise.resolve(stopping.abort());
  });
}

function collect<Value>(
  begin: (onValue: (value: Value) => void, onEnd: (error: unknown) => void) => () => Promise<void>,
): Watching<Value> {
  const seen: Value[] = [];
  const ended = Promise.withResolvers<unknown>();
  let isOver = false;
  let changed = () => {};
  const stop = begin(
    (value) => {
      seen.push(value);
      changed();
    },
    (error) => {
      isOver = true;
      ended.resolve(error);
      changed();
    },
  );
  const close = async () => {
    await stop();
    ended.resolve(undefined);
  };
  return {
    seen,
    ended: ended.promise,
    close,
    [Symbol.asyncDispose]: close,
    until: (enough) =>
      new Promise((resolve, reject) => {
        const giveUp = setTimeout(
          () => reject(new Error(`this is all that was seen: ${JSON.stringify(seen)}`)),
          PATIENCE_MS,
        );
        changed = () => {
          if (!enough(seen) && !isOver) return;
          clearTimeout(giveUp);
          changed = () => {};
          if (enough(seen)) resolve(seen);
          else
            void ended.promise.then((error) => reject(new Error(`the subscription ended: ${JSON.stringify(error)}`)));
        };
        changed();
      }),
  };
}

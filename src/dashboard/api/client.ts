/** The way to the API for one key: a client with a normalised cache, and a socket for what is watched. */

import { cacheExchange } from '@urql/exchange-graphcache';
import { createClient as createSocket, type Client as Socket } from 'graphql-ws';
import { Client, type CombinedError, fetchExchange, mapExchange } from 'urql';
import { possibleTypes } from '../../../schema/generated/possible-types.ts';
import { updates } from './updates.ts';

/** Queries and mutations by `client`, subscriptions by `socket`. */
export interface Api {
  readonly client: Client;
  /**
   * Opened when something is watched, closed when nothing is. It does not connect again by itself: who watches the log
   * does, from the cursor that was reached.
   */
  readonly socket: Socket;
  readonly isConnected: () => boolean;
  close(): void;
}

/** Opens the API with `key`. `onRefused` is called when the server does not know the key, or not any more. */
export function openApi(key: string, onRefused: () => void): Api {
  const authorization = `Bearer ${key}`;
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetchOptions: { headers: { authorization } },
    exchanges: [
      mapExchange({ onError: (error) => isRefusedKey(error) && onRefused() }),
      cacheExchange({
        possibleTypes,
        keys: {
          FailureGroup: () => null,
          FailureGroupFilter: () => null,
          ImportUser: () => null,
          ReplayFilter: () => null,
        },
        updates,
      }),
      fetchExchange,
    ],
  });
  const socket = createSocket({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    connectionParams: { authorization },
    retryAttempts: 0,
    lazyCloseTimeout: 3_000,
    onNonLazyError: () => undefined,
  });
  let connected = false;
  socket.on('connected', () => {
    connected = true;
  });
  socket.on('closed', () => {
    connected = false;
  });
  return { client, socket, isConnected: () => connected, close: () => void socket.dispose() };
}

/** What to show of an error: the server's own sentence, or that there is no server. */
export function sentenceOf(error: CombinedError): string {
  const [first] = error.graphQLErrors;
  if (first) return first.message;
  return 'The server cannot be reached. Check that it runs and that you are online, then try again.';
}

/** Whether the server does not know the key, or not any more. */
export function isRefusedKey({ graphQLErrors }: CombinedError): boolean {
  return graphQLErrors.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED');
}

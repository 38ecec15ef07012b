/**
 * Carries the messages of graphql-ws over a socket of ws. `graphql-ws/use/ws` does the same, but tells the console of
 * whatever goes wrong on a socket, which anybody who reaches the port could fill.
 */

import { CloseCode, MessageType, type Server, stringifyMessage } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { App } from '../app.ts';
import { describeError } from '../lib/describe-error.ts';

/** A socket as the hooks of graphql-ws see it. */
export interface SocketExtra {
  readonly socket: WebSocket;
  /** Aborted once the socket is closed. */
  readonly closed: AbortSignal;
}

/** How often a socket is asked whether it is still there, and cut when it had not answered, in milliseconds. */
export const KEEP_ALIVE_MS = 12_000;

/** Bytes that may wait for a socket to read them before its pings get no answer, so that those alone do not pile up. */
const MOST_UNREAD_BYTES = 1024 * 1024;

/** Serves one socket until it closes. */
export function carrySocket(
  { clock, log }: Pick<App, 'clock' | 'log'>,
  server: Server<SocketExtra>,
  socket: WebSocket,
): void {
  const closing = new AbortController();
  // When sending fails the socket closes; there is nobody to tell.
  const send = (data: string) =>
    new Promise<void>((resolve) => {
      if (socket.readyState === socket.OPEN) socket.send(data, () => resolve());
      else resolve();
    });

  function fail(error: unknown): void {
    log.error({ error: describeError(error) }, 'socket.message_failed');
    socket.close(CloseCode.InternalServerError, 'Internal server error');
  }

  socket.on('error', (error) => log.info({ error: describeError(error) }, 'socket.failed'));
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send,
      close: (code, reason) => socket.close(code, reason),
      onMessage: (receive) => void socket.on('message', (data) => void receive(String(data)).catch(fail)),
      onPing: (payload) => {
        if (socket.bufferedAmount > MOST_UNREAD_BYTES) return;
        return send(stringifyMessage({ type: MessageType.Pong, ...(payload ? { payload } : {}) }));
      },
    },
    { socket, closed: closing.signal },
  );
  socket.once('close', (code, reason) => {
    closing.abort();
    void closed(code, String(reason)).catch(fail);
  });
  void keepAlive(clock, socket, closing.signal);
}

async function keepAlive(clock: App['clock'], socket: WebSocket, closed: AbortSignal): Promise<void> {
  let pingedAt: number | undefined;
  socket.on('pong', () => {
    pingedAt = undefined;
  });
  while (true) {
    await clock.sleep(KEEP_ALIVE_MS, closed);
    if (closed.aborted) return;
    // Time that has really passed: a clock that jumps is nothing that the other side could have answered to.
    if (pingedAt !== undefined && clock.elapsed() - pingedAt < KEEP_ALIVE_MS / 2) continue;
    if (pingedAt !== undefined) return socket.terminate();
    pingedAt = clock.elapsed();
    socket.ping();
  }
}

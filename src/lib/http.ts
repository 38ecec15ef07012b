/** HTTP servers: listening, answering in a word, and stopping. */

import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server cannot listen where it should. Its message is the system's, its code one such as `EADDRINUSE`. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string | undefined;

  constructor(cause: NodeJS.ErrnoException) {
    super(cause.message, { cause });
    this.code = cause.code;
  }
}

/**
 * Listens, and resolves with the URL to type into a browser on this machine, with the port that it really has.
 *
 * @throws {ListenError} when the port is taken, the host is not of this machine, and the like.
 */
export async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(new ListenError(error));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.removeListener('error', fail);
      resolve();
    });
  });
  const address = server.address() as AddressInfo; // a server that listens on TCP has one
  return `http://${reachable(host)}:${address.port}`;
}

/**
 * Takes no more connections, lets requests under way finish, and cuts what is left when `deadline` is aborted. A client
 * that has a connection may still send one request by it: the answer says that it was the last, so that nobody who has
 * always more to ask keeps the server from its end. The answers to requests that were under way already do not say so,
 * and their connections are closed soon afterwards: a client that sends again by one has to repeat that.
 */
export async function closeServer(server: Server, deadline: AbortSignal): Promise<void> {
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
  server.keepAliveTimeout = 1; // of connections whose request is under way; 0 would be for ever
  const closed = new Promise((resolve) => server.close(resolve));
  const cut = () => server.closeAllConnections();
  server.closeIdleConnections();
  deadline.addEventListener('abort', cut, { once: true });
  if (deadline.aborted) cut();
  await closed;
  deadline.removeEventListener('abort', cut);
}

/** Answers with a line of text. */
export function answerText(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    .end(`${text}\n`);
}

function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** A real TCP server for receivers that do not speak proper HTTP. */

import net from 'node:net';
import { addressOf } from './receiver.ts';

/** See {@link startTcpServer}. */
export interface TcpServer extends AsyncDisposable {
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Bytes that were written to connections, of which the other side need not have read all. */
  readonly bytesWritten: number;
  /** Resolves when the connection accepted last is closed; at once when none is open. */
  closed(): Promise<void>;
}

/** What a receiver does with a connection. */
export type Talk = (socket: net.Socket) => void;

/**
 * Calls `talk` with each connection once its first bytes came. Errors of connections are ignored: they are the test.
 * Listens at 127.0.0.1 unless told otherwise.
 */
export async function startTcpServer(talk: Talk, host = '127.0.0.1'): Promise<TcpServer> {
  const open = new Set<net.Socket>();
  let connections = 0;
  let bytesWritten = 0;
  let closing: Promise<void> = Promise.resolve();

  // Half-closed connections are part of the repertoire.
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    connections += 1;
    open.add(socket);
    closing = new Promise((resolve) => socket.once('close', resolve));
    socket.once('close', () => {
      open.delete(socket);
      bytesWritten += socket.bytesWritten;
    });
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.once('data', () => talk(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));

  return {
    port: addressOf(server).port,
    get connections() {
      return connections;
    },
    get bytesWritten() {
      return [...open].reduce((sum, socket) => sum + socket.bytesWritten, bytesWritten);
    },
    closed: () => closing,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Answers with these bytes and leaves the connection open. */
export function say(...chunks: readonly (string | Buffer)[]): Talk {
  return (socket) => {
    for (const chunk of chunks) socket.write(chunk);
  };
}

/** Writes `start`, and then `chunk` again and again for as long as the other side reads. */
export function sayEndlessly(start: string | Buffer, chunk: Buffer): Talk {
  return (socket) => {
    const more = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.write(start);
    socket.on('drain', more);
    more();
  };
}

/** Writes `start`, and then `piece` every 20 ms: never idle, never done. */
export function drip(start: string, piece: string): Talk {
  return (socket) => {
    socket.write(start);
    const timer = setInterval(() => socket.write(piece), 20);
    socket.once('close', () => clearInterval(timer));
  };
}

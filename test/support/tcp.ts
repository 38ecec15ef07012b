/** A real TCP server for receivers that do not speak proper HTTP. */

import net from 'node:net';
import { addressOf } from './receiver.ts';

/** See {@link startTcpServer}. */
export interface TcpServer extends AsyncDisposable {
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Resolves when the connection accepted last is closed; at once when none is open. */
  closed(): Promise<void>;
}

/** Calls `talk` with each connection once its first bytes came. Errors of connections are ignored: they are the test. */
export async function startTcpServer(talk: (socket: net.Socket) => void): Promise<TcpServer> {
  const open = new Set<net.Socket>();
  let connections = 0;
  let closing: Promise<void> = Promise.resolve();

  const server = net.createServer((socket) => {
    connections += 1;
    open.add(socket);
    closing = new Promise((resolve) => socket.once('close', resolve));
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => {});
    socket.once('data', () => talk(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: addressOf(server).port,
    get connections() {
      return connections;
    },
    closed: () => closing,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Answers with these bytes and leaves the connection open. */
export function say(...chunks: readonly (string | Buffer)[]): (socket: net.Socket) => void {
  return (socket) => {
    for (const chunk of chunks) socket.write(chunk);
  };
}

/** Writes `start`, and then `chunk` again and again for as long as the other side reads. */
export function sayEndlessly(start: string, chunk: Buffer): (socket: net.Socket) => void {
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
export function drip(start: string, piece: string): (socket: net.Socket) => void {
  return (socket) => {
    socket.write(start);
    const timer = setInterval(() => socket.write(piece), 20);
    socket.once('close', () => clearInterval(timer));
  };
}

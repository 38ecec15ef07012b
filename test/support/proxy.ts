/** A real TCP proxy in front of a database, by which a test takes the database away from one process alone. */

import net from 'node:net';
import { addressOf } from './receiver.ts';

/** See {@link startProxy}. */
export interface Proxy extends AsyncDisposable {
  /** The URL that was given, but by way of the proxy. */
  readonly url: string;
  /** Connections accepted so far, those that were cut off at once included. */
  readonly connections: number;
  /** Cuts all connections, and from now on every new one at once. */
  cut(): void;
  /** Lets new connections through again. */
  restore(): void;
}

/** Starts a proxy on a free port of 127.0.0.1 that passes everything on to the host and port of `url`. */
export async function startProxy(url: string): Promise<Proxy> {
  const target = new URL(url);
  const open = new Set<net.Socket>();
  let isCut = false;
  let connections = 0;

  function keep(socket: net.Socket): void {
    open.add(socket);
    socket.on('error', () => {}); // a cut connection is the test
    socket.once('close', () => open.delete(socket));
  }

  function cutAll(): void {
    for (const socket of open) socket.destroy();
  }

  const server = net.createServer((client) => {
    connections += 1;
    keep(client);
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = net.connect(Number(target.port || 5432), target.hostname);
    keep(upstream);
    client.pipe(upstream).pipe(client);
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.host = `127.0.0.1:${addressOf(server).port}`;

  return {
    url: through.href,
    get connections() {
      return connections;
    },
    cut() {
      isCut = true;
      cutAll();
    },
    restore() {
      isCut = false;
    },
    async [Symbol.asyncDispose]() {
      cutAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A real HTTP proxy that makes tunnels (CONNECT), as an egress proxy does. */

import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { addressOf } from './receiver.ts';

/** See {@link startConnectProxy}. */
export interface ConnectProxy extends AsyncDisposable {
  readonly url: URL;
  /** What it was asked to connect to so far, as it was asked. */
  readonly asked: readonly ConnectQuestion[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** Connections that are open. */
  readonly open: number;
  /** Replaces what it does, beginning with the next question. */
  behave(behaviour: ProxyBehaviour): void;
  close(): Promise<void>;
}

/** The target of a tunnel, and the credentials that came with it. */
export interface ConnectQuestion {
  readonly target: string | undefined;
  readonly authorization: string | undefined;
}

/** Makes the tunnel, with 502 when it cannot; or does something else with the connection. */
export type ProxyBehaviour = 'tunnel' | ((socket: Duplex) => void);

/** How a proxy differs from the usual one. */
export interface ConnectProxyOptions {
  /** It is spoken to by https. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly behaviour?: ProxyBehaviour;
  /** Where it listens. Default: a free port. */
  readonly port?: number;
}

/** Starts a proxy on 127.0.0.1. */
export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const asked: ConnectQuestion[] = [];
  const open = new Set<Duplex>();
  let behaviour = options.behaviour ?? 'tunnel';
  let connections = 0;

  const server = options.tls ? https.createServer(options.tls) : http.createServer();
  server.on('connection', (socket: net.Socket) => {
    connections += 1;
    keep(socket);
  });
  server.on('connect', (request: http.IncomingMessage, client: Duplex) => {
    client.on('error', () => {}); // a broken tunnel is the test
    asked.push({ target: request.url, authorization: request.headers['proxy-authorization'] });
    if (behaviour !== 'tunnel') {
      // Its end is seen only by who reads.
      client.resume().once('end', () => client.end());
      behaviour(client);
      return;
    }
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = net.connect(Number(port || 80), hostname.replace(/^\[(.*)\]$/, '$1'));
    keep(upstream);
    upstream.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    upstream.once('close', () => {
      if (upstream.bytesRead + upstream.bytesWritten > 0) client.destroy();
      else client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    client.once('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));

  function keep(socket: Duplex): void {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
  }

  async function close(): Promise<void> {
    for (const socket of open) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  return {
    url: new URL(`${options.tls ? 'https' : 'http'}://127.0.0.1:${addressOf(server).port}`),
    asked,
    get connections() {
      return connections;
    },
    get open() {
      return open.size;
    },
    behave(next) {
      behaviour = next;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A TCP relay in front of a server: what passes can be watched and held back, and the network behind it can fail. */

import net from 'node:net';
import { addressOf } from '../support/receiver.ts';

/** Where a relay leads. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** One connection through a relay. */
export interface Link {
  toServer(bytes: Buffer): void;
  toClient(bytes: Buffer): void;
  /** From now on nothing passes, in either direction, until a side closes. */
  hold(): void;
}

/** What is done with what arrives; each passes on what it wants to. */
export interface Inspector {
  fromClient(chunk: Buffer): void;
  fromServer(chunk: Buffer): void;
}

/** See {@link startRelay}. */
export interface Relay extends AsyncDisposable {
  readonly port: number;
  /** Cuts every connection, and from now on new ones at once. */
  cut(): void;
  /** Lets new connections through again. */
  restore(): void;
  /** A black hole: connections stay, and new ones are made, but nothing passes. */
  freeze(): void;
  /** What was sent meanwhile arrives now, late, as when a network comes back. */
  thaw(): void;
}

/** Passes everything on as it comes. */
export const passAll = (link: Link): Inspector => ({ fromClient: link.toServer, fromServer: link.toClient });

/** Starts a relay on a free port of 127.0.0.1. While `target` is undefined, or nobody listens there, connections break. */
export async function startRelay(
  target: () => Target | undefined,
  inspect: (link: Link) => Inspector = passAll,
): Promise<Relay> {
  const open = new Set<net.Socket>();
  let isCut = false;
  /** What waits for the thaw, in order; undefined while nothing is frozen. */
  let frozen: (() => void)[] | undefined;

  const passing = (work: () => void) => (frozen ? void frozen.push(work) : work());

  function keep(socket: net.Socket): void {
    open.add(socket);
    socket.setNoDelay();
    socket.on('error', () => {}); // a connection that breaks is what this is for
    socket.once('close', () => open.delete(socket));
  }

  const server = net.createServer((client) => {
    const to = target();
    keep(client);
    if (isCut || !to) {
      client.destroy();
      return;
    }
    const upstream = net.connect(to.port, to.host);
    keep(upstream);
    let isHeld = false;
    const write = (socket: net.Socket, bytes: Buffer) =>
      passing(() => {
        if (!isHeld && socket.writable) socket.write(bytes);
      });
    const inspector = inspect({
      toServer: (bytes) => write(upstream, bytes),
      toClient: (bytes) => write(client, bytes),
      hold: () => {
        isHeld = true;
      },
    });
    client.on('data', (chunk) => inspector.fromClient(chunk));
    upstream.on('data', (chunk) => inspector.fromServer(chunk));
    const endOther = (other: net.Socket) => () => passing(() => (isHeld ? other.destroy() : other.end()));
    client.once('close', endOther(upstream));
    upstream.once('close', endOther(client));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  function destroyAll(): void {
    for (const socket of open) socket.destroy();
  }

  return {
    port: addressOf(server).port,
    cut() {
      isCut = true;
      destroyAll();
    },
    restore() {
      isCut = false;
    },
    freeze() {
      frozen ??= [];
    },
    thaw() {
      const late = frozen ?? [];
      frozen = undefined;
      for (const work of late) work();
    },
    async [Symbol.asyncDispose]() {
      frozen = undefined;
      destroyAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

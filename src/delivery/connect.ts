/** Opens the connections of deliveries: to vetted addresses only, directly or by way of an egress proxy. */

import type http from 'node:http';
import { isIP, type LookupFunction, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import { type AddressRules, BlockedAddressError, type Resolver } from '../webhook/address.ts';
import { createHandshakes, type Handshake } from './handshake.ts';
import { createJourney, type Journey } from './journey.ts';
import { openTunnel, TunnelError } from './tunnel.ts';
import { createVettedLookup } from './vetted-lookup.ts';
import type { Witnesses } from './witness.ts';

/** What an agent asks for, with the journey that its request came with. */
export interface ConnectOptions extends http.ClientRequestArgs {
  readonly journey?: Journey;
  /** Speak TLS over this instead of connecting. */
  readonly socket?: Duplex;
  readonly autoSelectFamilyAttemptTimeout?: number;
}

/** As agents hand out and take back connections. */
export type ConnectCallback = (error: Error | null, socket: Duplex) => void;

/** What Node's agent would do to connect. */
export type Open = (options: ConnectOptions) => Duplex | null | undefined;

/** See {@link createConnector}. */
export interface Connector {
  /** In place of `agent.createConnection`: answers a socket, or calls back. */
  connect(
    isSecure: boolean,
    options: ConnectOptions,
    open: Open,
    callback?: ConnectCallback,
  ): Duplex | null | undefined;
  /** The receiver's address, also behind a proxy. */
  remoteAddressOf(socket: Duplex): string | null;
  /** What the handshake with the receiver told; null before it is done, and without TLS. A proxy's is not told. */
  handshakeOf(socket: Duplex): Handshake | null;
}

/**
 * Makes a connector. Every new connection is vetted at the moment it is opened: names are resolved once and only those
 * answers are connected to, literal addresses (for which Node asks no resolver) are checked before connecting.
 *
 * By way of a proxy, the tunnel ends at the vetted address, and TLS at the receiver, so nothing is left to the proxy.
 */
export function createConnector(options: {
  readonly rules: AddressRules;
  readonly resolver: Resolver;
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly proxyUrl: URL | undefined;
  readonly witnesses: Witnesses;
}): Connector {
  const { rules, clock, proxyUrl, witnesses } = options;
  const lookUp = createVettedLookup({ ...options, witness: witnesses.resolver });
  const tunnelled = new WeakMap<Duplex, string>();
  const handshakes = createHandshakes(MAX_CACHED_SESSIONS);

  function connectDirectly(host: string, wanted: ConnectOptions, open: Open, journey: Journey, isSecure: boolean) {
    const lookup: LookupFunction = (hostname, { all }, done) => {
      lookUp(hostname).then(
        (addresses) => {
          journey.reach('connect');
          const [first] = addresses;
          if (all || !first) return done(null, [...addresses]);
          done(null, first.address, first.family);
        },
        (error: Error) => done(error, ''),
      );
    };
    journey.reach(isIP(host) === 0 ? 'lookup' : 'connect');
    const socket = open({ ...wanted, lookup, autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS });
    socket?.once('connect', () => {
      journey.remoteAddress = socket instanceof Socket ? (socket.remoteAddress ?? null) : null;
      journey.reach(isSecure ? 'tls' : 'response');
      witnesses.network.served(host);
    });
    return socket;
  }

  async function connectByProxy(proxy: URL, host: string, port: number, journey: Journey): Promise<Socket> {
    const abandoning = new AbortController();
    journey.abandon = () => abandoning.abort();
    const isLiteral = isIP(host) !== 0;
    if (!isLiteral) journey.reach('lookup');
    const addresses = isLiteral ? [{ address: host }] : await lookUp(host);
    let failure = new TunnelError('The host has no address.', false);
    for (const { address } of addresses) {
      journey.reach('proxy');
      try {
        const onProxyConnected = () => journey.reach('connect');
        const socket = await openTunnel(proxy, { address, port }, { signal: abandoning.signal, onProxyConnected });
        if (!abandoning.signal.aborted) {
          witnesses.proxy.served(host);
          journey.remoteAddress = address;
          return socket;
        }
        socket.destroy();
      } catch (error) {
        if (!(error instanceof TunnelError) || error.isProxyToBlame) throw error;
        failure = error;
      }
      if (abandoning.signal.aborted) break;
    }
    throw failure;
  }

  return {
    connect(isSecure, wanted, open, callback) {
      const host = wanted.host ?? '';
      const port = Number(wanted.port ?? (isSecure ? 443 : 80));
      const journey = wanted.journey ?? createJourney(clock);
      const finish = (socket: Duplex | null | undefined) => {
        if (!isSecure || !socket) return socket;
        finishTls(socket, journey);
        handshakes.watch(socket, `${host}:${port}`, (handshake) => {
          journey.handshake = handshake;
        });
        return socket;
      };
      const reason = isIP(host) === 0 ? undefined : rules.check(host);
      if (reason) {
        // The callback wants a socket even beside an error, and ignores it.
        callback?.(new BlockedAddressError(host, reason), new Socket());
        return undefined;
      }
      if (!proxyUrl) return finish(connectDirectly(host, wanted, open, journey, isSecure));

      connectByProxy(proxyUrl, host, port, journey).then(
        (tunnel) => {
          journey.abandon = () => {};
          journey.reach(isSecure ? 'tls' : 'response');
          const socket = isSecure ? finish(open({ ...wanted, socket: tunnel })) : tunnel;
          if (!socket) return;
          if (journey.remoteAddress !== null) tunnelled.set(socket, journey.remoteAddress);
          callback?.(null, socket);
        },
        (error: Error) => callback?.(error, new Socket()),
      );
      return undefined;
    },
    remoteAddressOf(socket) {
      return tunnelled.get(socket) ?? (socket instanceof Socket ? (socket.remoteAddress ?? null) : null);
    },
    handshakeOf: handshakes.of,
  };
}

/** How long one of several addresses may take before the next is tried. Node's 250 ms give up on distant hosts. */
const NEXT_ADDRESS_AFTER_MS = 2_000;

/** TLS sessions that an agent keeps, to resume them on new connections: of so many receivers. */
export const MAX_CACHED_SESSIONS = 500;

/** A server that sends session tickets without end would keep us busy without a byte of HTTP. Usual are two. */
const MAX_TLS_SESSIONS = 32;

function finishTls(socket: Duplex, journey: Journey): void {
  let sessions = 0;
  socket.once('secureConnect', () => journey.reach('response'));
  socket.on('session', () => {
    sessions += 1;
    if (sessions > MAX_TLS_SESSIONS) socket.destroy(Object.assign(new Error('too many'), { code: 'TLS_TICKET_FLOOD' }));
  });
}

/** What TLS handshakes tell about receivers. */

import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** The part of a handshake that people ask for when a connection is refused, or soon will be. */
export interface Handshake {
  /** Such as `TLSv1.3`; null when it was not settled. */
  readonly tlsVersion: string | null;
  /** When the receiver's own certificate expires or did; null when that is not known, or no instant. */
  readonly certificateExpiresAt: Date | null;
}

/** See {@link createHandshakes}. */
export interface Handshakes {
  /**
   * Calls `tell` when the handshake with `receiver` (host and port) is done: before Node refuses a certificate, so that
   * the attempt that failed for it can say when it expired. Never calls it on a socket without TLS, or when the
   * handshake breaks.
   */
  watch(socket: Duplex, receiver: string, tell: (handshake: Handshake) => void): void;
  /** Of a socket that was watched, also requests later; null when it is not done, and for other sockets. */
  of(socket: Duplex): Handshake | null;
}

/**
 * Makes what reads handshakes, once per connection. A session that is resumed shows no certificate, so the expiry of the
 * last one that a receiver showed is remembered, for as many receivers as sessions are kept.
 */
export function createHandshakes(mostReceivers: number): Handshakes {
  const done = new WeakMap<Duplex, Handshake>();
  const expiries = new Map<string, Date | null>();

  function remember(receiver: string, expiresAt: Date | null): void {
    expiries.delete(receiver);
    expiries.set(receiver, expiresAt);
    const [oldest] = expiries.keys();
    if (expiries.size > mostReceivers && oldest !== undefined) expiries.delete(oldest);
  }

  function read(socket: TLSSocket, receiver: string): Handshake {
    // Not `getPeerX509Certificate`: after that, Node itself finds no certificate to compare the host with.
    if (!socket.isSessionReused()) remember(receiver, readExpiry(socket.getPeerCertificate()?.valid_to));
    return { tlsVersion: socket.getProtocol(), certificateExpiresAt: expiries.get(receiver) ?? null };
  }

  return {
    watch(socket, receiver, tell) {
      if (!(socket instanceof TLSSocket)) return;
      // `secureConnect` comes only for certificates that are accepted, and a socket that is destroyed has none any more.
      socket.prependOnceListener('secure', () => {
        const handshake = read(socket, receiver);
        done.set(socket, handshake);
        tell(handshake);
      });
    },
    of: (socket) => done.get(socket) ?? null,
  };
}

/** PostgreSQL knows no year 0, and GraphQL's DateTime ends with the year 9999; a certificate may say anything. */
function readExpiry(text: string | undefined): Date | null {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return time >= 0 && time < YEAR_10000 ? new Date(time) : null;
}

const YEAR_10000 = Date.parse('+010000-01-01T00:00:00Z');

/** The connections that deliveries share: kept alive, bounded, and opened only to vetted addresses. */

import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import type { AddressRules, Resolver } from '../webhook/address.ts';
import { type Connector, createConnector, MAX_CACHED_SESSIONS } from './connect.ts';
import type { Handshake } from './handshake.ts';
import type { Journey } from './journey.ts';
import { createSlots, type Slots } from './slots.ts';
import { createWitness, type Witnesses } from './witness.ts';

/** See {@link createDeliveryAgents}. */
export interface DeliveryAgents {
  /** To be held from before a request until after it. Keys are origins. */
  readonly slots: Slots;
  /** What is known of our own side. */
  readonly witnesses: Witnesses;
  /** Makes a request whose connection, when it needs a new one, is told of in the journey. */
  request(url: URL, options: https.RequestOptions, journey: Journey): http.ClientRequest;
  /** The receiver's address, also behind a proxy; null when the socket is not connected any more. */
  remoteAddressOf(socket: Duplex): string | null;
  /** What the handshake with the receiver told, however many requests ago; null before it is done, and without TLS. */
  handshakeOf(socket: Duplex): Handshake | null;
  /**
   * Keeps the objects of an exchange until the next is kept; nothing reads them. V8 throws away code that was optimized for
   * a kind of object when a collection finds none of that kind, as it does when nothing is under way, and the next burst
   * would begin with slow code, for seconds. What is kept is one request and one response, with at most 64 KiB of its body.
   */
  keep(exchange: unknown): void;
  /** Closes all connections; requests under way fail as reset. */
  close(): void;
}

/** What agents are made from. */
export interface DeliveryAgentsOptions {
  readonly rules: AddressRules;
  readonly resolver: Resolver;
  readonly clock: Pick<Clock, 'elapsed'>;
  /** All connections are made by way of it; its own address is exempt from the rules. */
  readonly proxyUrl: URL | undefined;
  /** Requests at once to one host and port; further ones wait within their own deadline. */
  readonly maxSocketsPerHost: number;
  /** Requests at once in all. */
  readonly maxSockets: number;
  /** Unused connections that are kept, in all. One that comes free beyond that is closed. */
  readonly maxIdleSockets: number;
}

/**
 * Makes the agents, one per scheme, shared by everybody who delivers to a host. A connection that is reused needs no
 * new look at its address, because its other end cannot change.
 *
 * Connections in all are never more than `maxSockets` + `maxIdleSockets`, and those that are unused hold up nobody.
 */
export function createDeliveryAgents(options: DeliveryAgentsOptions): DeliveryAgents {
  const { clock, maxSockets, maxSocketsPerHost, maxIdleSockets } = options;
  const witnesses = { resolver: createWitness(clock), network: createWitness(clock), proxy: createWitness(clock) };
  const connector = createConnector({ ...options, witnesses });
  const idle = createIdleSet(maxIdleSockets);
  const settings = { keepAlive: true, maxFreeSockets: maxSocketsPerHost, timeout: IDLE_MS };
  const plain = govern(new http.Agent(settings), connector, idle);
  // Whatever NODE_TLS_REJECT_UNAUTHORIZED says: it is set for a database or a collector, and must not open deliveries.
  const tls = { maxCachedSessions: MAX_CACHED_SESSIONS, rejectUnauthorized: true };
  const secure = govern(new https.Agent({ ...settings, ...tls }), connector, idle);
  /** Written only, so no variable of its own. */
  const kept: { exchange?: unknown } = {};

  return {
    slots: createSlots({ overall: maxSockets, perHost: maxSocketsPerHost }),
    witnesses,
    request(url, wanted, journey) {
      const isSecure = url.protocol === 'https:';
      const mine = { ...withoutUndefined(wanted), agent: isSecure ? secure : plain, journey };
      return (isSecure ? https : http).request(url, mine);
    },
    remoteAddressOf: connector.remoteAddressOf,
    handshakeOf: connector.handshakeOf,
    keep(exchange) {
      kept.exchange = exchange;
    },
    close() {
      kept.exchange = undefined;
      plain.destroy();
      secure.destroy();
    },
  };
}

/**
 * Got states some thirty options that it has no value for, and Node copies all of them several times for each request: a
 * twentieth of the time of a send.
 */
function withoutUndefined(options: https.RequestOptions): https.RequestOptions {
  const stated: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) if (value !== undefined) stated[name] = value;
  return stated;
}

/**
 * How long an unused connection is kept. Just under the 5 s after which common servers close theirs: a request sent
 * into a closing connection fails although the receiver is well.
 */
const IDLE_MS = 4_000;

/** The unused connections of all agents together. */
interface IdleSet {
  /** False when there are enough. */
  add(socket: Duplex): boolean;
  delete(socket: Duplex): void;
}

function createIdleSet(limit: number): IdleSet {
  const idle = new Set<Duplex>();
  const known = new WeakSet<Duplex>();

  return {
    add(socket) {
      if (idle.size >= limit) return false;
      idle.add(socket);
      if (!known.has(socket)) socket.once('close', () => idle.delete(socket));
      known.add(socket);
      return true;
    },
    delete: (socket) => idle.delete(socket),
  };
}

/** Makes an agent connect our way, and keep no more unused connections than all agents may together. */
function govern<Agent extends http.Agent>(agent: Agent, connector: Connector, idle: IdleSet): Agent {
  const isSecure = agent instanceof https.Agent;
  const open = agent.createConnection.bind(agent);
  // Its types hide that it answers false when the receiver announced to close (Keep-Alive: timeout).
  const keep = agent.keepSocketAlive.bind(agent) as (socket: Duplex) => boolean;
  const reuse = agent.reuseSocket.bind(agent);

  agent.createConnection = (options, callback) => connector.connect(isSecure, options, open, callback);
  agent.keepSocketAlive = (socket) => keep(socket) && idle.add(socket);
  agent.reuseSocket = (socket, request) => {
    idle.delete(socket);
    reuse(socket, request);
  };
  return agent;
}

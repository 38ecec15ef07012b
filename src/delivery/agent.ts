/** The connections that deliveries share: kept alive, bounded, and opened only to vetted addresses. */

import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction, Socket } from 'node:net';
import {
  type AddressRules,
  BlockedAddressError,
  type Resolver,
  type VettedAddress,
  vetHost,
} from '../webhook/address.ts';

/** One agent per scheme, as got wants them. */
export interface DeliveryAgents {
  readonly http: http.Agent;
  readonly https: https.Agent;
  /** Closes all connections; requests under way fail as reset. */
  close(): void;
}

/** Thrown when the resolver failed, so that its `ECONNREFUSED` is not taken for the receiver's. */
export class HostNotResolvedError extends Error {
  override readonly name = 'HostNotResolvedError';
  readonly code = 'DNS_FAILED';
}

/**
 * Makes the agents. Every new connection is vetted at the moment it is opened: names are resolved once and only those
 * answers are connected to, literal addresses (for which Node asks no resolver) are checked before connecting. A
 * connection that is reused needs no new look, because its other end cannot change.
 *
 * `maxSocketsPerHost` bounds the connections per host and port; further requests wait within their own deadline.
 */
export function createDeliveryAgents(options: {
  readonly rules: AddressRules;
  readonly resolver: Resolver;
  readonly maxSocketsPerHost: number;
}): DeliveryAgents {
  const settings = {
    keepAlive: true,
    maxSockets: options.maxSocketsPerHost,
    maxFreeSockets: options.maxSocketsPerHost,
    timeout: IDLE_MS,
    lookup: createVettedLookup(options.rules, options.resolver),
  };
  const agents = { http: new http.Agent(settings), https: new https.Agent(settings) };
  refuseBlockedLiterals(agents.http, options.rules);
  refuseBlockedLiterals(agents.https, options.rules);

  return {
    ...agents,
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/**
 * How long an unused connection is kept. Just under the 5 s after which common servers close theirs: a request sent
 * into a closing connection fails although the receiver is well.
 */
const IDLE_MS = 4_000;

function createVettedLookup(rules: AddressRules, resolver: Resolver): LookupFunction {
  const underWay = new Map<string, Promise<VettedAddress[]>>();

  /** Connections opened at the same moment share one look-up: getaddrinfo has only four threads for everyone. */
  function vetOnce(hostname: string): Promise<VettedAddress[]> {
    const known = underWay.get(hostname);
    if (known) return known;

    const vetting = vetHost(rules, resolver, hostname).finally(() => underWay.delete(hostname));
    underWay.set(hostname, vetting);
    return vetting;
  }

  return (hostname, options, callback) => {
    vetOnce(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (!first) return callback(new HostNotResolvedError('no addresses'), '');
        return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
      },
      (error: unknown) => {
        const known = error instanceof BlockedAddressError;
        callback(known ? error : new HostNotResolvedError('resolver failed', { cause: error }), '');
      },
    );
  };
}

/** The callback wants a socket even beside an error, and ignores it. */
function refuseBlockedLiterals(agent: http.Agent, rules: AddressRules): void {
  const connect = agent.createConnection;

  agent.createConnection = (options, callback) => {
    const host = options.host ?? '';
    const reason = isIP(host) === 0 ? undefined : rules.check(host);
    if (!reason) return connect.call(agent, options, callback);

    callback?.(new BlockedAddressError(host, reason), new Socket());
    return undefined;
  };
}

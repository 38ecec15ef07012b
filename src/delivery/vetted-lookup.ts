/** Looks up host names for deliveries: every answer vetted, every failure with the one who is to blame. */

import type { Clock } from '../lib/clock.ts';
import {
  type AddressRules,
  BlockedAddressError,
  type Resolver,
  type VettedAddress,
  vetHost,
} from '../webhook/address.ts';
import { OUT_OF_RESOURCES_CODES } from './out-of-resources.ts';
import type { Witness } from './witness.ts';

/**
 * Finds the addresses of a name that may be connected to, at least one and at most 8, in the resolver's order.
 *
 * @throws {BlockedAddressError} when the rules refuse any of its addresses.
 * @throws {HostNotResolvedError} for everything else.
 */
export type VettedLookup = (hostname: string) => Promise<readonly VettedAddress[]>;

/** Thrown when a name has no address now. Its own class, so that a resolver's `ECONNREFUSED` is not taken for the receiver's. */
export class HostNotResolvedError extends Error {
  override readonly name = 'HostNotResolvedError';
  readonly code: 'DNS_FAILED' | 'RESOLVER_FAILED' | 'OUT_OF_RESOURCES';

  constructor(code: HostNotResolvedError['code'], cause?: unknown) {
    super('The host name was not resolved.', { cause });
    this.code = code;
  }
}

/**
 * Makes the look-up. Connections opened at the same moment share one, because getaddrinfo has only so many threads. A
 * temporary failure is the name's (`DNS_FAILED`) when the witness blames the host, and otherwise the resolver's.
 */
export function createVettedLookup(options: {
  readonly rules: AddressRules;
  readonly resolver: Resolver;
  readonly witness: Witness;
  readonly clock: Pick<Clock, 'elapsed'>;
}): VettedLookup {
  const { rules, resolver, witness, clock } = options;
  const underWay = new Map<string, Promise<readonly VettedAddress[]>>();

  async function vet(hostname: string): Promise<readonly VettedAddress[]> {
    const askedAt = clock.elapsed();
    try {
      const addresses = await vetHost(rules, resolver, hostname);
      witness.served(hostname, askedAt);
      if (addresses.length === 0) throw new HostNotResolvedError('DNS_FAILED');
      return addresses.slice(0, MAX_ADDRESSES);
    } catch (error) {
      throw blame(hostname, error, askedAt);
    }
  }

  function blame(hostname: string, error: unknown, askedAt: number): Error {
    if (error instanceof HostNotResolvedError) return error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (OUT_OF_RESOURCES_CODES.has(code)) return new HostNotResolvedError('OUT_OF_RESOURCES', error);
    if (TEMPORARY.has(code)) {
      const code = witness.failed(hostname) === 'host' ? 'DNS_FAILED' : 'RESOLVER_FAILED';
      return new HostNotResolvedError(code, error);
    }
    witness.served(hostname, askedAt);
    return error instanceof BlockedAddressError ? error : new HostNotResolvedError('DNS_FAILED', error);
  }

  return (hostname) => {
    const known = underWay.get(hostname);
    if (known) return known;

    const vetting = vet(hostname).finally(() => underWay.delete(hostname));
    underWay.set(hostname, vetting);
    return vetting;
  };
}

/** A name with a thousand addresses must not make an attempt knock at a thousand doors. */
const MAX_ADDRESSES = 8;

/** What getaddrinfo and c-ares say when nobody answered, or only that they cannot answer now. */
const TEMPORARY: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_SYSTEM',
  'EBADRESP',
  'ECONNREFUSED',
  'ECONNRESET',
  'EFORMERR',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTIMP',
  'EREFUSED',
  'ESERVFAIL',
  'ETIMEDOUT',
  'ETIMEOUT',
]);

/** The one rule on which addresses a webhook may reach, used when it is created, tested and sent to. */

import { lookup } from 'node:dns/promises';
import { open } from 'node:fs/promises';
import { isIP } from 'node:net';
import { devNull } from 'node:os';
import ipaddr from 'ipaddr.js';

/** Decides about single addresses. Pure: what was allowed once is always allowed. */
export interface AddressRules {
  /**
   * Says why an address may not be connected to, in a word or two that finish "the address is …"; `undefined` when it
   * may. Anything that is not plainly a public unicast address is refused, as is text that is no address at all.
   */
  check(address: string): string | undefined;
}

/** An address that passed the rules. */
export interface VettedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Finds all addresses of a host name. Rejects with Node's DNS errors (`ENOTFOUND`, `EAI_AGAIN`, …). */
export type Resolver = (hostname: string) => Promise<readonly { address: string; family: 4 | 6 }[]>;

/**
 * Thrown for a host that the rules refuse. The message names the host and the reason, but not the address a name
 * resolved to: whoever may create a webhook need not learn the addresses of internal names.
 */
export class BlockedAddressError extends Error {
  override readonly name = 'BlockedAddressError';
  readonly code: BlockedCode;

  constructor(hostname: string, reason: string, code: BlockedCode = 'BLOCKED_ADDRESS') {
    const which = code === 'MIXED_ADDRESSES' ? 'one of its addresses' : 'the address';
    super(
      `${hostname} may not be contacted: ${which} is ${reason}. ` +
        'Only public addresses are allowed, unless ALLOWED_NETWORKS opens private ranges.',
    );
    this.code = code;
  }
}

/** What was refused: a literal address; all that a name resolved to; or some of that, beside others that are allowed. */
export type BlockedCode = 'BLOCKED_ADDRESS' | 'BLOCKED_NAME' | 'MIXED_ADDRESSES';

/**
 * Builds the rules. `allowedNetworks` are CIDRs whose addresses are allowed whatever else they are; an IPv4 CIDR also
 * lets its IPv4-mapped IPv6 forms through.
 *
 * @throws {RangeError} naming the first entry that is not a CIDR.
 */
export function createAddressRules(allowedNetworks: readonly string[]): AddressRules {
  const allowed = allowedNetworks.map(parseNetwork);

  return {
    check(text) {
      const address = parseAddress(text);
      if (!address) return 'not a plain IP address';
      if (allowed.some((network) => contains(network, address))) return undefined;
      return address.kind() === 'ipv4' ? refuseV4(address) : refuseV6(address);
    },
  };
}

/**
 * Asks the system (hosts file included), keeping the order in which it answers. Rejects with `EMFILE` or `ENFILE` when
 * there was no file descriptor to ask with, of which getaddrinfo says that there is no such name.
 */
export const systemResolver: Resolver = async (hostname) => {
  try {
    const answers = await lookup(hostname, { all: true, order: 'verbatim' });
    return answers.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
  } catch (error) {
    const probe = await open(devNull);
    await probe.close();
    throw error;
  }
};

/**
 * Resolves a host and returns its addresses when the rules allow every one of them. A literal address, with or without
 * the brackets of a URL, is not resolved. One refused answer refuses the host: a name that is public on one day and
 * private on the next is how such rules are circumvented.
 *
 * @throws {BlockedAddressError} when any address is refused. Errors of the resolver pass through.
 */
export async function vetHost(rules: AddressRules, resolver: Resolver, hostname: string): Promise<VettedAddress[]> {
  const literal = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const family = isIP(literal);
  const answers =
    family === 0 ? await resolver(hostname) : [{ address: literal, family: family === 6 ? 6 : 4 } as const];

  const reasons = answers.map(({ address }) => rules.check(address));
  const reason = reasons.find((each) => each !== undefined);
  if (reason !== undefined) {
    const isMixed = reasons.includes(undefined);
    const code = isMixed ? 'MIXED_ADDRESSES' : family === 0 ? 'BLOCKED_NAME' : 'BLOCKED_ADDRESS';
    throw new BlockedAddressError(hostname, reason, code);
  }
  return answers.map(({ address, family }) => ({ address, family }));
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [Address, number];

/** What ipaddr.js calls a range, in words that finish "the address is …". Other ranges are 'reserved'. */
const REASONS: Readonly<Record<string, string>> = {
  broadcast: 'broadcast',
  carrierGradeNat: 'shared (carrier-grade NAT)',
  deprecatedSiteLocal: 'site-local',
  ipv4Mapped: 'an IPv4-mapped IPv6 address',
  linkLocal: 'link-local',
  loopback: 'loopback',
  multicast: 'multicast',
  private: 'private',
  rfc6052: 'an IPv4 address behind NAT64',
  segmentRouting: 'a segment routing identifier',
  teredo: 'a Teredo tunnel',
  uniqueLocal: 'private',
  unspecified: 'unspecified',
  '6to4': 'a 6to4 tunnel',
};

/** Everything the internet registries hand out as public (RFC 4291); an address elsewhere goes nowhere public. */
const GLOBAL_UNICAST: Network = [ipaddr.IPv6.parse('2000::'), 3];

/** Public by its range, but in every Azure machine the host's own services: https://aka.ms/168.63.129.16 */
const AZURE_HOST = '168.63.129.16';

function refuseV4(address: Address): string | undefined {
  if (address.toString() === AZURE_HOST) return "a cloud provider's own";
  const range: string = address.range();
  return range === 'unicast' ? undefined : (REASONS[range] ?? 'reserved');
}

function refuseV6(address: Address): string | undefined {
  const range: string = address.range();
  if (range !== 'unicast') return REASONS[range] ?? 'reserved';
  if (!contains(GLOBAL_UNICAST, address)) return 'not public unicast';
  return isIsatap(address) ? 'an ISATAP tunnel' : undefined;
}

/** Interface identifiers 0:5efe and 200:5efe carry an IPv4 address to tunnel to (RFC 5214). */
function isIsatap(address: Address): boolean {
  const [high, low, marker, kind] = address.toByteArray().slice(8, 12);
  return (high === 0 || high === 2) && low === 0 && marker === 0x5e && kind === 0xfe;
}

/**
 * ipaddr.js reads `127.1` and `010.0.0.1`, and Node accepts zone ids: neither is a plain address. A dotted tail is
 * rewritten first (`::127.0.0.1` becomes `::7f00:1`), because ipaddr.js takes every one for an IPv4-mapped address.
 */
function parseAddress(text: string): Address | undefined {
  if (isIP(text) === 0 || text.includes('%')) return undefined;

  const dottedTail = text.includes(':') && text.includes('.');
  try {
    return ipaddr.parse(dottedTail ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text);
  } catch {
    return undefined;
  }
}

function parseNetwork(cidr: string): Network {
  const [text = '', prefix = ''] = cidr.split('/');
  const address = parseAddress(text);
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (!address || !(bits <= address.toByteArray().length * 8) || cidr !== `${text}/${prefix}`) {
    throw new RangeError(`${cidr} is not a network in CIDR notation, such as 10.0.0.0/8 or fd00::/8`);
  }
  return [address, bits];
}

function contains([network, bits]: Network, address: Address): boolean {
  if (network.kind() === address.kind()) return address.match(network, bits);
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()
    ? address.toIPv4Address().match(network, bits)
    : false;
}

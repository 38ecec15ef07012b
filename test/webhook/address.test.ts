/** The address rules, against every range that is not the public internet. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAddressRules, vetHost } from '../../src/webhook/address.ts';
import { resolverAt, startDnsServer } from '../support/dns.ts';

const strict = createAddressRules([]);

/** Every special IPv4 range, as IANA registers them. */
const BLOCKED_V4 = {
  '0.0.0.0/8': 'unspecified',
  '10.0.0.0/8': 'private',
  '100.64.0.0/10': 'shared (carrier-grade NAT)',
  '127.0.0.0/8': 'loopback',
  '169.254.0.0/16': 'link-local',
  '172.16.0.0/12': 'private',
  '192.0.0.0/24': 'reserved',
  '192.0.2.0/24': 'reserved',
  '192.88.99.0/24': 'reserved',
  '192.168.0.0/16': 'private',
  '198.18.0.0/15': 'reserved',
  '198.51.100.0/24': 'reserved',
  '203.0.113.0/24': 'reserved',
  '224.0.0.0/4': 'multicast',
  '240.0.0.0/4': 'reserved',
} as const;

describe('the address rules', () => {
  test.each([
    ['0.0.0.0', 'unspecified'],
    ['127.0.0.1', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['100.100.100.200', 'shared (carrier-grade NAT)'],
    ['255.255.255.255', 'broadcast'],
    ['241.1.2.3', 'reserved'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::ffff:8.8.8.8', 'an IPv4-mapped IPv6 address'],
    ['::ffff:7f00:1', 'an IPv4-mapped IPv6 address'],
    ['::127.0.0.1', 'not public unicast'],
    ['::ffff:0:127.0.0.1', 'reserved'],
    ['64:ff9b::7f00:1', 'an IPv4 address behind NAT64'],
    ['64:ff9b::8.8.8.8', 'an IPv4 address behind NAT64'],
    ['64:ff9b:1::1', 'an IPv4 address behind NAT64'],
    ['100::1', 'reserved'],
    ['100:0:0:1::1', 'not public unicast'],
    ['2001::1', 'a Teredo tunnel'],
    ['2001:2::1', 'reserved'],
    ['2001:10::1', 'reserved'],
    ['2001:20::1', 'reserved'],
    ['2001:db8::1', 'reserved'],
    ['2002:7f00:1::1', 'a 6to4 tunnel'],
    ['2002:808:808::1', 'a 6to4 tunnel'],
    ['2a00:1450:4001:800::5efe:7f00:1', 'an ISATAP tunnel'],
    ['2a00:1450:4001:800:200:5efe:7f00:1', 'an ISATAP tunnel'],
    ['3fff::1', 'reserved'],
    ['4000::1', 'not public unicast'],
    ['5f00::1', 'a segment routing identifier'],
    ['fc00::1', 'private'],
    ['fd12:3456::1', 'private'],
    ['fe80::1', 'link-local'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['fe80::1%eth0', 'not a plain IP address'],
    ['2a00::1%1', 'not a plain IP address'],
    ['127.1', 'not a plain IP address'],
    ['0177.0.0.1', 'not a plain IP address'],
    ['2130706433', 'not a plain IP address'],
    ['', 'not a plain IP address'],
    ['example.com', 'not a plain IP address'],
  ])('D34: refuse %s as %s', (address, reason) => {
    expect(strict.check(address)).toBe(reason);
  });

  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.0',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450:4001:800::200e',
  ])('D34: allow %s, which is public', (address) => {
    expect(strict.check(address)).toBeUndefined();
  });

  test('D34: refuse any address of any special IPv4 range, and its mapped form', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.entries(BLOCKED_V4)), addressBits(), ([cidr, reason], bits) => {
        const address = insideOf(cidr, bits);
        expect([reason, 'broadcast']).toContain(strict.check(address));
        expect(strict.check(`::ffff:${address}`)).toBe('an IPv4-mapped IPv6 address');
      }),
    );
  });

  test('D34: refuse any IPv6 address outside 2000::/3', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        fc.pre(!/^[23][0-9a-f]{3}:/i.test(address));
        expect(strict.check(address)).toEqual(expect.any(String));
      }),
    );
  });

  test('D39: let through exactly what an allowed network contains, mapped or not', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(BLOCKED_V4)), addressBits(), addressBits(), (cidr, bits, others) => {
        const open = createAddressRules([cidr]);
        const [inside, other] = [insideOf(cidr, bits), insideOf('0.0.0.0/0', others)];
        expect(open.check(inside)).toBeUndefined();
        expect(open.check(`::ffff:${inside}`)).toBeUndefined();
        if (insideOf(cidr, others) !== other) expect(open.check(other)).toBe(strict.check(other));
      }),
    );
  });

  test('D39: let through an allowed IPv6 network and nothing beside it', () => {
    const rules = createAddressRules(['fd00:1::/32', '10.1.2.3/32']);

    expect(rules.check('fd00:1::5')).toBeUndefined();
    expect(rules.check('fd00:2::5')).toBe('private');
    expect(rules.check('10.1.2.3')).toBeUndefined();
    expect(rules.check('10.1.2.4')).toBe('private');
  });

  test.each([
    '10.0.0.0',
    '10/8',
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    'localhost/8',
    'fe80::%1/10',
    '',
  ])('D39: refuse to start with %j as an allowed network', (cidr) => {
    expect(() => createAddressRules([cidr])).toThrow(RangeError);
  });
});

describe('vetting a host', () => {
  test('D34: names the host, the reason and the way out, but not the address', async () => {
    await using dns = await startDnsServer(() => ['10.1.2.3']);

    const vetting = vetHost(strict, resolverAt(dns), 'internal.test');

    await expect(vetting).rejects.toMatchObject({ code: 'BLOCKED_NAME' });
    await expect(vetting).rejects.toThrow(/internal\.test.*private.*ALLOWED_NETWORKS/);
    await expect(vetting).rejects.not.toThrow('10.1.2.3');
  });

  test('D37: refuses a name with one public and one private address', async () => {
    await using dns = await startDnsServer(() => ['93.184.216.34', '192.168.1.1']);
    await using dual = await startDnsServer(() => ['93.184.216.34', 'fd00::1']);

    for (const resolver of [resolverAt(dns), resolverAt(dual)]) {
      await expect(vetHost(strict, resolver, 'mixed.test')).rejects.toMatchObject({
        code: 'MIXED_ADDRESSES',
        message: expect.stringContaining('one of its addresses is private'),
      });
    }
  });

  test('returns all addresses of a public name', async () => {
    await using dns = await startDnsServer(() => ['93.184.216.34', '2606:4700::1111']);

    expect(await vetHost(strict, resolverAt(dns), 'public.test')).toEqual([
      { address: '93.184.216.34', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
  });

  test('D34: vets literal addresses without asking a resolver', async () => {
    await using dns = await startDnsServer(() => ['93.184.216.34']);

    await expect(vetHost(strict, resolverAt(dns), '[::1]')).rejects.toThrow('loopback');
    await expect(vetHost(strict, resolverAt(dns), '127.0.0.1')).rejects.toThrow('loopback');
    expect(await vetHost(strict, resolverAt(dns), '8.8.8.8')).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(dns.questions).toEqual([]);
  });

  test('B12: lets the errors of the resolver through', async () => {
    await using dns = await startDnsServer(() => 'NXDOMAIN');

    await expect(vetHost(strict, resolverAt(dns), 'absent.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

function addressBits(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 0xffffffff });
}

function hostMask(cidr: string): number {
  return 2 ** (32 - Number(cidr.split('/')[1])) - 1;
}

/** The address of the network whose host part is the low end of `bits`. */
function insideOf(cidr: string, bits: number): string {
  const network = (cidr.split('/')[0] ?? '').split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = hostMask(cidr) + 1;
  const value = network + (bits % size);
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** Names and addresses: a resolver that fails, lies or floods, IPv6 in all its forms, and whose fault it is. */

import { describe, expect, test } from 'vitest';
import { createAddressRules, type Resolver } from '../../src/webhook/address.ts';
import { type DnsAnswer, resolverAt, startDnsServer } from '../support/dns.ts';
import { never, startReceiver } from '../support/receiver.ts';
import { body, givenSender, headers } from '../support/sender.ts';
import { createStandingClock } from '../support/standing-clock.ts';
import { failForFiveMinutes, fiveTimes, verdictOf } from './five-minutes.ts';

describe('a look-up', () => {
  const names: Readonly<Record<string, DnsAnswer>> = {
    'healthy.test': ['127.0.0.1'],
    'absent.test': 'NXDOMAIN',
    'private.test': ['10.0.0.1'],
    'failing.test': 'SERVFAIL',
    'broken.test': 'SERVFAIL',
  };

  /** A sender to these names on this machine, and a receiver for those that have an address. */
  async function givenNames() {
    const clock = createStandingClock();
    const dns = await startDnsServer((name) => names[name] ?? 'NXDOMAIN');
    const receiver = await startReceiver([{ headers: { connection: 'close' } }]);
    const ask = resolverAt(dns);
    // It would give up on silence by itself, sooner or later than the attempt.
    const resolver: Resolver = (hostname) => (hostname === 'silent.test' ? never : ask(hostname));
    const sender = givenSender({ resolver, clock });
    return {
      clock,
      sendTo: (host: string) => {
        const limits = host === 'silent.test' ? { timeoutMs: 300 } : {};
        return sender.send({ url: `http://${host}:${receiver.port}/`, headers, body, ...limits });
      },
      async [Symbol.asyncDispose]() {
        sender.close();
        await receiver.close();
        await dns[Symbol.asyncDispose]();
      },
    };
  }

  test('B12: of a name that does not exist is DNS_FAILED, also as the first of all', async () => {
    await using given = await givenNames();

    expect(verdictOf(await given.sendTo('absent.test'))).toBe('DNS_FAILED');
  });

  test.each(['failing.test', 'silent.test'])(
    'B12: of %s is our fault, whoever was answered just before',
    async (host) => {
      await using given = await givenNames();

      for (const before of [host, 'healthy.test', 'absent.test', 'private.test']) {
        await given.sendTo(before);
        expect(verdictOf(await given.sendTo(host))).toBe('RESOLVER_FAILED, ours');
      }
    },
  );

  test.each(['healthy.test', 'absent.test', 'private.test'])(
    "B12: that has failed for five minutes is the host's fault when %s was answered every minute",
    async (other) => {
      await using given = await givenNames();
      const { clock, sendTo } = given;
      const fail = (host: string) =>
        failForFiveMinutes(
          clock,
          () => sendTo(host),
          () => sendTo(other),
        );

      expect(await fail('failing.test')).toEqual(fiveTimes('RESOLVER_FAILED', 'DNS_FAILED'));
      expect(await fail('silent.test')).toEqual(fiveTimes('RESOLVER_FAILED', 'DNS_TIMEOUT'));
    },
  );

  test('B12: that has failed for five minutes is our fault when all others failed as well', async () => {
    await using given = await givenNames();
    const { clock, sendTo } = given;
    await sendTo('healthy.test');

    const verdicts = await failForFiveMinutes(
      clock,
      () => sendTo('failing.test'),
      () => sendTo('broken.test'),
    );

    expect(verdicts).toEqual(fiveTimes('RESOLVER_FAILED', 'RESOLVER_FAILED, ours'));
  });

  test.each<[string, Resolver, string]>([
    ['finds no address', () => Promise.resolve([]), 'DNS_FAILED'],
    ['cannot reach its server', failing('ECONNREFUSED'), 'RESOLVER_FAILED'],
    ['says to try again', failing('EAI_AGAIN'), 'RESOLVER_FAILED'],
    ['answers what nobody can read', failing('EBADRESP'), 'RESOLVER_FAILED'],
    ['has no file descriptor left', failing('EMFILE'), 'OUT_OF_RESOURCES'],
    ['answers what is no address', () => Promise.resolve([{ address: 'nonsense', family: 4 }]), 'BLOCKED_NAME'],
    ['throws nonsense', () => Promise.reject(new Error('nonsense')), 'DNS_FAILED'],
  ])('B12: by a resolver that %s comes to nothing', async (_what, resolver, errorCode) => {
    using sender = givenSender({ resolver });

    expect(await sender.send({ url: 'http://host.test/', headers, body })).toMatchObject({ errorCode, response: null });
  });

  test('B16: that answers a thousand addresses makes the attempt try no more than 8', async () => {
    const closed = (count: number) => Array.from({ length: count }, (_, index) => `127.0.1.${index + 1}`);
    const answer = (count: number) => () =>
      Promise.resolve([...closed(count), '127.0.0.1'].map((address) => ({ address, family: 4 as const })));
    await using receiver = await startReceiver();
    const url = `http://many.test:${receiver.port}/`;

    using few = givenSender({ resolver: answer(7) });
    expect(await few.send({ url, headers, body })).toMatchObject({ kind: 'succeeded', remoteAddress: '127.0.0.1' });
    using many = givenSender({ resolver: answer(8) });
    expect(await many.send({ url, headers, body })).toMatchObject({ errorCode: 'CONNECTION_REFUSED' });
  });

  function failing(code: string): Resolver {
    return () => Promise.reject(Object.assign(new Error(`getaddrinfo ${code}`), { code }));
  }
});

describe('an IPv6 address', () => {
  const refused = [
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:0:127.0.0.1',
    '::127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b:1::127.0.0.1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    '2001:db8::1',
    '2600::5efe:127.0.0.1',
    '2600::200:5efe:10.0.0.1',
    'fc00::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '100::1',
    '5f00::1',
    '4000::1',
  ];

  test.each(refused)('D34, D35: is not connected to when it is %s, written in the URL', async (address) => {
    using sender = givenSender({ rules: createAddressRules([]) });

    expect(await sender.send({ url: `http://[${address}]/`, headers, body })).toMatchObject({
      errorCode: 'BLOCKED_ADDRESS',
      final: true,
    });
  });

  test.each(refused)(
    'D34, D37: is not connected to when a name resolves to %s beside a public one',
    async (address) => {
      await using dns = await startDnsServer(() => ['93.184.216.34', '2600::1', address]);
      using sender = givenSender({ rules: createAddressRules([]), resolver: resolverAt(dns) });

      expect(await sender.send({ url: 'http://mixed.test/', headers, body })).toMatchObject({
        errorCode: 'MIXED_ADDRESSES',
        remoteAddress: null,
      });
    },
  );

  test('D36: that a lying resolver answers after an IPv4 one is not connected to', async () => {
    await using receiver = await startReceiver([200], { host: '::1' });
    await using dns = await startDnsServer((_name, asked) => (asked === 0 ? ['127.0.0.1'] : ['::1']));
    const resolver = resolverAt(dns);
    using sender = givenSender({ resolver });

    expect(await resolver('rebind.test')).toEqual([{ address: '127.0.0.1', family: 4 }]);
    expect(await sender.send({ url: `http://rebind.test:${receiver.port}/`, headers, body })).toMatchObject({
      errorCode: 'BLOCKED_NAME',
    });
    expect(receiver.connections).toBe(0);
  });

  test('D39: is connected to when it is allowed, by address and by name, and reported as it is', async () => {
    await using receiver = await startReceiver([200], { host: '::1' });
    await using dns = await startDnsServer(() => ['::1']);
    using sender = givenSender({ rules: createAddressRules(['::1/128']), resolver: resolverAt(dns) });

    for (const host of ['[::1]', '[0:0::0:1]', 'six.test']) {
      const outcome = await sender.send({ url: `http://${host}:${receiver.port}/`, headers, body });
      expect(outcome).toMatchObject({ kind: 'succeeded', remoteAddress: '::1' });
    }
  });

  test('where nobody listens does not keep a delivery from the IPv4 address of the host', async () => {
    await using receiver = await startReceiver();
    await using dns = await startDnsServer(() => ['::1', '127.0.0.1']);
    using sender = givenSender({ rules: createAddressRules(['::1/128', '127.0.0.1/32']), resolver: resolverAt(dns) });

    const outcome = await sender.send({ url: `http://both.test:${receiver.port}/`, headers, body });

    expect(outcome).toMatchObject({ kind: 'succeeded', remoteAddress: '127.0.0.1' });
  });
});

/** Linux says so of every address that is not one host's. */
describe.runIf(process.platform === 'linux')('a network that is unreachable', () => {
  const hosts = { broadcast: 'http://255.255.255.255/', multicast: 'http://224.0.0.1/' };
  const closing = [{ headers: { connection: 'close' } }];

  /** A sender that may send everywhere, by a clock that stands. */
  function givenTraveller(resolver?: Resolver) {
    const clock = createStandingClock();
    const rules = createAddressRules(['0.0.0.0/0', '::/0']);
    const sender = givenSender({ rules, clock, ...(resolver ? { resolver } : {}) });
    const send = (url: string) => sender.send({ url, headers, body });
    return { clock, send, [Symbol.dispose]: sender.close };
  }

  test("is ours, and the host's fault once it has been so for five minutes while another was reached", async () => {
    await using receiver = await startReceiver(closing);
    using traveller = givenTraveller();
    const { clock, send } = traveller;
    const fail = (another: string) =>
      failForFiveMinutes(
        clock,
        () => send(hosts.broadcast),
        () => send(another),
      );

    expect(await fail(hosts.multicast)).toEqual(fiveTimes('NETWORK_DOWN', 'NETWORK_DOWN, ours'));
    expect(await fail(receiver.url)).toEqual(fiveTimes('NETWORK_DOWN', 'CONNECT_FAILED'));
    expect(verdictOf(await send(hosts.multicast))).toBe('NETWORK_DOWN, ours');
  });

  test('is known from a host that refuses connections as well as from one that accepts them', async () => {
    const gone = await startReceiver();
    await gone.close();
    using traveller = givenTraveller();
    const { clock, send } = traveller;

    const verdicts = await failForFiveMinutes(
      clock,
      () => send(hosts.multicast),
      () => send(gone.url),
    );

    expect(verdicts).toEqual(fiveTimes('NETWORK_DOWN', 'CONNECT_FAILED'));
  });

  test('is judged over IPv6 as well, a host being the same however its address is written', async () => {
    await using receiver = await startReceiver(closing, { host: '::1' });
    using traveller = givenTraveller();
    const { clock, send } = traveller;
    const spellings = ['http://[ff02::1]/', 'http://[FF02:0::0:1]/'];

    const verdicts = await failForFiveMinutes(
      clock,
      (minute) => send(spellings[minute % 2] ?? ''),
      () => send(receiver.url),
    );

    expect(verdicts).toEqual(fiveTimes('NETWORK_DOWN', 'CONNECT_FAILED'));
  });

  test('by IPv4 counts as reached when it is reached by IPv6, which is the way to hosts that have both', async () => {
    await using receiver = await startReceiver(closing, { host: '::1' });
    await using dns = await startDnsServer(() => ['255.255.255.255', '::1']);
    using traveller = givenTraveller(resolverAt(dns));
    const { clock, send } = traveller;
    const both = `http://both.test:${receiver.port}/`;
    expect(await send(both)).toMatchObject({ kind: 'succeeded', remoteAddress: '::1' });

    const verdicts = await failForFiveMinutes(
      clock,
      () => send(hosts.broadcast),
      () => send(both),
    );

    expect(verdicts).toEqual(fiveTimes('NETWORK_DOWN', 'CONNECT_FAILED'));
  });
});

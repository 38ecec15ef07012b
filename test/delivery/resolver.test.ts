/** Names and addresses: a resolver that fails, lies or floods, IPv6 in all its forms, and whose fault it is. */

import { describe, expect, test } from 'vitest';
import { createWitness } from '../../src/delivery/witness.ts';
import { createAddressRules, type Resolver } from '../../src/webhook/address.ts';
import { type DnsAnswer, resolverAt, startDnsServer } from '../support/dns.ts';
import { startReceiver } from '../support/receiver.ts';
import { body, givenSender, headers } from '../support/sender.ts';

/** A clock that stands until it is moved. */
function createStandingClock() {
  let elapsedMs = 0;
  return {
    now: () => new Date(),
    elapsed: () => elapsedMs,
    advance(ms: number) {
      elapsedMs += ms;
    },
  };
}

describe('a look-up', () => {
  const timeoutMs = 300;
  const names: Readonly<Record<string, DnsAnswer>> = {
    'healthy.test': ['127.0.0.1'],
    'absent.test': 'NXDOMAIN',
    'private.test': ['10.0.0.1'],
    'failing.test': 'SERVFAIL',
    'broken.test': 'SERVFAIL',
    'silent.test': 'silence',
  };

  /** Sends to each name in turn, by one sender; answers what it came to, and whose fault it is. */
  async function sendTo(...hosts: readonly string[]) {
    await using dns = await startDnsServer((name) => names[name] ?? 'NXDOMAIN');
    await using receiver = await startReceiver();
    using sender = givenSender({ resolver: resolverAt(dns), timeoutMs });
    const outcomes = [];
    for (const host of hosts) {
      const outcome = await sender.send({ url: `http://${host}:${receiver.port}/`, headers, body });
      outcomes.push(outcome.kind === 'failed' ? `${outcome.errorCode}${outcome.ours ? ', ours' : ''}` : outcome.kind);
    }
    return outcomes;
  }

  test('B12: of a name that does not exist is DNS_FAILED, also as the first of all', async () => {
    expect(await sendTo('absent.test')).toEqual(['DNS_FAILED']);
  });

  test.each(['failing.test', 'silent.test'])('B12: of %s is our fault when nobody else was answered', async (host) => {
    expect(await sendTo(host, host)).toEqual(['RESOLVER_FAILED, ours', 'RESOLVER_FAILED, ours']);
  });

  test.each(['healthy.test', 'absent.test', 'private.test'])(
    "B12: that fails is the host's fault when %s was just answered",
    async (other) => {
      const [, failing] = await sendTo(other, 'failing.test');
      const [, silent] = await sendTo(other, 'silent.test');

      expect([failing, silent]).toEqual(['DNS_FAILED', 'DNS_TIMEOUT']);
    },
  );

  test('B12: that fails is our fault when the last other host failed as well', async () => {
    const [, first, second] = await sendTo('healthy.test', 'failing.test', 'broken.test');

    expect([first, second]).toEqual(['DNS_FAILED', 'RESOLVER_FAILED, ours']);
  });

  test.each<[string, Resolver, string]>([
    ['finds no address', () => Promise.resolve([]), 'DNS_FAILED'],
    ['cannot reach its server', failing('ECONNREFUSED'), 'RESOLVER_FAILED'],
    ['says to try again', failing('EAI_AGAIN'), 'RESOLVER_FAILED'],
    ['has no file descriptor left', failing('EMFILE'), 'OUT_OF_RESOURCES'],
    ['answers what is no address', () => Promise.resolve([{ address: 'nonsense', family: 4 }]), 'BLOCKED_ADDRESS'],
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
        errorCode: 'BLOCKED_ADDRESS',
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
      errorCode: 'BLOCKED_ADDRESS',
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

  test("is the host's fault alone, and ours when the last other host was unreachable as well", async () => {
    await using receiver = await startReceiver();
    using sender = givenSender({ rules: createAddressRules(['0.0.0.0/0']) });
    const send = (url: string) => sender.send({ url, headers, body });

    expect(await send(hosts.broadcast)).toMatchObject({ errorCode: 'CONNECT_FAILED', ours: false });
    expect(await send(hosts.broadcast)).toMatchObject({ errorCode: 'CONNECT_FAILED', ours: false });
    expect(await send(hosts.multicast)).toMatchObject({ errorCode: 'NETWORK_DOWN', ours: true });
    expect(await send(receiver.url)).toMatchObject({ kind: 'succeeded' });
    expect(await send(hosts.multicast)).toMatchObject({ errorCode: 'CONNECT_FAILED', ours: false });
  });

  test('is judged over IPv6 as well, a host being the same however its address is written', async () => {
    await using receiver = await startReceiver([200], { host: '::1' });
    using sender = givenSender({ rules: createAddressRules(['::/0']) });
    const send = (url: string) => sender.send({ url, headers, body });

    expect(await send('http://[ff02::1]/')).toMatchObject({ errorCode: 'CONNECT_FAILED', ours: false });
    expect(await send('http://[FF02:0::0:1]/')).toMatchObject({ errorCode: 'CONNECT_FAILED', ours: false });
    expect(await send('http://[ff05::2]/')).toMatchObject({ errorCode: 'NETWORK_DOWN', ours: true });
    expect(await send(receiver.url)).toMatchObject({ kind: 'succeeded' });
    expect(await send('http://[ff05::2]/')).toMatchObject({ errorCode: 'CONNECT_FAILED', ours: false });
  });

  test('by IPv4 is no fault of ours while hosts are reached by IPv6, which is the way to hosts that have both', async () => {
    await using receiver = await startReceiver([200], { host: '::1' });
    await using dns = await startDnsServer(() => ['255.255.255.255', '::1']);
    using sender = givenSender({ rules: createAddressRules(['0.0.0.0/0', '::/0']), resolver: resolverAt(dns) });
    const send = (url: string) => sender.send({ url, headers, body });

    expect(await send(hosts.broadcast)).toMatchObject({ errorCode: 'CONNECT_FAILED', ours: false });
    expect(await send(`http://both.test:${receiver.port}/`)).toMatchObject({ kind: 'succeeded', remoteAddress: '::1' });
    expect(await send(hosts.multicast)).toMatchObject({ errorCode: 'CONNECT_FAILED', ours: false });
    expect(await send(hosts.broadcast)).toMatchObject({ errorCode: 'NETWORK_DOWN', ours: true });
  });
});

describe('a witness', () => {
  test('knows nothing of what happened with the host itself', () => {
    const witness = createWitness(createStandingClock());

    witness.served('a');
    witness.failed('a');
    expect(witness.judge('a')).toBe('unknown');
    expect(witness.judge('b')).toBe('broken');
  });

  test('goes by the last event with any other host', () => {
    const witness = createWitness(createStandingClock());

    witness.failed('a');
    witness.served('b');
    for (let failures = 0; failures < 3; failures += 1) witness.failed('c');

    expect(['a', 'b', 'c', 'd'].map((host) => witness.judge(host))).toEqual(['broken', 'broken', 'works', 'broken']);
  });

  test('forgets after a minute', () => {
    const clock = createStandingClock();
    const witness = createWitness(clock);

    witness.served('a');
    clock.advance(60_000);
    expect(witness.judge('b')).toBe('works');
    clock.advance(1);
    expect(witness.judge('b')).toBe('unknown');
  });
});

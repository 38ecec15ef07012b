/** Sending to addresses that are not allowed, however they are written or resolved. */

import { describe, expect, test } from 'vitest';
import { createAddressRules } from '../../src/webhook/address.ts';
import { resolverAt, startDnsServer } from '../support/dns.ts';
import { startReceiver } from '../support/receiver.ts';
import { body, givenSender, headers } from '../support/sender.ts';

describe('an address that is not allowed', () => {
  const strict = createAddressRules([]);

  test.each([
    'http://127.0.0.1:PORT/',
    'http://2130706433:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'https://0x7f.1:PORT/',
    'http://0:PORT/',
  ])('D34, D35: is not connected to when it is written as %s', async (url) => {
    using sender = givenSender({ rules: strict });
    await using receiver = await startReceiver();

    expect(await sender.send({ url: url.replace('PORT', `${receiver.port}`), headers, body })).toMatchObject({
      kind: 'failed',
      errorCode: 'BLOCKED_ADDRESS',
      errorMessage: expect.stringContaining('ALLOWED_NETWORKS'),
      final: true,
      response: null,
    });
    expect(receiver.connections).toBe(0);
  });

  test.each([
    ['loopback', ['127.0.0.1'], 'BLOCKED_NAME'],
    ['the metadata service', ['169.254.169.254'], 'BLOCKED_NAME'],
    ['one public and one private address', ['93.184.216.34', '127.0.0.1'], 'MIXED_ADDRESSES'],
    ['a private IPv6 address beside a public IPv4 one', ['93.184.216.34', 'fd00::1'], 'MIXED_ADDRESSES'],
    ['a private address before a public one', ['10.0.0.1', '93.184.216.34'], 'MIXED_ADDRESSES'],
  ])('D34, D37: is not connected to when a name resolves to %s', async (_what, addresses, errorCode) => {
    await using dns = await startDnsServer(() => addresses);
    using sender = givenSender({ rules: strict, resolver: resolverAt(dns) });
    await using receiver = await startReceiver();

    expect(await sender.send({ url: `http://hook.test:${receiver.port}/`, headers, body })).toMatchObject({
      errorCode,
      final: true,
    });
    expect(receiver.connections).toBe(0);
  });

  test('D36: is not connected to when a lying resolver answers differently the second time', async () => {
    const rules = createAddressRules(['127.0.0.2/32']);
    await using receiver = await startReceiver();
    await using dns = await startDnsServer((_name, asked) => (asked === 0 ? ['127.0.0.2'] : ['127.0.0.1']));
    const resolver = resolverAt(dns);
    using sender = givenSender({ rules, resolver });
    const url = `http://rebind.test:${receiver.port}/`;

    expect(await resolver('rebind.test')).toEqual([{ address: '127.0.0.2', family: 4 }]);
    expect(await sender.send({ url, headers, body })).toMatchObject({ errorCode: 'BLOCKED_NAME' });
    expect(receiver.connections).toBe(0);
  });

  test('D36: is vetted in the very answer that is connected to, which is asked for once', async () => {
    await using receiver = await startReceiver();
    await using dns = await startDnsServer((_name, asked) => (asked === 0 ? ['127.0.0.1'] : ['169.254.169.254']));
    using sender = givenSender({ resolver: resolverAt(dns) });
    const url = `http://rebind.test:${receiver.port}/`;

    expect(await sender.send({ url, headers, body })).toMatchObject({ kind: 'succeeded', remoteAddress: '127.0.0.1' });
    expect(dns.questions).toHaveLength(2);
    expect(await sender.send({ url, headers, body })).toMatchObject({ kind: 'succeeded' });
    expect(dns.questions).toHaveLength(2);
  });

  test('D39: is connected to when its network is allowed', async () => {
    await using dns = await startDnsServer(() => ['127.0.0.1']);
    using sender = givenSender({ resolver: resolverAt(dns) });
    await using receiver = await startReceiver();

    expect(await sender.send({ url: `http://hook.test:${receiver.port}/`, headers, body })).toMatchObject({
      kind: 'succeeded',
    });
    expect((await receiver.nextRequest()).headers.host).toBe(`hook.test:${receiver.port}`);
  });

  test.each(['http://user@127.0.0.1/', 'ftp://127.0.0.1/', 'nonsense', 'http://127.0.0.1/#x'])(
    'D35: is not even looked for when the URL is %j',
    async (url) => {
      using sender = givenSender();

      expect(await sender.send({ url, headers, body })).toMatchObject({ errorCode: 'INVALID_URL', final: true });
    },
  );
});

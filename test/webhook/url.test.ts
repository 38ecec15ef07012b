/** What is accepted as the URL of a webhook. */

import { describe, expect, test } from 'vitest';
import { createAddressRules } from '../../src/webhook/address.ts';
import { checkWebhookUrl, parseWebhookUrl, WebhookUrlRefusedError } from '../../src/webhook/url.ts';
import { resolverAt, startDnsServer } from '../support/dns.ts';

describe('a webhook URL', () => {
  test.each([
    ['http://example.com/hook', 'http://example.com/hook'],
    ['HTTPS://EXAMPLE.com:443/Hook?a=1&b=%20', 'https://example.com/Hook?a=1&b=%20'],
    ['https://example.com./hook', 'https://example.com/hook'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ['http://2130706433/', 'http://127.0.0.1/'],
    ['http://0x7f.1/', 'http://127.0.0.1/'],
    ['http://0177.0.0.1/', 'http://127.0.0.1/'],
    ['http://127.1', 'http://127.0.0.1/'],
    ['http://127.0.0.1./', 'http://127.0.0.1/'],
    ['http://ⓛocalhost/', 'http://localhost/'],
    ['http://exa%6dple.com/', 'http://example.com/'],
    ['http://[0:0::1]:8080/', 'http://[::1]:8080/'],
    ['https://example.com/path/@user?to=a@b.example', 'https://example.com/path/@user?to=a@b.example'],
  ])('D35: %j is normalised to %j', (text, href) => {
    expect(parseWebhookUrl(text).href).toBe(href);
  });

  test.each([
    ['', 'starts with http'],
    ['example.com', 'starts with http'],
    ['//example.com/', 'starts with http'],
    ['/hook', 'starts with http'],
    ['http:example.com', 'starts with http'],
    ['http:/example.com', 'starts with http'],
    ['http:///example.com', 'starts with http'],
    ['http://', 'starts with http'],
    ['http://?', 'starts with http'],
    ['ftp://example.com/', 'starts with http'],
    ['file:///etc/passwd', 'starts with http'],
    ['javascript:alert(1)', 'starts with http'],
    ['unix:/var/run/docker.sock:/', 'starts with http'],
    ['http://user@example.com/', 'user name'],
    ['http://user:secret@example.com/', 'user name'],
    ['http://@example.com/', 'user name'],
    ['http://example.com@127.0.0.1/', 'user name'],
    ['http://example.com/#top', 'fragment'],
    ['http://example.com/#', 'fragment'],
    ['http://example.com:0/', 'port 0'],
    ['http://example.com:65536/', 'not a valid URL'],
    ['http://:80/', 'not a valid URL'],
    ['http://./', 'host name'],
    ['http://example.com../', 'host name'],
    ['http://a..example.com/', 'host name'],
    ['http://[fe80::1%25eth0]/', 'not a valid URL'],
    ['http://[fe80::1%eth0]/', 'not a valid URL'],
    ['http://[::1/', 'not a valid URL'],
    ['http://256.256.256.256/', 'not a valid URL'],
    [' http://example.com/', 'no spaces'],
    ['http://example.com/ ', 'no spaces'],
    ['http://exam\tple.com/', 'no spaces'],
    ['http://exam\nple.com/', 'no spaces'],
    ['http://example.com/\r\nx-injected: 1', 'no spaces'],
    ['http://example.com/\u0000', 'no spaces'],
    ['http://exam\u200Bple.com/', 'no spaces'],
    ['http://example.com/\u202Egnp', 'no spaces'],
    ['http:\\\\example.com\\', 'no spaces'],
    ['http://example.com\\@127.0.0.1/', 'no spaces'],
    [`http://example.com/${'a'.repeat(2048)}`, 'at most 2048'],
    [`http://example.com/${'ä'.repeat(400)}`, 'as they are sent'],
  ])('D35: %j is refused because of %j', (text, reason) => {
    expect(() => parseWebhookUrl(text)).toThrow(WebhookUrlRefusedError);
    expect(() => parseWebhookUrl(text)).toThrow(reason);
  });

  test('is not longer than it may be once its host is written in ASCII', () => {
    const characters = Array.from({ length: 700 }, (_, index) =>
      String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)),
    );
    const host = characters.join('');
    expect(new URL(`http://${host}/`).origin.length).toBeGreaterThan(2048);
    expect(() => parseWebhookUrl(`http://${host}/`)).toThrow('as they are sent');
  });
});

describe('checking a webhook URL', () => {
  const rules = createAddressRules([]);

  test('D39: accepts a host that is public, or in an allowed network', async () => {
    await using dns = await startDnsServer((name) => (name === 'public.test' ? ['93.184.216.34'] : ['10.1.2.3']));
    const resolver = resolverAt(dns);
    const open = createAddressRules(['10.0.0.0/8']);

    expect((await checkWebhookUrl({ rules, resolver }, 'https://public.test/')).href).toBe('https://public.test/');
    expect((await checkWebhookUrl({ rules: open, resolver }, 'http://inside.test/')).href).toBe('http://inside.test/');
    await expect(checkWebhookUrl({ rules, resolver }, 'http://inside.test/')).rejects.toThrow('ALLOWED_NETWORKS');
  });

  test.each(['http://127.1/', 'http://[::ffff:10.0.0.1]/', 'http://0xa9fea9fe/latest/meta-data', 'http://0/'])(
    'D35: refuses %j, an odd spelling of an address that is not public',
    async (text) => {
      await using dns = await startDnsServer(() => ['93.184.216.34']);

      const checking = checkWebhookUrl({ rules, resolver: resolverAt(dns) }, text);

      await expect(checking).rejects.toBeInstanceOf(WebhookUrlRefusedError);
      await expect(checking).rejects.toMatchObject({ code: 'WEBHOOK_URL_REFUSED' });
      expect(dns.questions).toEqual([]);
    },
  );

  test.each(['NXDOMAIN', 'SERVFAIL'] as const)('B12: refuses a host whose name server says %s', async (answer) => {
    await using dns = await startDnsServer(() => answer);

    const checking = checkWebhookUrl({ rules, resolver: resolverAt(dns) }, 'https://absent.test/');

    await expect(checking).rejects.toBeInstanceOf(WebhookUrlRefusedError);
    await expect(checking).rejects.toThrow('absent.test does not resolve');
  });
});

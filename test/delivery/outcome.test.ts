/** The vocabulary of outcomes, and what is kept of a response. */

import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cureOf } from '../../src/delivery/cure.ts';
import { ERROR_CODES, type ErrorCode, failure, RESPONSE_WARNINGS } from '../../src/delivery/outcome.ts';
import {
  hasMoreThanAscii,
  isNotUtf8,
  KEPT_BODY_BYTES,
  keepBody,
  keepHeaders,
} from '../../src/delivery/received-response.ts';
import { explainTransportError, isUnreachable } from '../../src/delivery/transport-error.ts';
import { HostNotResolvedError } from '../../src/delivery/vetted-lookup.ts';
import { BlockedAddressError } from '../../src/webhook/address.ts';

describe('an error code', () => {
  test.each(Object.entries(ERROR_CODES))('%s is explained by a sentence', (_code, sentence) => {
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  test.each(Object.keys(ERROR_CODES))('%s has a cure, in sentences', (code) => {
    expect(cureOf(code as ErrorCode, null)).toMatch(/^[A-Z].*\.$/);
  });

  test('for a status has a cure for that status, if more can be said of it', () => {
    expect(cureOf('HTTP_STATUS', 404)).toContain('path');
    expect(cureOf('HTTP_STATUS', 418)).toBe(cureOf('HTTP_STATUS', null));
    expect(cureOf('GONE', 404)).toBe(cureOf('GONE', 410));
  });

  test('is final only when no retry of the same request can help', () => {
    const final = Object.keys(ERROR_CODES).filter((code) => failure(code as ErrorCode, '').final);

    expect(final.sort()).toEqual([
      'BLOCKED_ADDRESS',
      'BLOCKED_NAME',
      'GONE',
      'INVALID_HEADER',
      'INVALID_URL',
      'MIXED_ADDRESSES',
    ]);
  });
});

describe('a failure', () => {
  test('is ours by its code alone', () => {
    const ours = Object.entries(ERROR_CODES).filter(([code]) => failure(code as ErrorCode, '').ours);

    expect(ours.map(([code]) => code).sort()).toEqual([
      'ABORTED',
      'NETWORK_DOWN',
      'NO_FREE_CONNECTION',
      'OUT_OF_RESOURCES',
      'PROXY_FAILED',
      'RESOLVER_FAILED',
    ]);
  });
});

describe('an error of the transport', () => {
  test.each([
    ['ECONNREFUSED', 'CONNECTION_REFUSED'],
    ['ECONNRESET', 'CONNECTION_RESET'],
    ['EPIPE', 'CONNECTION_RESET'],
    ['EHOSTUNREACH', 'CONNECT_FAILED'],
    ['ENETUNREACH', 'CONNECT_FAILED'],
    ['ETIMEDOUT', 'CONNECT_FAILED'],
    ['HPE_INVALID_CONSTANT', 'PROTOCOL_ERROR'],
    ['HPE_HEADER_OVERFLOW', 'HEADERS_TOO_LARGE'],
    ['CERT_HAS_EXPIRED', 'CERTIFICATE_EXPIRED'],
    ['CERT_NOT_YET_VALID', 'CERTIFICATE_EXPIRED'],
    ['CERT_REVOKED', 'CERTIFICATE_UNTRUSTED'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERTIFICATE_UNTRUSTED'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'CERTIFICATE_UNTRUSTED'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERTIFICATE_UNTRUSTED'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'CERTIFICATE_WRONG_HOST'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS_FAILED'],
    ['EPROTO', 'TLS_FAILED'],
    ['EMFILE', 'OUT_OF_RESOURCES'],
    ['ENOBUFS', 'OUT_OF_RESOURCES'],
    ['ENETDOWN', 'NETWORK_DOWN'],
    ['EADDRNOTAVAIL', 'CONNECT_FAILED'],
    ['ERR_INVALID_CHAR', 'INVALID_HEADER'],
    ['E_NEVER_HEARD_OF', 'PROTOCOL_ERROR'],
  ])('B12: %s counts as %s', (code, errorCode) => {
    expect(explainTransportError(Object.assign(new Error('boom'), { code })).errorCode).toBe(errorCode);
  });

  test('B12: of the resolver is never taken for one of the receiver', () => {
    const refused = Object.assign(new Error('queryA ECONNREFUSED'), { code: 'ECONNREFUSED' });

    const explained = explainTransportError(new HostNotResolvedError('DNS_FAILED', refused));

    expect(explained).toMatchObject({ errorCode: 'DNS_FAILED', final: false });
  });

  test('B12: counts as a reset of the response, or of the handshake that it interrupted', () => {
    const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

    expect(explainTransportError(reset, { stage: 'response' }).errorCode).toBe('CONNECTION_RESET');
    expect(explainTransportError(reset, { stage: 'tls' }).errorCode).toBe('TLS_FAILED');
  });

  test('B12: of several addresses counts as refused when one of them refused', () => {
    const [unreachable, refused] = ['ENETUNREACH', 'ECONNREFUSED'].map((code) =>
      Object.assign(new Error(code), { code }),
    );
    const both = Object.assign(new AggregateError([refused, unreachable]), { code: 'ENETUNREACH' });

    expect(explainTransportError(both).errorCode).toBe('CONNECTION_REFUSED');
  });

  test('B12: of several addresses is no fault of our network when one of them could be reached', () => {
    const [silent, unreachable] = ['ETIMEDOUT', 'ENETUNREACH'].map((code) => Object.assign(new Error(code), { code }));
    const none = new AggregateError([unreachable, unreachable]);
    const some = new AggregateError([silent, unreachable]);

    expect([none, some].map(isUnreachable)).toEqual([true, false]);
    expect(explainTransportError(some).errorMessage).toBe('The host did not answer the attempt to connect.');
  });

  test('B12: without a local address is ours for IPv4, and for IPv6 a network that we do not have', () => {
    const of = (address: string) => Object.assign(new Error('no address'), { code: 'EADDRNOTAVAIL', address });

    expect(explainTransportError(of('192.0.2.1'))).toMatchObject({ errorCode: 'OUT_OF_RESOURCES', ours: true });
    expect(explainTransportError(of('2001:db8::1'))).toMatchObject({ errorCode: 'CONNECT_FAILED', ours: false });
  });

  test('B12: without a code, or no error at all, still has an explanation', () => {
    expect(explainTransportError(new Error('boom')).errorMessage).toBe('The exchange failed (no code).');
    expect(explainTransportError(undefined).errorCode).toBe('PROTOCOL_ERROR');
  });

  test('D34: that is a refused address is final and says why', () => {
    expect(explainTransportError(new BlockedAddressError('host.test', 'private'))).toMatchObject({
      errorCode: 'BLOCKED_ADDRESS',
      errorMessage: expect.stringContaining('private'),
      final: true,
    });
  });

  test('never shows addresses or source files', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:80'), { code: 'ECONNREFUSED' });
    const openssl = Object.assign(new Error('C0F7:error:0A00010B:SSL routines:ssl3_get_record:../deps/x.c:354:'), {
      code: 'ERR_SSL_WRONG_VERSION_NUMBER',
      reason: 'wrong version number',
    });

    expect(explainTransportError(refused).errorMessage).not.toContain('10.0.0.1');
    expect(explainTransportError(openssl).errorMessage).toBe('No secure connection: wrong version number.');
  });
});

describe('a warning about a response', () => {
  test.each(Object.entries(RESPONSE_WARNINGS))('%s is explained in sentences', (_code, sentence) => {
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  const notUtf8 = (bytes: Buffer, isWhole: boolean) => isNotUtf8([bytes], keepBody([bytes]), isWhole);

  test('B16: about UTF-8 is of broken characters only, not of U+FFFD, U+0000 or one that was cut off by the end', () => {
    const cut = Buffer.from('grüße').subarray(0, 3);

    expect(notUtf8(Buffer.from([0xff]), true)).toBe(true);
    expect(notUtf8(Buffer.from([0xff]), false)).toBe(true);
    expect(notUtf8(Buffer.from('a\0b\uFFFD'), true)).toBe(false);
    expect([notUtf8(cut, true), notUtf8(cut, false)]).toEqual([true, false]);
    for (const limit of [KEPT_BODY_BYTES - 1, KEPT_BODY_BYTES, KEPT_BODY_BYTES + 1]) {
      expect(notUtf8(Buffer.from(`\uFFFD${'a'.repeat(limit - 4)}€€`), true)).toBe(false);
    }
  });

  test('B16: about UTF-8 agrees with Node, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => notUtf8(Buffer.from(bytes), true) === !isUtf8(bytes)),
    );
  });

  test('B16: about headers is for any value beyond ASCII, kept or not', () => {
    const many = Array.from({ length: 200 }, (_, index) => `x-${index}`);

    expect(hasMoreThanAscii([...many, 'plain'])).toBe(false);
    expect(hasMoreThanAscii([...many, 'gr\u00fc\u00dfe'])).toBe(true);
  });
});

describe('what is kept of a response', () => {
  test('B16: is valid Unicode without U+0000, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (chunks) => {
        const body = keepBody(chunks.map((chunk) => Buffer.from(chunk)));
        expect(body.isWellFormed() && !body.includes('\0')).toBe(true);
      }),
    );
  });

  test('B16: ends before a character that the limit would cut in two', () => {
    const before = Buffer.alloc(KEPT_BODY_BYTES - 1, 'a');

    for (const character of ['é', '€', '😀']) {
      expect(keepBody([before, Buffer.from(`${character}tail`)])).toBe(before.toString());
    }
    expect(keepBody([before, Buffer.from('btail')])).toBe(`${before}b`);
  });

  test('B16: has bounded headers with lower-case names, every value of a repeated one, and UTF-8 where it was sent', () => {
    const latin1 = Buffer.from('grüße', 'utf8').toString('latin1');
    const headers = keepHeaders(['X-A', '1', 'x-a', '2', 'X-Name', latin1, 'x-long', 'y'.repeat(5_000)]);

    expect(headers).toEqual({ 'x-a': ['1', '2'], 'x-name': ['grüße'], 'x-long': ['y'.repeat(1_024)] });
    const many = keepHeaders(Array.from({ length: 2_000 }, (_, index) => `x-${index}`));
    expect(Object.keys(many)).toHaveLength(64);
  });

  test('B16: is plain data even when a header is called __proto__', () => {
    expect(JSON.stringify(keepHeaders(['__proto__', 'x', 'constructor', 'y']))).toBe(
      '{"__proto__":["x"],"constructor":["y"]}',
    );
  });
});

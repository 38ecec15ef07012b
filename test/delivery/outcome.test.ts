/** The vocabulary of outcomes, and what is kept of a response. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HostNotResolvedError } from '../../src/delivery/agent.ts';
import { ERROR_CODES, failure } from '../../src/delivery/outcome.ts';
import { KEPT_BODY_BYTES, keepBody, keepHeaders } from '../../src/delivery/received-response.ts';
import { explainTransportError } from '../../src/delivery/transport-error.ts';
import { BlockedAddressError } from '../../src/webhook/address.ts';

describe('an error code', () => {
  test.each(Object.entries(ERROR_CODES))('%s is explained by a sentence', (_code, sentence) => {
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  test('is final only when no retry of the same request can help', () => {
    const codes = ['GONE', 'BLOCKED_ADDRESS', 'INVALID_URL', 'INVALID_HEADER', 'HTTP_STATUS', 'TIMEOUT'] as const;

    expect(codes.map((code) => failure(code, '').final)).toEqual([true, true, true, true, false, false]);
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
    ['HPE_HEADER_OVERFLOW', 'PROTOCOL_ERROR'],
    ['CERT_HAS_EXPIRED', 'TLS_FAILED'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS_FAILED'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'TLS_FAILED'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TLS_FAILED'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS_FAILED'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS_FAILED'],
    ['EPROTO', 'TLS_FAILED'],
    ['ERR_INVALID_CHAR', 'INVALID_HEADER'],
    ['E_NEVER_HEARD_OF', 'PROTOCOL_ERROR'],
  ])('B12: %s counts as %s', (code, errorCode) => {
    expect(explainTransportError(Object.assign(new Error('boom'), { code })).errorCode).toBe(errorCode);
  });

  test('B12: of the resolver is never taken for one of the receiver', () => {
    const refused = Object.assign(new Error('queryA ECONNREFUSED'), { code: 'ECONNREFUSED' });

    const explained = explainTransportError(new HostNotResolvedError('resolver failed', { cause: refused }));

    expect(explained).toMatchObject({ errorCode: 'DNS_FAILED', final: false });
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

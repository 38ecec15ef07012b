import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { sign } from '../../src/delivery/signature.ts';
import { parseExact } from '../../src/lib/exact-json.ts';
import { generateSecret } from '../../src/webhook/signing-secret.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const BODY = '{"test": 2432232314}';
/** The official library refuses what is not from these five minutes, so what it is to accept is signed now. */
const now = () => new Date();

describe('a signature', () => {
  test('is the known answer of Standard Webhooks, with its three headers (C28)', () => {
    expect(sign([SECRET], ID, new Date(1_614_265_330_000), BODY)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  test('is what the official library makes of the same secret, id, second and body (C28)', () => {
    fc.assert(
      fc.property(secret(), id(), instant(), fc.string({ unit: 'grapheme' }), (anySecret, anyId, at, body) => {
        const headers = sign([anySecret], anyId, at, body);
        expect(headers['webhook-signature']).toBe(new Webhook(anySecret).sign(anyId, at, body));
      }),
    );
  });

  test('is accepted by the official library, with the secret given as whsec_ or as bare base64 (C28, C32)', () => {
    const headers = { ...sign([SECRET], ID, now(), BODY) };
    expect(new Webhook(SECRET).verify(BODY, headers)).toEqual({ test: 2432232314 });
    expect(new Webhook(SECRET.slice('whsec_'.length)).verify(BODY, headers)).toEqual({ test: 2432232314 });
  });

  test.each(['webhook-id', 'webhook-timestamp'] as const)('covers the %s (C28)', (name) => {
    const headers = { ...sign([SECRET], ID, now(), BODY) };
    headers[name] = name === 'webhook-id' ? 'msg_other' : String(Number(headers[name]) - 1);
    expect(() => new Webhook(SECRET).verify(BODY, headers)).toThrow('No matching signature found');
  });

  test('covers every byte of the body (C28)', () => {
    const headers = { ...sign([SECRET], ID, now(), BODY) };
    expect(() => new Webhook(SECRET).verify(BODY.replace(' ', ''), headers)).toThrow('No matching signature found');
  });

  test('comes once per secret in their order, and the holder of either accepts it (C29)', () => {
    const previous = generateSecret();
    const at = now();
    const headers = { ...sign([SECRET, previous], ID, at, BODY) };

    const [current, old, ...others] = headers['webhook-signature'].split(' ');
    expect(current).toBe(sign([SECRET], ID, at, BODY)['webhook-signature']);
    expect(old).toBe(sign([previous], ID, at, BODY)['webhook-signature']);
    expect(others).toEqual([]);
    for (const held of [SECRET, previous])
      expect(new Webhook(held).verify(BODY, headers)).toEqual({ test: 2432232314 });
    expect(() => new Webhook(generateSecret()).verify(BODY, headers)).toThrow('No matching signature found');
  });

  test('has the time of the attempt in whole seconds, never the next one (C31)', () => {
    expect(sign([SECRET], ID, new Date(1_614_265_330_999), BODY)['webhook-timestamp']).toBe('1614265330');
  });

  test.each([
    ['unicode', '{"filename":"Ærø — 連絡先 👩‍👩‍👧 𝔘.csv"}'],
    ['its own key order', '{"z":1,"a":{"y":2,"b":3}}'],
    ['big integers', '{"n":12345678901234567890}'],
    ['1e21', '{"n":1e21,"m":1.0,"o":-0}'],
    ['a trailing newline', '{"n":1}\n'],
    ['a form', 'uploadId=025f399f-4370-4064-aed5-b8d16b597183'],
    ['nothing', ''],
    ['a byte order mark', '\uFEFF{}'],
    ['half a surrogate pair', '{"filename":"\uD83D.csv"}'],
  ])('holds for the very bytes of a body with %s (C30)', (_what, body) => {
    const headers = { ...sign([SECRET], ID, now(), body) };
    const received = Buffer.from(body, 'utf8');
    new Webhook(SECRET).verify(received, headers, { jsonParse: false });
  });

  test('holds for the very bytes of any body, JSON or not (C30)', () => {
    const body = fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.webQueryParameters());
    fc.assert(
      fc.property(secret(), id(), body, (anySecret, anyId, anyBody) => {
        const headers = { ...sign([anySecret], anyId, now(), anyBody) };
        new Webhook(anySecret).verify(Buffer.from(anyBody, 'utf8'), headers, { jsonParse: false });
      }),
    );
  });

  test('holds for opaque JSON that came in with numbers no double can hold (C30)', () => {
    const body = '{"meta":{"b":12345678901234567890,"a":[1.0,1e21,-0]}}';
    const sent = JSON.stringify(parseExact(body, new Set(['meta'])));
    new Webhook(SECRET).verify(Buffer.from(body, 'utf8'), { ...sign([SECRET], ID, now(), sent) });
  });

  test('is never left out: no secret, or none worth the name, is refused', () => {
    expect(() => sign([], ID, now(), BODY)).toThrow(TypeError);
    for (const bad of ['', 'whsec_', 'whsec_???', SECRET.slice('whsec_'.length)]) {
      expect(() => sign([SECRET, bad], ID, now(), BODY)).toThrow(TypeError);
    }
  });
});

describe('a new secret', () => {
  test('is whsec_ and the base64 of 32 bytes', () => {
    const made = generateSecret();
    expect(made).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(Buffer.from(made.slice('whsec_'.length), 'base64')).toHaveLength(32);
  });

  test('is unlike every other', () => {
    expect(new Set(Array.from({ length: 1000 }, generateSecret)).size).toBe(1000);
  });
});

function secret() {
  return fc
    .uint8Array({ minLength: 24, maxLength: 64 })
    .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
}

function id() {
  return fc.stringMatching(/^evt_[0-9a-zA-Z-]{1,40}$/);
}

function instant() {
  return fc.date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true });
}

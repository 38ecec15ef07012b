/** The signature doctor's judgement, for any request: pure, so no receiver and no database are needed. */

import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { compareBodies } from '../../src/delivery/body-difference.ts';
import { sign } from '../../src/delivery/signature.ts';
import { readClaim } from '../../src/delivery/signature-claim.ts';
import { diagnose, type SignedDelivery } from '../../src/delivery/signature-doctor.ts';
import { FINDING_CURES, FINDING_KINDS } from '../../src/delivery/signature-finding.ts';
import { generateSecret } from '../../src/webhook/signing-secret.ts';

const ID = 'evt_01a2013fb5747ff19637e5585b8b585e';
const secret = generateSecret();
const old = generateSecret();

/** A delivery that was signed just now, with what was sent; recorded or not. */
function sentNow(body: string, isRecorded: boolean) {
  const headers = { ...sign([secret], ID, new Date(), body) };
  const timestamp = Number(headers['webhook-timestamp']);
  const signatures = [headers['webhook-signature'].slice(3)];
  const asked: SignedDelivery = {
    webhookId: 'w',
    messageId: ID,
    body,
    secrets: [
      { secret, endsAt: null },
      { secret: old, endsAt: new Date(0) },
    ],
    sent: isRecorded ? [{ attemptNumber: 1, timestamp, signatures }] : [],
  };
  return { headers, asked };
}

function judge(headers: Readonly<Record<string, string>>, body: Buffer, asked: SignedDelivery) {
  const claim = readClaim(Object.entries(headers).map(([name, value]) => ({ name, value })));
  return diagnose({ claim, body, receivedAt: new Date() }, { asked, isEventKnown: true, others: [] }, new Date());
}

function accepts(headers: Readonly<Record<string, string>>, body: Buffer): boolean {
  try {
    new Webhook(secret).verify(body, { ...headers }, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

/** Any change of a text, or none. */
const change = fc.oneof(
  fc.constant((text: string) => text),
  fc.tuple(fc.nat(200), fc.string({ maxLength: 3 })).map(([place, added]) => (text: string) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + added + text.slice(at + 1);
  }),
  fc.constantFrom(
    (text: string) => ` ${text}`,
    (text: string) => text.toUpperCase(),
    (text: string) => text.replace(',', '='),
    (text: string) => `${text} ${text}`,
    () => '',
  ),
);

/** What is sent is never empty. */
const anyBody = fc.oneof(fc.json(), fc.string({ unit: 'grapheme', minLength: 1 }), fc.constant('uploadId=a%2Fb'));

describe('the judgement of the signature doctor', () => {
  test('is VALID for what was sent, whether the attempt is recorded or not', () => {
    fc.assert(
      fc.property(anyBody, fc.boolean(), (body, isRecorded) => {
        const { headers, asked } = sentNow(body, isRecorded);
        expect(judge(headers, Buffer.from(body), asked)).toEqual({
          attemptNumber: isRecorded ? 1 : null,
          findings: [expect.objectContaining({ kind: 'VALID' })],
        });
      }),
    );
  });

  test('is VALID only for what the official library accepts, and never is there none', () => {
    fc.assert(
      fc.property(anyBody, fc.boolean(), fc.tuple(change, change, change, change), (body, isRecorded, changes) => {
        const { headers, asked } = sentNow(body, isRecorded);
        const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
        const changed = Object.fromEntries(names.map((name, place) => [name, changes[place]?.(headers[name]) ?? '']));
        const received = Buffer.from(changes[3](body));

        const kinds = judge(changed, received, asked).findings.map(({ kind }) => kind);

        expect(kinds).not.toEqual([]);
        if (kinds.includes('VALID')) expect([kinds, accepts(changed, received)]).toEqual([['VALID'], true]);
      }),
      { numRuns: 500 },
    );
  });

  test('never shows a secret, or a signature that it was not shown', () => {
    fc.assert(
      fc.property(anyBody, fc.boolean(), change, (body, isRecorded, changeOne) => {
        const { headers, asked } = sentNow(body, isRecorded);
        const claimed = { ...headers, 'webhook-signature': 'v1,AAAA', 'webhook-id': changeOne(ID) };

        const text = JSON.stringify(judge(claimed, Buffer.from(changeOne(body)), asked));

        for (const hidden of [secret.slice(6), old.slice(6), headers['webhook-signature'].slice(3)])
          expect(text.includes(hidden.slice(0, 12))).toBe(false);
      }),
    );
  });

  test('comes to an end for any headers and any bytes', () => {
    const header = fc.record({
      name: fc.oneof(fc.constantFrom('webhook-id', 'WEBHOOK_TIMESTAMP', 'http_webhook_signature'), fc.string()),
      value: fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^v1[,=: ][A-Za-z0-9+/_-]{0,90}={0,3}$/)),
    });
    fc.assert(
      fc.property(fc.array(header), fc.uint8Array(), fc.boolean(), (headers, bytes, isErased) => {
        const { asked } = sentNow('{"a":"é"}', true);
        const claim = readClaim(headers);
        const evidence = { asked: { ...asked, ...(isErased && { body: null }) }, isEventKnown: true, others: [] };
        const { findings } = diagnose({ claim, body: Buffer.from(bytes), receivedAt: null }, evidence, new Date());
        expect(findings).not.toEqual([]);
      }),
    );
  });
});

describe('two bodies', () => {
  test('are the same exactly when their bytes are', () => {
    fc.assert(
      fc.property(anyBody, change, (sent, changeOne) => {
        const received = Buffer.from(changeOne(sent));
        expect(compareBodies(received, sent).length === 0).toBe(received.equals(Buffer.from(sent)));
      }),
    );
  });

  test('part at the first byte that differs', () => {
    fc.assert(
      fc.property(anyBody, change, (sent, changeOne) => {
        const received = Buffer.from(changeOne(sent));
        const original = Buffer.from(sent);
        for (const { difference } of compareBodies(received, sent)) {
          if (!difference) continue;
          const { offset } = difference;
          expect(received.subarray(0, offset).equals(original.subarray(0, offset))).toBe(true);
          expect(received[offset]).not.toBe(original[offset]);
        }
      }),
    );
  });

  test('say the same when JSON was written anew, with other spaces and another order of keys', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 2, noNullPrototype: true });
    fc.assert(
      fc.property(object, (value) => {
        const anew = JSON.stringify(Object.fromEntries(Object.entries(value).toReversed()), null, 2);
        expect(compareBodies(Buffer.from(anew), JSON.stringify(value))).toMatchObject([{ kind: 'BODY_RESERIALISED' }]);
      }),
    );
  });

  test.each([
    ['a form that was written anew', 'uploadId=a%2Fb+c', 'uploadId=a/b%20c', 'BODY_RESERIALISED'],
    ['a form that says something else', 'uploadId=a', 'uploadId=b', 'BODY_CHANGED'],
    ['JSON escapes in place of characters', '{"a":"é"}', '{"a":"\\u00e9"}', 'BODY_RESERIALISED'],
    ['numbers that lost digits', '{"n":12345678901234567890}', '{"n":12345678901234567000}', 'BODY_RESERIALISED'],
    ['JSON nested deeper than is looked at', '{"a":1}', '['.repeat(100_000), 'BODY_CHANGED'],
  ])('that are %s are told apart as such', (_what, sent, received, kind) => {
    expect(compareBodies(Buffer.from(received), sent)).toMatchObject([{ kind }]);
  });

  test('are not parsed to be told apart when one is many times as long as the other, which nothing that writes JSON makes of it', () => {
    const sent = JSON.stringify({ rows: Array(1_000).fill(0) });
    const padded = (length: number) => Buffer.from(sent.replace(':', `:${' '.repeat(length - sent.length)}`));
    const most = 8 * sent.length + 1_024;

    expect(compareBodies(padded(most), sent)).toMatchObject([{ kind: 'BODY_RESERIALISED' }]);
    expect(compareBodies(padded(most + 1), sent)).toMatchObject([{ kind: 'BODY_CHANGED' }]);
  });

  test.each([
    ['ISO 8859-1', Buffer.from('größe', 'latin1')],
    ['UTF-16', Buffer.from('\uFEFFgröße', 'utf16le').swap16()],
    ['Windows-1252', Buffer.from(new TextDecoder('windows-1252').decode(Buffer.from('größe')))],
    ['replaced or left out', Buffer.from('gr\uFFFD\uFFFDe')],
  ])('of which one went through another encoding are told apart as such: %s', (name, received) => {
    expect(compareBodies(received, 'größe')).toMatchObject([
      { kind: 'BODY_ENCODING', message: expect.stringContaining(name) },
    ]);
  });
});

describe('a finding', () => {
  test.each(Object.entries(FINDING_KINDS))('%s is a sentence, and has a cure', (kind, sentence) => {
    expect(sentence).toMatch(/^[A-Z`].*\.$/);
    expect(FINDING_CURES[kind as keyof typeof FINDING_CURES]).toMatch(/^[A-Z`].*\.$/);
  });
});

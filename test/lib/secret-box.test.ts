/** Encryption at rest. */

import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createSecretBox, SecretBoxError } from '../../src/lib/secret-box.ts';

const box = createSecretBox(randomBytes(32));

describe('a secret box', () => {
  test.each(['', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'Zoë 🪶 名簿', '\u0000', 'x'.repeat(100_000)])(
    'opens what it sealed: %j',
    (text) => {
      expect(box.open(box.seal(text))).toBe(text);
    },
  );

  test('opens what another box with the same key sealed, as after a restart', () => {
    const key = randomBytes(32);
    expect(createSecretBox(key).open(createSecretBox(Uint8Array.from(key)).seal('a'))).toBe('a');
  });

  test('never seals alike, and shows nothing of the text but its length', () => {
    const sealed = Array.from({ length: 100 }, () => Buffer.from(box.seal('whsec_secret')));
    expect(new Set(sealed.map((bytes) => bytes.toString('hex'))).size).toBe(100);
    expect(new Set(sealed.map((bytes) => bytes.subarray(0, 12).toString('hex'))).size).toBe(100);
    for (const bytes of sealed) {
      expect(bytes).toHaveLength(12 + 16 + 'whsec_secret'.length);
      expect(bytes.includes('whsec')).toBe(false);
    }
  });

  test('does not open what was sealed with another key, and says what to look at', () => {
    const sealed = createSecretBox(randomBytes(32)).seal('a');
    expect(() => box.open(sealed)).toThrow(SecretBoxError);
    expect(() => box.open(sealed)).toThrow('ENCRYPTION_KEY is not the one it was encrypted with');
  });

  test('does not open what was changed, whichever byte it is', () => {
    const sealed = box.seal('secret');
    for (const place of sealed.keys()) {
      const changed = sealed.map((byte, at) => (at === place ? byte ^ 1 : byte));
      expect(() => box.open(changed), `byte ${place}`).toThrow(SecretBoxError);
    }
  });

  test('does not open what was cut short or made longer', () => {
    const sealed = box.seal('secret');
    for (const length of sealed.keys()) {
      expect(() => box.open(sealed.subarray(0, length)), `${length} bytes`).toThrow(SecretBoxError);
    }
    expect(() => box.open(Buffer.concat([sealed, Buffer.alloc(1)]))).toThrow(SecretBoxError);
  });
});

/** Encryption at rest. */

import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';

/** Encrypts and decrypts small texts with one key. */
export interface SecretBox {
  /** Nonce (12 bytes), tag (16 bytes) and AES-256-GCM ciphertext of `text` in UTF-8. Twice the same text never looks alike. */
  seal(text: string): Uint8Array<ArrayBuffer>;
  /** @throws {SecretBoxError} when it was sealed with another key or has been changed. */
  open(sealed: Uint8Array): string;
}

/** What was sealed cannot be opened with this key. */
export class SecretBoxError extends Error {
  override readonly name = 'SecretBoxError';
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param key 32 bytes. */
export function createSecretBox(key: Uint8Array): SecretBox {
  const secretKey = createSecretKey(key); // with the bytes, Node makes one for each cipher: 18 µs instead of 4
  return {
    seal(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, secretKey, nonce);
      const ciphertext = [cipher.update(text, 'utf8'), cipher.final()];
      return Uint8Array.from(Buffer.concat([nonce, cipher.getAuthTag(), ...ciphertext]));
    },
    open(sealed) {
      try {
        const nonce = sealed.subarray(0, NONCE_BYTES);
        const decipher = createDecipheriv(ALGORITHM, secretKey, nonce, { authTagLength: TAG_BYTES });
        decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
          'utf8',
        );
      } catch {
        throw new SecretBoxError(
          'A stored secret cannot be decrypted: ENCRYPTION_KEY is not the one it was encrypted with.',
        );
      }
    },
  };
}

/** Whether it was sealed with this box's key. */
export function canOpen(box: SecretBox, sealed: Uint8Array): boolean {
  try {
    box.open(sealed);
    return true;
  } catch {
    return false;
  }
}

/** Text that every part of the chain, PostgreSQL included, can carry unchanged. */

import { z } from 'zod';

/** Why a text cannot be stored, or `undefined`. PostgreSQL has no U+0000, and UTF-8 has no lone surrogates. */
export function unstorableReason(text: string): string | undefined {
  if (text.includes('\u0000')) return 'must not contain the character U+0000.';
  if (!text.isWellFormed()) return 'must be well-formed Unicode: it has half of a surrogate pair.';
  return undefined;
}

/** A text of `minimum` to `maximum` UTF-16 code units that can be stored. */
export function storableText(minimum: number, maximum: number) {
  return z
    .string()
    .min(minimum, minimum === 1 ? 'must not be empty.' : `must have at least ${minimum} characters.`)
    .max(maximum, `must have at most ${maximum} characters.`)
    .superRefine((text, context) => {
      const reason = unstorableReason(text);
      if (reason) context.addIssue({ code: 'custom', message: reason });
    });
}

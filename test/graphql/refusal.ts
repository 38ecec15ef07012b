/** What errors look like to clients. */

import { expect } from 'vitest';

/** An error with this code. */
export const errorOf = (code: string) => ({ message: expect.any(String), extensions: { code } });

/** An answer that is one error with this code. */
export const refusalOf = (code: string) => ({ errors: [errorOf(code)] });

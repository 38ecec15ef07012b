/** From GraphQL input to trusted values. */

import type { z } from 'zod';
import { InputError } from '../errors.ts';

/**
 * What `schema` makes of `input`.
 *
 * @throws {InputError} with every problem there is.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(input);
  if (success) return data;
  throw new InputError(error.issues.map(({ path, message }) => ({ path: path.map(String), message })));
}

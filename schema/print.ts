/** Prints the schema. Needs no database. */

import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../src/graphql/schema.ts';

/** The schema as SDL, in alphabetical order, as it is committed in `schema/schema.graphql`. */
export const printedSchema = `${printSchema(lexicographicSortSchema(schema))}\n`;

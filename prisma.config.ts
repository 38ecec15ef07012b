/** Where the Prisma CLI finds the schema, the migrations and the database. The server does not read this. */

import { resolve } from 'node:path';
import { defineConfig } from 'prisma/config';

const dataDirectory = resolve(process.env.DATA_DIR ?? 'data', 'database');

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // `pglite:` is understood by our own schema engine, see prisma/schema-engine.ts.
  datasource: { url: process.env.DATABASE_URL ?? `pglite:${dataDirectory}` },
});

/** The whole suite, run once on each database: `npm test -- --project pglite` leaves PostgreSQL alone. */

import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const suite: TestProjectInlineConfiguration['test'] = {
  include: ['test/**/*.test.ts'],
  // A process per file gives PGlite's memory back, and a server under test may look at its own signals.
  pool: 'forks',
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

/** As Node finds packages. With Vite's own `development` there would be a second graphql, to which ours is another's. */
const ssr = { resolve: { conditions: ['module', 'node'] } };

export default defineConfig({
  test: {
    projects: [
      {
        ssr,
        test: {
          ...suite,
          name: 'pglite',
          provide: { database: 'pglite' },
          globalSetup: 'test/support/pglite-setup.ts',
        },
      },
      {
        ssr,
        test: {
          ...suite,
          name: 'postgresql',
          provide: { database: 'postgresql' },
          globalSetup: 'test/support/postgresql-setup.ts',
        },
      },
    ],
  },
});

/** The whole suite, run once on each database: `npm test -- --project pglite` leaves PostgreSQL alone. */

import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const suite: TestProjectInlineConfiguration['test'] = {
  include: ['test/**/*.test.ts'],
  // Files share a process, and with it the modules and the PGlite: a process each would cost more than the tests do.
  pool: 'forks',
  isolate: false,
  // Most tests wait most of the time.
  maxWorkers: availableParallelism() + 1,
  testTimeout: 60_000, // some start several processes, and the machine may be busy
  hookTimeout: 60_000,
};

/** What is about pages rather than about what happens on them: once, beside the database that `npm start` has. */
const PAGES = ['accessibility', 'large', 'overview', 'pages', 'schemas', 'served', 'sign-in', 'webhooks'].map(
  (file) => `test/dashboard/${file}.test.ts`,
);

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
          globalSetup: ['test/support/pglite-setup.ts', 'test/support/browser-setup.ts'],
        },
      },
      {
        ssr,
        test: {
          ...suite,
          exclude: PAGES,
          name: 'postgresql',
          provide: { database: 'postgresql' },
          globalSetup: ['test/support/postgresql-setup.ts', 'test/support/browser-setup.ts'],
        },
      },
    ],
  },
});

/** The dashboard's files, as `npm ci` has built them, under a policy that lets a page load and reach this server only. */

import { fileURLToPath } from 'node:url';
import { createStaticFiles, type StaticFiles } from '../lib/static-files.ts';

/** Where `vite build` puts them. */
const DIRECTORY = fileURLToPath(new URL('../../dist/dashboard', import.meta.url));

/** Nothing from anywhere else, nothing inline, nothing evaluated; nobody may frame it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The dashboard of this installation. */
export function createDashboardFiles(): StaticFiles {
  return createStaticFiles({
    directory: DIRECTORY,
    immutable: '/assets/',
    headers: {
      'content-security-policy': POLICY,
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    },
  });
}

/** What `/` says when there is no dashboard, as after `npm ci --ignore-scripts`. */
export const NOT_BUILT = 'The dashboard is not built; `npm run prepare` does it. The API is at /graphql.';

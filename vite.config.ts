/** How the dashboard is built: `npm ci` does it by way of `prepare`. `npm run dashboard` serves it while one works on it. */

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dashboard` finds the API. */
const API = 'http://127.0.0.1:4000';

export default defineConfig({
  root: 'src/dashboard',
  plugins: [react()],
  logLevel: 'warn',
  build: {
    outDir: '../../dist/dashboard',
    emptyOutDir: true,
    target: 'es2023',
    // The Content-Security-Policy lets in no data: URLs and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // In kB, uncompressed; a test bounds what is sent.
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'libraries', test: /node_modules/ }] } } },
  },
  server: { proxy: { '/graphql': { target: API, ws: true } } },
});

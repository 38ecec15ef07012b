/** How the dashboard is built: `npm ci` does it by way of `prepare`. `npm run dashboard` serves it while one works on it. */

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dashboard` finds the API. */
const API = 'http://127.0.0.1:4000';

/**
 * Libraries change less often than we do. Those of the charts are apart, since they are loaded when there is one; they come
 * second, for what a group depends on goes into it as well, and they depend on React.
 */
const CHUNKS = [
  { name: 'libraries', test: /node_modules\/(?!(@visx|d3-[a-z-]+|internmap|classnames)\/)/, priority: 1 },
  { name: 'chart-libraries', test: /node_modules/ },
];

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
    rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } },
  },
  server: { proxy: { '/graphql': { target: API, ws: true } } },
});

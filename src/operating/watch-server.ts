/** A port for those who watch over a process that has no API. */

import { createServer } from 'node:http';
import type { App } from '../app.ts';
import { answerHealth } from '../health.ts';
import { answerText, closeServer, listen } from '../lib/http.ts';
import type { Service } from '../lib/service.ts';
import { answerMetrics } from './serve-metrics.ts';

/** A server of `/healthz`, `/readyz`, `/metrics` and nothing else. */
export function createWatchServer(
  app: Pick<App, 'config' | 'db' | 'clock' | 'log' | 'metrics'>,
  port: number,
): Service & { readonly url: string } {
  const server = createServer((request, response) => {
    if (answerHealth(app, request, response) || answerMetrics(app, request, response)) return;
    answerText(response, 404, 'not found');
  });
  let url = '';
  return {
    get url() {
      return url;
    },
    async start() {
      url = await listen(server, port, app.config.host);
    },
    stop: (deadline) => closeServer(server, deadline),
  };
}

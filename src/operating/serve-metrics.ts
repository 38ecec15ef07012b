/** Metrics over HTTP: `GET /metrics`, for Prometheus. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { App } from '../app.ts';
import { describeError } from '../lib/describe-error.ts';
import { answerText } from '../lib/http.ts';

type Deps = Pick<App, 'config' | 'log' | 'metrics'>;

/**
 * Answers `/metrics`. With a token configured, to those who bring it as `Authorization: Bearer`. Without one, to this
 * machine only: to requests from a loopback address that no proxy has passed on.
 *
 * @returns whether the request was that.
 */
export function answerMetrics(app: Deps, request: IncomingMessage, response: ServerResponse): boolean {
  if (request.url?.split('?', 1)[0] !== '/metrics') return false;
  const token = app.config.metricsToken;
  if (token !== undefined && !bringsToken(request, token)) {
    response.setHeader('www-authenticate', 'Bearer');
    answerText(response, 401, 'unauthorized: send METRICS_TOKEN as "Authorization: Bearer <token>"');
    return true;
  }
  if (token === undefined && !isLocal(request)) {
    answerText(
      response,
      403,
      'forbidden: set METRICS_TOKEN to read the metrics from another machine or by way of a proxy',
    );
    return true;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    answerText(response, 405, 'method not allowed');
    return true;
  }
  void answer(app, response);
  return true;
}

async function answer({ metrics, log }: Deps, response: ServerResponse): Promise<void> {
  try {
    const text = await metrics.registry.metrics();
    response.writeHead(200, { 'content-type': metrics.registry.contentType, 'cache-control': 'no-store' }).end(text);
  } catch (error) {
    log.error({ error: describeError(error) }, 'metrics.failed');
    answerText(response, 500, 'the metrics could not be gathered');
  }
}

function bringsToken({ headers }: IncomingMessage, token: string): boolean {
  const [, brought = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  return timingSafeEqual(digest(brought), digest(token));
}

/** Of equal length whatever the text, as comparing in constant time asks for. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** A proxy on this machine passes on what others ask; then it says for whom. */
function isLocal({ headers, socket }: IncomingMessage): boolean {
  if (['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined)) return false;
  const address = socket.remoteAddress ?? '';
  return isIP(address) !== 0 && ipaddr.process(address).range() === 'loopback';
}

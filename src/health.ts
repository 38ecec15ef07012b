/** Whether a process is alive, and whether it can do its work. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from './app.ts';
import { answerText } from './lib/http.ts';

/** How long the database may take to answer before the process counts as not ready, in milliseconds. */
const READY_WITHIN_MS = 2_000;

/**
 * Answers `/healthz` (the process runs) and `/readyz` (its database answers, too; else 503).
 *
 * @returns whether the request was one of them.
 */
export function answerHealth(
  app: Pick<App, 'db' | 'clock'>,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const path = request.url?.split('?', 1)[0];
  if (path === '/healthz') {
    answerText(response, 200, 'alive');
    return true;
  }
  if (path !== '/readyz') return false;
  void isReady(app).then((ready) =>
    answerText(response, ready ? 200 : 503, ready ? 'ready' : 'not ready: the database does not answer'),
  );
  return true;
}

async function isReady({ db, clock }: Pick<App, 'db' | 'clock'>): Promise<boolean> {
  const answered = db.query('select 1').then(
    () => true,
    () => false,
  );
  const over = new AbortController(); // or each question would leave a timer behind
  const late = clock.sleep(READY_WITHIN_MS, over.signal).then(() => false);
  return await Promise.race([answered, late]).finally(() => over.abort());
}

/** HTTP servers that stop. */

import http from 'node:http';
import { describe, expect, test } from 'vitest';
import { closeServer, listen } from '../../src/lib/http.ts';

describe('a server that is closed', () => {
  test('answers what is under way and, to a client that always asks for more, at most one more request', async () => {
    const isAsked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const server = http.createServer(async (_request, response) => {
      isAsked.resolve();
      await answer.promise;
      response.end();
    });
    const url = await listen(server, 0, '127.0.0.1');
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const first = ask(url, agent);
    await isAsked.promise;

    const closed = closeServer(server, AbortSignal.timeout(30_000));
    answer.resolve();
    expect(await first).toBe(200);
    let answered = 0;
    while (answered < 100 && (await ask(url, agent)) === 200) answered += 1;

    expect(answered).toBeLessThanOrEqual(1);
    await closed;
  });
});

/** The status of an answer, or the code of the error that came instead. */
function ask(url: string, agent: http.Agent): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
    request.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}

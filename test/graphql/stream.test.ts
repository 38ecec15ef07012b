import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { type Caller, watchEvents } from '../support/client.ts';
import { givenKey } from '../support/given.ts';
import { refusalOf } from './refusal.ts';

const WATCH = 'subscription { deliveryLog { kind } }';

/** Opens an event stream; resolves when it has begun. */
async function openStream({
  url,
  key,
}: Caller): Promise<{ status: number | undefined; close: () => Promise<unknown> }> {
  const sent = request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${key}` },
  });
  sent.on('error', () => undefined);
  sent.end(JSON.stringify({ query: WATCH }));
  onTestFinished(() => void sent.destroy());
  const [response] = await once(sent, 'response');
  await once(response, 'readable');
  return {
    status: response.statusCode,
    close: () => {
      response.resume();
      const closed = once(sent, 'close');
      sent.destroy();
      return closed;
    },
  };
}

describe('an event stream', () => {
  test('is refused with 429 when its key has as many as it may; those of other keys are not', async () => {
    await using app = await createTestApp({ config: { maxSocketsPerKey: 2 } });
    await openStream(app);
    await openStream(app);

    const refused = { extensions: { code: 'TOO_MANY_SUBSCRIPTIONS', limit: 'eventStreams', most: 2 } };
    expect((await openStream(app)).status).toBe(429);
    await using watching = watchEvents(app, WATCH);
    expect(await watching.ended).toMatchObject([refused]);

    expect((await openStream(await givenKey(app, 'OPERATOR'))).status).toBe(200);
  });

  test('is refused with 406 to who does not take one, and told what to send', async () => {
    await using app = await createTestApp();
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${app.key}` },
      body: JSON.stringify({ query: WATCH }),
    });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject(refusalOf('NOT_ACCEPTABLE'));
  });

  test('that was refused, or was left, makes room for another', async () => {
    await using app = await createTestApp({ config: { maxSocketsPerKey: 1 } });
    const invalid = watchEvents(app, 'subscription { deliveryLog(after: "x") { kind } }');
    expect(await invalid.ended).toMatchObject([{ extensions: { code: 'BAD_ARGUMENT' } }]);
    // The server hears of it when the connection is done, which nobody tells us.
    const stream = await vi.waitUntil(() => opened(app), { timeout: 5_000 });
    await stream.close();
    await vi.waitUntil(() => opened(app), { timeout: 5_000 });
  });
});

async function opened(caller: Caller) {
  const stream = await openStream(caller);
  return stream.status === 200 && stream;
}

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDispatcher } from '../../src/delivery/dispatcher.ts';
import type { Service } from '../../src/lib/service.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { theDeliveryOf } from './manual.ts';
import { createLogBook, type LogBook, seen, watchLog } from './observe.ts';

let app: TestApp;
let receiver: Receiver;
let book: LogBook;
let dispatcher: Service;

beforeEach(async () => {
  app = await createTestApp();
  receiver = await startReceiver();
  book = createLogBook();
  dispatcher = createDispatcher({ ...app, log: book.log });
});

afterEach(async () => {
  await dispatcher.stop(AbortSignal.timeout(5_000));
  await app.close();
  await receiver.close();
});

describe('the line of an attempt', () => {
  test('says which attempt it was, what came of it and what follows', async () => {
    receiver.answerWith([500, 200]);
    const { id: webhookId } = await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [0] });
    await using log = watchLog(app);
    await dispatcher.start();
    const { event } = await reportCompleted(app, { importId: 'one' });
    await log.until(seen('DELIVERED'));

    const lines = await book.until('delivery.attempted', 2);

    const ids = {
      organizationId: expect.stringMatching(/^org_[0-9a-f]{32}$/),
      destinationId: expect.stringMatching(/^dst_[0-9a-f]{32}$/),
      deliveryId: await theDeliveryOf(app, 'one'),
      eventId: event?.id,
      webhookId,
      importId: 'one',
      host: new URL(receiver.url).host,
    };
    const first = { attempt: 1, outcome: 'failed', errorCode: 'HTTP_STATUS', responseStatus: 500, status: 'PENDING' };
    expect(lines).toMatchObject([
      { ...ids, ...first, retryInMs: expect.any(Number), durationMs: expect.any(Number), level: 'info' },
      { ...ids, attempt: 2, outcome: 'succeeded', responseStatus: 200, status: 'DELIVERED' },
    ]);
    expect(lines[1]).not.toHaveProperty('retryInMs');
    expect(lines[1]).not.toHaveProperty('errorCode');
  });

  test('shows nothing of the URL but its host, and nothing of bodies and headers', async () => {
    receiver.answerWith([{ status: 500, headers: { 'x-answer': 'zebra' }, body: 'zebra' }]);
    await givenWebhook(app, {
      url: `${receiver.url}/zebra?token=zebra`,
      headers: [{ name: 'x-api-key', value: 'zebra' }],
    });
    await using log = watchLog(app);
    await dispatcher.start();
    await reportCompleted(app, { filename: 'zebra.csv', user: { id: 'zebra' } });
    await log.until(seen('ATTEMPT_FAILED'));

    await book.until('delivery.attempted');

    expect(JSON.stringify(book.lines)).not.toContain('zebra');
  });

  test('of a basic webhook names no managed one', async () => {
    await dispatcher.start();
    await reportCompleted(app, { settings: { webhookUrl: `${receiver.url}/basic` } });

    const [line] = await book.until('delivery.attempted');

    expect(line).not.toHaveProperty('webhookId');
    expect(line).toMatchObject({ outcome: 'succeeded', host: new URL(receiver.url).host });
  });
});

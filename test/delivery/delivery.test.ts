/** Deliveries from report to receiver, as both ends see them. */

import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { scanLanes } from '../../src/delivery/lease.ts';
import { createTestApp } from '../support/app.ts';
import { DOCUMENTED_BODY, givenWebhook, reportCompleted } from '../support/given.ts';
import { type AnswerHandler, type ReceivedRequest, startReceiver } from '../support/receiver.ts';
import { kindsOf, readDeliveries, seen, watchLog } from './observe.ts';

/** Single values, as the official library wants them; ours are. */
function headersOf({ headers }: ReceivedRequest): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** Answers with the status that the path names. */
const answerAsAsked: AnswerHandler = ({ url }, response) => response.writeHead(Number(url.slice(1))).end();

describe('a reported import', () => {
  test('reaches its receiver byte for byte, signed, and is shown in the log (B11, C32)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const { secret } = await givenWebhook(app, { url: `${receiver.url}/hook` });
    await using watching = watchLog(app);

    const report = await reportCompleted(app);
    expect(report).toMatchObject({ __typename: 'ImportReport', deliveries: 1, duplicate: false });

    const request = await receiver.nextRequest();
    expect(request.rawBody.toString()).toBe(DOCUMENTED_BODY);
    expect(() => new Webhook(secret).verify(request.rawBody, headersOf(request))).not.toThrow();
    expect(request.headers['webhook-id']).toBe(report.event?.id);

    const entries = await watching.until(seen('DELIVERED'));
    expect(kindsOf(entries)).toEqual(['SCHEDULED', 'ATTEMPT_SUCCEEDED', 'DELIVERED']);
    expect(await readDeliveries(app)).toMatchObject([
      { status: 'DELIVERED', attempts: [{ number: 1, outcome: 'SUCCEEDED', responseStatus: 200 }] },
    ]);
  });

  test('keeps its id over all attempts, each with a timestamp and a signature of its own (C31)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([500, 500, 200]);
    await using watching = watchLog(app);
    const { secret } = await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [100, 100] });
    const started = Math.floor(app.clock.now().getTime() / 1000);
    await reportCompleted(app);

    for (const attempt of [1, 2]) {
      await watching.until(seen('ATTEMPT_FAILED', attempt));
      await app.clock.advance(121_000);
    }
    await watching.until(seen('DELIVERED'));

    const requests = await receiver.waitFor(3);
    expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(requests.map(({ headers }) => headers['webhook-signature'])).size).toBe(3);
    expect(new Set(requests.map(({ rawBody }) => rawBody.toString()))).toEqual(new Set([DOCUMENTED_BODY]));
    expect(requests.map(({ headers }) => headers['posthorn-attempt'])).toEqual(['1', '2', '3']);
    for (const [index, request] of requests.entries()) {
      const since = Number(request.headers['webhook-timestamp']) - started;
      expect(since).toBeGreaterThanOrEqual(index * 121);
      expect(since).toBeLessThan(index * 121 + 60);
      expect(() => new Webhook(secret).verify(request.rawBody, headersOf(request))).not.toThrow();
    }
  });
});

describe('a response', () => {
  test('of 200, 201, 202, 204 or 299 means delivered (B11)', async () => {
    const statuses = [200, 201, 202, 204, 299];
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver(answerAsAsked);
    await using watching = watchLog(app);
    for (const status of statuses) await givenWebhook(app, { url: `${receiver.url}/${status}` });
    await reportCompleted(app);

    const entries = await watching.until(seen('DELIVERED', statuses.length));

    const delivered = entries.filter(({ kind }) => kind === 'DELIVERED');
    expect(delivered.map(({ responseStatus }) => responseStatus).toSorted()).toEqual(statuses);
    expect((await readDeliveries(app)).every(({ status }) => status === 'DELIVERED')).toBe(true);
  });

  test('of 300 to 308 is a failure, and the host that it points to is never contacted (B11, D38)', async () => {
    const statuses = [300, 301, 302, 303, 304, 307, 308];
    await using app = await createTestApp({ dispatcher: true });
    await using second = await startReceiver();
    await using receiver = await startReceiver((request, response, index) => {
      response.setHeader('location', `${second.url}/next`);
      answerAsAsked(request, response, index);
    });
    await using watching = watchLog(app);
    for (const status of statuses) await givenWebhook(app, { url: `${receiver.url}/${status}` });
    await reportCompleted(app);

    const entries = await watching.until(seen('ATTEMPT_FAILED', statuses.length));
    const failed = entries.filter(({ kind }) => kind === 'ATTEMPT_FAILED');
    expect(failed.map(({ responseStatus }) => responseStatus).toSorted()).toEqual(statuses);
    expect(failed.every((entry) => entry.errorCode === 'REDIRECT' && entry.deliveryStatus === 'PENDING')).toBe(true);
    await app.clock.advance(7_000);
    await watching.until(seen('ATTEMPT_FAILED', 2 * statuses.length));
    expect(receiver.requests).toHaveLength(2 * statuses.length);
    expect(second.connections).toBe(0);
  });

  test('that redirects to a metadata service is a failure like any other (D38)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([
      { status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data/' } },
    ]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app);

    const entries = await watching.until(seen('ATTEMPT_FAILED'));

    expect(entries.at(-1)).toMatchObject({ errorCode: 'REDIRECT', responseStatus: 302 });
    expect(await readDeliveries(app)).toMatchObject([{ attempts: [{ url: `${receiver.url}/` }] }]);
  });

  test('that is longer than we read is recorded, cut, and not asked for again (B17)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([{ body: Buffer.alloc(8 * 1024 * 1024, 'x') }]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url });
    await reportCompleted(app);

    await watching.until(seen('DELIVERED'));

    expect(await readDeliveries(app)).toMatchObject([
      { status: 'DELIVERED', attempts: [{ outcome: 'SUCCEEDED', responseBodyTruncated: true, leaseLost: false }] },
    ]);
    await app.clock.advance(86_400_000);
    expect(await scanLanes(app, 86_400_000)).toEqual([]);
    expect(receiver.requests).toHaveLength(1);
  });

  test('that a database cannot keep as it is, with null characters and broken text, is recorded all the same', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver([
      { status: 500, headers: { 'x-odd': 'caf\u00e9\u0080' }, body: Buffer.from([0x00, 0xff, 0xfe, 0xed, 0xa0, 0x80]) },
      200,
    ]);
    await using watching = watchLog(app);
    await givenWebhook(app, { url: receiver.url, retryScheduleSeconds: [60] });
    await reportCompleted(app);

    await watching.until(seen('ATTEMPT_FAILED'));
    await app.clock.advance(73_000);
    await watching.until(seen('DELIVERED'));

    expect(receiver.requests).toHaveLength(2);
  });
});

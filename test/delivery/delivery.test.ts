import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { ask, watchWebSocket } from '../support/client.ts';
import { DOCUMENTED_BODY, givenWebhook, reportCompleted } from '../support/given.ts';
import { startReceiver } from '../support/receiver.ts';

describe('a reported import', () => {
  test('reaches its receiver byte for byte, signed, and is shown in the log (B11, C32)', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const { secret } = await givenWebhook(app, { url: `${receiver.url}/hook` });
    await using watching = watchWebSocket<{ kind: string }>(
      app,
      'subscription { deliveryLog(after: "0.0") { kind deliveryStatus cursor } }',
    );

    const report = await reportCompleted(app);
    expect(report).toMatchObject({ __typename: 'ImportReport', deliveries: 1, duplicate: false });

    const request = await receiver.nextRequest();
    expect(request.rawBody.toString()).toBe(DOCUMENTED_BODY);
    expect(() => new Webhook(secret).verify(request.rawBody, request.headers as Record<string, string>)).not.toThrow();
    expect(request.headers['webhook-id']).toBe(report.event?.id);

    const seen = await watching.until((entries) => entries.some(({ kind }) => kind === 'DELIVERED'));
    expect(seen.map(({ kind }) => kind)).toEqual(['SCHEDULED', 'ATTEMPT_SUCCEEDED', 'DELIVERED']);
    const deliveries = await ask<{ edges: unknown[] }>(
      app,
      '{ deliveries { edges { node { status attempts { number outcome responseStatus timings { totalMs } responseHeaders { name values } } } } } }',
    );
    expect(deliveries.edges).toMatchObject([
      { node: { status: 'DELIVERED', attempts: [{ number: 1, outcome: 'SUCCEEDED', responseStatus: 200 }] } },
    ]);
  });
});

/** What the signature doctor compares a request with: attempts, secrets that were replaced, and other webhooks. */

import { describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { manage } from '../support/manage.ts';
import { never, startReceiver } from '../support/receiver.ts';
import { seen, watchLog } from './observe.ts';
import { deliverOne, diagnose, findingsOf, isAccepted, shown } from './signature-report.ts';

describe('a request', () => {
  test('is valid while its attempt is still under way, and so not recorded', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using slow = await startReceiver([{ delay: never }]);
    const { id } = await givenWebhook(app, { url: slow.url });
    await reportCompleted(app);

    const report = await diagnose(app, { webhookId: id }, shown(await slow.nextRequest()));

    expect(report).toMatchObject({ valid: true, attemptNumber: null });
  });

  test('with the time of one attempt and the signature of another is not as it was sent', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using failing = await startReceiver([500, 200]);
    await using watching = watchLog(app);
    const { id } = await givenWebhook(app, { url: failing.url, retryScheduleSeconds: [60] });
    await reportCompleted(app);
    await watching.until(seen('ATTEMPT_FAILED'));
    await app.clock.advance(73_000);
    await watching.until(seen('DELIVERED'));
    const [first, second] = (await failing.waitFor(2)).map(shown);
    if (!first || !second) throw new Error('there are not two attempts');

    const mixed = { ...second.headers, 'webhook-timestamp': first.headers['webhook-timestamp'] ?? '' };

    expect(await diagnose(app, { webhookId: id }, second)).toMatchObject({ valid: true, attemptNumber: 2 });
    expect(await diagnose(app, { webhookId: id }, { ...second, headers: mixed })).toMatchObject({
      attemptNumber: 2,
      findings: [{ kind: 'TIMESTAMP_ALTERED' }],
    });
  });

  test('is recognised as that of another webhook, or of a basic one, for the same event', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const [first, second, basic] = await Promise.all([startReceiver(), startReceiver(), startReceiver()]);
    await using watching = watchLog(app);
    const [one, other, bystander] = [
      await givenWebhook(app, { url: first.url }),
      await givenWebhook(app, { url: second.url }),
      await givenWebhook(app, { url: second.url, importIdentifiers: ['others'] }),
    ];
    await reportCompleted(app, { settings: { webhookUrl: basic.url } });
    await watching.until(seen('DELIVERED', 3));
    const [ofOther, ofBasic] = [shown(await second.nextRequest()), shown(await basic.nextRequest())];
    const deliveryId = ofBasic.headers['posthorn-delivery-id'] ?? '';

    expect(await diagnose(app, { webhookId: one.id }, ofOther)).toMatchObject({
      attemptNumber: null,
      findings: [{ kind: 'WRONG_WEBHOOK', webhookId: other.id }],
    });
    expect(await diagnose(app, { webhookId: bystander.id }, ofOther)).toMatchObject({
      findings: [{ kind: 'WRONG_WEBHOOK', webhookId: other.id }],
      delivery: null,
    });
    expect(await diagnose(app, { webhookId: one.id }, ofBasic)).toMatchObject({
      findings: [{ kind: 'WRONG_WEBHOOK', webhookId: null }, { kind: 'BODY_CHANGED' }],
    });
    expect(await diagnose(app, { deliveryId }, ofBasic)).toMatchObject({ valid: true, delivery: { id: deliveryId } });
    await Promise.all([first, second, basic].map((each) => each.close()));
  });

  test('whose body was erased cannot be compared any more', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const { id } = await givenWebhook(app, { url: receiver.url });
    const received = await deliverOne(app, receiver);
    await app.db.query(`update event set body = ''`);

    expect(await diagnose(app, { webhookId: id }, received)).toMatchObject({
      valid: false,
      attemptNumber: 1,
      findings: [{ kind: 'BODY_ERASED' }],
    });
  });
});

describe('a secret that was replaced', () => {
  const rotate = async (of: TestApp, webhookId: string, overlapSeconds: number) =>
    (await manage(of, 'rotateWebhookSecret', { webhookId, overlapSeconds })).secret ?? '';

  test('is recognised while it still signs, when it has ended, and when it is not stored any more', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const { id } = await givenWebhook(app, { url: receiver.url });
    const before = await deliverOne(app, receiver);
    const messageOf = async () => {
      const report = await diagnose(app, { webhookId: id }, before);
      expect(report).toMatchObject({ valid: false, attemptNumber: 1, findings: [{ kind: 'OLD_SECRET' }] });
      return report.findings?.[0]?.message;
    };

    await rotate(app, id, 3_600);
    expect(await messageOf()).toContain('and ends at 20');
    await app.clock.advance(3_600_000);
    expect(await messageOf()).toContain('and ended at 20');
    await rotate(app, id, 0);
    await rotate(app, id, 0);
    expect(await messageOf()).toContain('and has ended.');
  });

  test('signs beside the new one, whose signature must not get lost', async () => {
    await using app = await createTestApp({ dispatcher: true });
    await using receiver = await startReceiver();
    const { id } = await givenWebhook(app, { url: receiver.url });
    const current = await rotate(app, id, 3_600);
    const during = await deliverOne(app, receiver);
    const only = (place: number) => {
      const signature = during.headers['webhook-signature']?.split(' ')[place] ?? '';
      return { ...during, headers: { ...during.headers, 'webhook-signature': signature } };
    };

    expect(findingsOf(await diagnose(app, { webhookId: id }, during))).toEqual(['VALID']);
    expect(findingsOf(await diagnose(app, { webhookId: id }, only(0)))).toEqual(['VALID']);
    expect(isAccepted(current, only(1))).toBe(false);
    expect(findingsOf(await diagnose(app, { webhookId: id }, only(1)))).toEqual(['OLD_SECRET']);
  });
});

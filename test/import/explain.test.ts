/** Why webhooks fired for an import, or why not. */

import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { ask, type Caller } from '../support/client.ts';
import { givenOrganization, givenWebhook } from '../support/given.ts';
import { givenSavedSchema, manage } from '../support/manage.ts';
import { headlessImport, report } from '../support/report.ts';

interface Explained {
  readonly webhook: { readonly id: string };
  readonly fired: boolean;
  readonly delivery: { readonly status: string; readonly webhook: { readonly id: string } } | null;
  readonly reasons: readonly { readonly reason: string; readonly message: string }[];
  readonly changedSince: boolean;
}

interface Explanation {
  readonly event: { readonly type: string; readonly import: { readonly importId: string } };
  readonly isLatestEvent: boolean;
  readonly basicWebhook: { readonly fired: boolean; readonly message: string; readonly delivery: object | null };
  readonly webhooks: {
    readonly edges: readonly { readonly node: Explained }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string;
      readonly endCursor: string;
    };
  };
}

async function explain(caller: Caller, importId: string, variables: object = {}): Promise<Explanation | null> {
  return await ask<Explanation | null>(
    caller,
    `query ($importId: String!, $event: EventType, $first: Int, $after: String, $last: Int, $before: String) {
      explainImport(importId: $importId, event: $event) {
        event { type import { importId } }
        isLatestEvent
        basicWebhook { fired message delivery { basicUrl } }
        webhooks(first: $first, after: $after, last: $last, before: $before) {
          edges { node { webhook { id } fired delivery { status webhook { id } } reasons { reason message } changedSince } }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
      }
    }`,
    { importId, ...variables },
  );
}

const explainedOf = (explanation: Explanation | null): Explained[] =>
  explanation?.webhooks.edges.map(({ node }) => node) ?? [];

const url = 'http://127.0.0.1:9/';

describe('an explanation of an import', () => {
  test('has every webhook: those that fired with the delivery, the others with every reason why not', async () => {
    await using app = await createTestApp();
    const savedSchemaId = await givenSavedSchema(app, 'Contacts');
    const named = await givenWebhook(app, { url });
    const bySchema = await givenWebhook(app, { url, importIdentifiers: [], savedSchemaIds: [savedSchemaId] });
    const unnamed = await givenWebhook(app, { url, importIdentifiers: ['Contacts'] });
    const otherMode = await givenWebhook(app, { url, developmentMode: true });
    const otherEvent = await givenWebhook(app, { url, events: ['HEADLESS_IMPORT_FAILED'] });
    const allWrong = await givenWebhook(app, {
      url,
      developmentMode: true,
      importIdentifiers: ['others'],
      events: ['HEADLESS_IMPORT_FAILED'],
    });
    const disabled = await givenWebhook(app, { url });
    await manage(app, 'disableWebhook', { webhookId: disabled.id });
    const deleted = await givenWebhook(app, { url });
    await manage(app, 'deleteWebhook', { webhookId: deleted.id });
    await app.clock.advance(1_000);

    await report(app, 'importCompleted', { importId: 'one', savedSchemaId });

    const explanation = await explain(app, 'one');
    expect(explanation).toMatchObject({
      event: { type: 'IMPORT_COMPLETED', import: { importId: 'one' } },
      isLatestEvent: true,
    });
    const explained = new Map(explainedOf(explanation).map((each) => [each.webhook.id, each]));
    expect([...explained.keys()].toSorted()).toEqual(
      [named, bySchema, unnamed, otherMode, otherEvent, allWrong, disabled].map(({ id }) => id).toSorted(),
    );
    for (const { id } of [named, bySchema])
      expect(explained.get(id)).toMatchObject({
        fired: true,
        delivery: { status: 'PENDING', webhook: { id } },
        reasons: [],
      });
    expect(explained.get(unnamed.id)).toMatchObject({
      fired: false,
      delivery: null,
      reasons: [
        {
          reason: 'NO_FILTER_MATCHED',
          message: 'The webhook does not list the import identifier "contacts" or the saved schema of the import.',
        },
      ],
    });
    expect(explained.get(otherMode.id)?.reasons).toEqual([
      { reason: 'OTHER_MODE', message: 'The webhook is for development imports, and this is a production import.' },
    ]);
    expect(explained.get(otherEvent.id)?.reasons).toEqual([
      { reason: 'NOT_LISTENING_TO_EVENT', message: 'The webhook does not listen to IMPORT_COMPLETED.' },
    ]);
    expect(explained.get(disabled.id)?.reasons).toEqual([{ reason: 'DISABLED', message: 'The webhook is disabled.' }]);
    expect(explained.get(allWrong.id)?.reasons.map(({ reason }) => reason)).toEqual([
      'OTHER_MODE',
      'NOT_LISTENING_TO_EVENT',
      'NO_FILTER_MATCHED',
    ]);
    expect([...explained.values()].filter(({ changedSince }) => changedSince)).toEqual([]);
  });

  test('says of webhooks that were made or changed after the event that they were', async () => {
    await using app = await createTestApp();
    const changed = await givenWebhook(app, { url, importIdentifiers: ['others'] });
    const fired = await givenWebhook(app, { url });
    await app.clock.advance(1_000);
    await report(app, 'importCompleted', { importId: 'one' });
    await app.clock.advance(1_000);
    await manage(app, 'updateWebhook', { webhookId: changed.id, importIdentifiers: ['contacts'] });
    await manage(app, 'updateWebhook', { webhookId: fired.id, importIdentifiers: ['others'] });
    const later = await givenWebhook(app, { url });

    const explained = new Map(explainedOf(await explain(app, 'one')).map((each) => [each.webhook.id, each]));

    expect(explained.get(changed.id)).toMatchObject({
      fired: false,
      reasons: [{ reason: 'CHANGED_SINCE' }],
      changedSince: true,
    });
    expect(explained.get(later.id)).toMatchObject({
      fired: false,
      reasons: [{ reason: 'CREATED_LATER' }],
      changedSince: true,
    });
    expect(explained.get(fired.id)).toMatchObject({ fired: true, reasons: [], changedSince: true });
  });

  test('is of the latest event, unless another is asked for', async () => {
    await using app = await createTestApp();
    await givenWebhook(app, { url, events: ['HEADLESS_IMPORT_NEEDS_REVIEW'] });
    await report(app, 'headlessImportNeedsReview', { importId: 'one' });
    await report(app, 'importCompleted', { importId: 'one', headless: headlessImport.headless });

    const latest = await explain(app, 'one');
    expect(latest).toMatchObject({ event: { type: 'IMPORT_COMPLETED' }, isLatestEvent: true });
    expect(explainedOf(latest)).toMatchObject([{ fired: false, reasons: [{ reason: 'NOT_LISTENING_TO_EVENT' }] }]);
    const earlier = await explain(app, 'one', { event: 'HEADLESS_IMPORT_NEEDS_REVIEW' });
    expect(earlier).toMatchObject({ event: { type: 'HEADLESS_IMPORT_NEEDS_REVIEW' }, isLatestEvent: false });
    expect(explainedOf(earlier)).toMatchObject([{ fired: true, delivery: {} }]);
    expect(await explain(app, 'one', { event: 'HEADLESS_IMPORT_FAILED' })).toBeNull();
  });

  test('says what became of the basic webhook', async () => {
    await using app = await createTestApp();
    await report(app, 'importCompleted', { importId: 'with', settings: { webhookUrl: url } });
    await report(app, 'importCompleted', { importId: 'without' });
    await report(app, 'headlessImportFailed', { importId: 'failed' });

    expect((await explain(app, 'with'))?.basicWebhook).toMatchObject({ fired: true, delivery: { basicUrl: url } });
    expect((await explain(app, 'without'))?.basicWebhook).toEqual({
      fired: false,
      message: 'The import came without `settings.webhookUrl`, so there was no basic webhook to fire.',
      delivery: null,
    });
    expect((await explain(app, 'failed'))?.basicWebhook.message).toBe(
      'Basic webhooks are not told of imports that failed.',
    );
  });

  test('pages through the webhooks, newest first, forwards and backwards', async () => {
    await using app = await createTestApp();
    const made: string[] = [];
    while (made.length < 5) made.unshift((await givenWebhook(app, { url })).id);
    const ids = made.toSorted().toReversed();
    await report(app, 'importCompleted', { importId: 'one' });
    const page = async (variables: object) => {
      const explanation = await explain(app, 'one', variables);
      return { ids: explainedOf(explanation).map(({ webhook }) => webhook.id), info: explanation?.webhooks.pageInfo };
    };

    const first = await page({ first: 2 });
    expect(first).toMatchObject({ ids: ids.slice(0, 2), info: { hasNextPage: true, hasPreviousPage: false } });
    const second = await page({ first: 3, after: first.info?.endCursor });
    expect(second).toMatchObject({ ids: ids.slice(2), info: { hasNextPage: false } });
    const last = await page({ last: 2 });
    expect(last).toMatchObject({ ids: ids.slice(3), info: { hasNextPage: false, hasPreviousPage: true } });
    const before = await page({ last: 3, before: last.info?.startCursor });
    expect(before).toMatchObject({ ids: ids.slice(0, 3), info: { hasNextPage: true, hasPreviousPage: false } });
  });

  test('is null for an import that the organization does not have', async () => {
    await using app = await createTestApp();
    await report(app, 'importCompleted', { importId: 'one' });

    expect(await explain(app, 'two')).toBeNull();
    expect(await explain(await givenOrganization(app), 'one')).toBeNull();
  });
});

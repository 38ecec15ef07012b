/** Custom headers of webhooks. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { type ManageAnswer, manage, readWebhook } from '../support/manage.ts';
import { startReceiver } from '../support/receiver.ts';
import { countRows } from '../support/report.ts';

const URL = 'http://127.0.0.1:9/hook';

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({ dispatcher: true });
});

afterAll(async () => {
  await app.close();
});

const create = (headers: readonly { name: string; value: string }[]): Promise<ManageAnswer> =>
  manage(app, 'createWebhook', { url: URL, importIdentifiers: ['headers'], headers });

const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `X-${index}`, value: 'a' }));

describe('the name of a custom header', () => {
  test.each([
    'Host',
    'content-length',
    'CONTENT-TYPE',
    'Content-Encoding',
    'Transfer-Encoding',
    'Connection',
    'Keep-Alive',
    'TE',
    'Trailer',
    'Upgrade',
    'Expect',
    'Accept-Encoding',
    'User-Agent',
    'Proxy-Authorization',
    'Proxy-Connection',
    'webhook-id',
    'Webhook-Signature',
    'webhook-timestamp',
    'webhook-anything',
    'Posthorn-Attempt',
    'posthorn-delivery-id',
  ])('cannot be %s, which is ours or the connection’s (C33)', async (name) => {
    expect(await create([{ name, value: 'mine' }])).toMatchObject({
      code: 'INVALID_INPUT',
      problems: [{ path: ['headers', '0', 'name'], message: expect.stringContaining('choose another name') }],
    });
  });

  test.each([
    '',
    ' X-Team',
    'X-Team ',
    'X Team',
    'X:Team',
    'X\r\nHost',
    'X\nHost',
    'X\u0000',
    'Ünïcode',
    'X(1)',
    'X-"',
  ])('cannot be %j, which is no header name (C33)', async (name) => {
    expect(await create([{ name, value: 'a' }])).toMatchObject({
      problems: [{ path: ['headers', '0', 'name'], message: expect.stringContaining('must be a header name') }],
    });
  });

  test('cannot be longer than 128 characters', async () => {
    expect(await create([{ name: 'x'.repeat(129), value: 'a' }])).toMatchObject({
      problems: [{ path: ['headers', '0', 'name'], message: expect.stringContaining('at most 128') }],
    });
    expect((await create([{ name: 'x'.repeat(128), value: 'a' }])).webhook).toBeDefined();
  });

  test('cannot be given twice, whatever its case', async () => {
    expect(
      await create([
        { name: 'X-Team', value: 'a' },
        { name: 'x-team', value: 'b' },
      ]),
    ).toMatchObject({ problems: [{ path: ['headers'], message: expect.stringContaining('once') }] });
  });
});

describe('the value of a custom header', () => {
  test.each([
    '',
    ' a',
    'a ',
    '\ta',
    'a\r\nwebhook-id: forged',
    'a\nb',
    'a\rb',
    'a\u0000b',
    'a\u007fb',
    'naïve',
    '🪶',
    '\ud83e',
  ])('cannot be %j (C33)', async (value) => {
    expect(await create([{ name: 'X-Team', value }])).toMatchObject({
      problems: [{ path: ['headers', '0', 'value'], message: expect.stringContaining('no line breaks') }],
    });
  });

  test('cannot be longer than 4096 characters', async () => {
    expect(await create([{ name: 'X-Team', value: 'x'.repeat(4097) }])).toMatchObject({
      problems: [{ path: ['headers', '0', 'value'], message: expect.stringContaining('at most 4096') }],
    });
  });
});

describe('custom headers', () => {
  test('are at most twenty', async () => {
    expect(await create(numbered(21))).toMatchObject({
      problems: [{ path: ['headers'], message: expect.stringContaining('at most 20') }],
    });
    expect((await create(numbered(20))).webhook?.headers).toHaveLength(20);
  });

  test('that are refused on update leave the old ones', async () => {
    const { webhook } = await create(numbered(2));
    const before = await app.db.query('select headers from webhook order by id');

    const refused = { webhookId: webhook?.id, headers: [{ name: 'Host', value: 'a' }] };
    expect(await manage(app, 'updateWebhook', refused)).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await app.db.query('select headers from webhook order by id')).toEqual(before);
  });

  test('reach the receiver as they were given, and nobody else', async () => {
    await using receiver = await startReceiver();
    const headers = [
      { name: 'Authorization', value: 'Bearer  two spaces\tand a tab' },
      { name: "X-!#$%&'*+.^_`|~", value: '~!@ "quoted" {json:[1]}' },
      { name: 'Cookie', value: 'a=1; b=2' },
    ];
    const { id } = await givenWebhook(app, { url: receiver.url, importIdentifiers: ['headers-sent'], headers });
    await reportCompleted(app, { importId: 'headers-sent', importIdentifier: 'headers-sent' });

    const request = await receiver.nextRequest();
    for (const { name, value } of headers) expect(request.headers[name.toLowerCase()], name).toBe(value);

    // Shown masked, stored encrypted.
    expect((await readWebhook(app, id))?.headers).toEqual(headers.map(({ name }) => ({ name, maskedValue: '••••' })));
    const [stored] = await app.db.query<{ hex: string }>(
      `select string_agg(encode(headers, 'hex'), '') as hex from webhook`,
    );
    for (const { name, value } of headers) {
      expect(stored?.hex).not.toContain(Buffer.from(name).toString('hex'));
      expect(stored?.hex).not.toContain(Buffer.from(value).toString('hex'));
    }
  });

  test('are the new ones for a delivery that waits when they are changed', async () => {
    await using receiver = await startReceiver();
    const { id: webhookId } = await givenWebhook(app, {
      url: receiver.url,
      importIdentifiers: ['headers-changed'],
      headers: [{ name: 'X-Team', value: 'old' }],
    });
    const [destination] = await app.db.query<{ id: string }>(
      `select destination_id as id from webhook where 'whk_' || replace(id::text, '-', '') = $1`,
      [webhookId],
    );
    await app.db.query(`update destination set hold_until = now() + interval '1 hour' where id = $1`, [
      destination?.id,
    ]);
    await reportCompleted(app, { importId: 'headers-changed', importIdentifier: 'headers-changed' });
    await manage(app, 'updateWebhook', { webhookId, headers: [{ name: 'X-Team', value: 'new' }] });

    await app.clock.advance(3_600_000);
    expect((await receiver.nextRequest()).headers['x-team']).toBe('new');
  });

  test('that are wrong are told all at once, and nothing is kept', async () => {
    const { webhook, webhook_secret, destination } = await countRows(app);
    const { problems } = await create([
      { name: 'Host', value: 'a\nb' },
      { name: 'X-Team', value: '' },
    ]);
    expect(problems?.map(({ path }) => path.join('.'))).toEqual([
      'headers.0.name',
      'headers.0.value',
      'headers.1.value',
    ]);
    expect(await countRows(app)).toMatchObject({ webhook, webhook_secret, destination });
  });

  test('have no field that shows their values', async () => {
    const { fields } = await ask<{ fields: { name: string }[] }>(
      app,
      '{ __type(name: "CustomHeader") { fields { name } } }',
    );
    expect(fields.map(({ name }) => name).toSorted()).toEqual(['maskedValue', 'name']);
  });
});

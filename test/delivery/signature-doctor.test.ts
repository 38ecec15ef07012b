/** The signature doctor, with requests that a real receiver got. */

import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { type GivenWebhook, givenOrganization, givenWebhook } from '../support/given.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import {
  askDoctor,
  deliverOne,
  diagnose,
  findingsOf,
  isAccepted,
  type SeenReport,
  type Shown,
} from './signature-report.ts';

let app: TestApp;
let receiver: Receiver;
let webhook: GivenWebhook;
/** What the receiver got of the first import that was reported to `webhook`. */
let request: Shown;

beforeAll(async () => {
  app = await createTestApp({ dispatcher: true });
  receiver = await startReceiver();
  webhook = await givenWebhook(app, { url: receiver.url, importIdentifiers: ['doctor'] });
  request = await deliverOne(app, receiver, { importIdentifier: 'doctor', filename: 'Käufer – größer.csv' });
});

afterAll(async () => {
  await app.close();
  await receiver.close();
});

/** With some headers changed; `undefined` takes one away. */
function withHeaders(changes: Record<string, (value: string) => string | undefined>): Shown {
  const changed = Object.entries(request.headers).map(([name, value]) => {
    const change = changes[name];
    return [name, change ? change(value) : value];
  });
  return { ...request, headers: Object.fromEntries(changed.filter(([, value]) => value !== undefined)) };
}

/** With the body changed, as text or as bytes. */
function withBody(change: (body: string) => string | Buffer): Shown {
  return { ...request, body: Buffer.from(change(request.body.toString())) };
}

const changeSignature = (change: (value: string) => string) => () => withHeaders({ 'webhook-signature': change });

describe('a request that is shown as it came', () => {
  test('is valid, and recognised as the attempt that it was', async () => {
    expect(isAccepted(webhook.secret, request)).toBe(true);

    const report = await diagnose(app, { webhookId: webhook.id, receivedAt: new Date().toISOString() }, request);

    expect(report).toMatchObject({ valid: true, attemptNumber: 1, findings: [{ kind: 'VALID' }] });
    expect(report.findings?.[0]?.message).toBe('It is what was sent as attempt 1, and signed with the current secret.');
    expect(report.delivery?.id).toBe(request.headers['posthorn-delivery-id']);
  });

  test('is valid however its headers are called, with nothing but them, and with its body as text', async () => {
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
    const spellings = [
      (name: string) => name.toUpperCase(),
      (name: string) => `HTTP_${name.toUpperCase().replaceAll('-', '_')}`,
    ];
    for (const spell of spellings) {
      const headers = names.map((name) => ({ name: spell(name), value: request.headers[name] }));
      const report = await askDoctor(app, { webhookId: webhook.id, headers, body: request.body.toString() });

      expect(findingsOf(report)).toEqual(['VALID']);
    }
  });
});

describe('a request that was changed on its way', () => {
  const cases: readonly (readonly [change: string, make: () => Shown, kinds: readonly string[], message?: string])[] = [
    ['lost a header', () => withHeaders({ 'webhook-timestamp': () => undefined }), ['HEADER_MISSING']],
    ['has an empty header', () => withHeaders({ 'webhook-signature': () => ' ' }), ['HEADER_MISSING']],
    ['lost its id', () => withHeaders({ 'webhook-id': () => undefined }), ['HEADER_MISSING']],
    ['has white space in a header', () => withHeaders({ 'webhook-id': (id) => `${id}\n` }), ['HEADER_WHITESPACE']],
    ['has its id in upper case', () => withHeaders({ 'webhook-id': (id) => id.toUpperCase() }), ['ID_ALTERED']],
    ['has another id', () => withHeaders({ 'webhook-id': () => 'msg_1' }), ['ID_ALTERED'], 'and is now "msg_1"'],
    [
      'has its time in milliseconds',
      () => withHeaders({ 'webhook-timestamp': (time) => `${time}123` }),
      ['TIMESTAMP_MALFORMED'],
    ],
    [
      'has its time as a date',
      () => withHeaders({ 'webhook-timestamp': (time) => new Date(Number(time) * 1000).toISOString() }),
      ['TIMESTAMP_MALFORMED'],
    ],
    ['has no time at all', () => withHeaders({ 'webhook-timestamp': () => 'now' }), ['TIMESTAMP_MALFORMED']],
    [
      'has another time',
      () => withHeaders({ 'webhook-timestamp': (time) => String(Number(time) - 7) }),
      ['TIMESTAMP_ALTERED'],
    ],
    [
      'lost the version of its signature',
      changeSignature((value) => value.slice(3)),
      ['SIGNATURE_MALFORMED'],
      'lacks `v1,`',
    ],
    ['has `v1=`', changeSignature((value) => value.replace(',', '=')), ['SIGNATURE_MALFORMED'], 'than a comma'],
    ['lost the padding', changeSignature((value) => value.replace('=', '')), ['SIGNATURE_MALFORMED'], 'lacks the `=`'],
    [
      'has its signature in hexadecimal',
      changeSignature((value) => `v1,${Buffer.from(value.slice(3), 'base64').toString('hex')}`),
      ['SIGNATURE_MALFORMED'],
      'in hexadecimal',
    ],
    [
      'has its signatures with commas between them',
      changeSignature((value) => `v1,${'A'.repeat(43)}=,${value}`),
      ['SIGNATURE_MALFORMED'],
      'than a space',
    ],
    [
      'has its signature cut',
      changeSignature((value) => value.slice(0, 33)),
      ['SIGNATURE_MALFORMED', 'SIGNATURE_MALFORMED'],
    ],
    [
      'has its signature in lower case',
      changeSignature((value) => value.toLowerCase()),
      ['SIGNATURE_MALFORMED'],
      'lower case',
    ],
    ['has somebody else’s signature', changeSignature(() => `v1,${'A'.repeat(43)}=`), ['SIGNATURE_NOT_OURS']],
    ['lost its body', () => withBody(() => ''), ['BODY_EMPTY']],
    ['has half of its body', () => withBody((body) => body.slice(0, 50)), ['BODY_CUT'], 'after 50 of'],
    ['has a line break after its body', () => withBody((body) => `${body}\n`), ['BODY_WHITESPACE'], '1 after it'],
    [
      'has a byte order mark and a line break',
      () => withBody((body) => `\uFEFF${body}\r\n`),
      ['BODY_BYTE_ORDER_MARK', 'BODY_WHITESPACE'],
    ],
    ['has its body in UTF-16', () => withBody((body) => Buffer.from(body, 'utf16le')), ['BODY_ENCODING'], 'UTF-16'],
    [
      'has its body encoded twice',
      () => withBody((body) => Buffer.from(body).toString('latin1')),
      ['BODY_ENCODING'],
      'encoded twice',
    ],
    [
      'lost what is not ASCII',
      () => withBody((body) => body.replaceAll(/[^ -~]/g, '?')),
      ['BODY_ENCODING'],
      'replaced or left out',
    ],
    [
      'was parsed and written anew',
      () => withBody((body) => JSON.stringify(JSON.parse(body), null, 2)),
      ['BODY_RESERIALISED'],
    ],
    ['was written with its keys in another order', () => withBody(sorted), ['BODY_RESERIALISED'], 'same JSON value'],
    ['was serialised twice', () => withBody(JSON.stringify), ['BODY_RESERIALISED'], 'once more'],
    ['says something else', () => withBody((body) => body.replace('433', '434')), ['BODY_CHANGED']],
  ];

  const changes = cases.map(([change, make, kinds, message]) => ({ change, make, kinds, message }));

  test.each(changes)(
    'and $change is refused by the official library, and the doctor says why',
    async ({ make, kinds, message }) => {
      const changed = make();
      // The library takes a missing `v1,` or white space to be the sender's; the doctor is asked when it refuses.
      expect(isAccepted(webhook.secret, changed)).toBe(false);

      const report = await diagnose(app, { webhookId: webhook.id }, changed);

      expect(findingsOf(report)).toEqual(kinds);
      expect(report).toMatchObject({ valid: false, delivery: { id: request.headers['posthorn-delivery-id'] } });
      if (message) expect(report.findings?.map((each) => each.message).join(' ')).toContain(message);
      expect(report.findings?.every(({ cure }) => /^[A-Z`].*\.$/.test(cure))).toBe(true);
      expectNothingSecret(report);
    },
  );

  test('is told where its body begins to differ, with a few characters of both', async () => {
    const changed = withBody((body) => body.replace('433', '434'));
    const offset = request.body.indexOf('433') + 2;

    const [finding] = (await diagnose(app, { webhookId: webhook.id }, changed)).findings ?? [];

    expect(finding?.message).toContain(`The first difference is at byte ${offset}.`);
    expect(finding?.difference).toEqual({
      offset,
      received: request.body
        .toString()
        .replace('433', '434')
        .slice(characters(offset - 12), characters(offset + 28)),
      sent: request.body.toString().slice(characters(offset - 12), characters(offset + 28)),
    });
  });

  /** How many characters the first `bytes` bytes of the body are. */
  const characters = (bytes: number) => request.body.subarray(0, bytes).toString().length;
});

/** The keys of every object, the other way round. */
function sorted(body: string): string {
  return JSON.stringify(JSON.parse(body), (_key, value) =>
    value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).toReversed()) : value,
  );
}

/** Neither the secret, nor any signature that was sent. */
function expectNothingSecret(report: SeenReport): void {
  const text = JSON.stringify(report);
  for (const secret of [webhook.secret.slice('whsec_'.length), request.headers['webhook-signature']?.slice(3) ?? ''])
    expect(text.includes(secret.slice(0, 16))).toBe(false);
}

describe('the time of a request', () => {
  test.each([
    { by: 300, kinds: ['VALID'], seconds: null },
    { by: 301, kinds: ['TIMESTAMP_OUT_OF_TOLERANCE'], seconds: 301 },
    { by: -300, kinds: ['VALID'], seconds: null },
    { by: -3_600, kinds: ['TIMESTAMP_OUT_OF_TOLERANCE'], seconds: -3_600 },
  ])('may be five minutes from that of the receiver: $by seconds are $kinds', async ({ by, kinds, seconds }) => {
    const receivedAt = new Date((Number(request.headers['webhook-timestamp']) + by) * 1000).toISOString();

    const report = await diagnose(app, { webhookId: webhook.id, receivedAt }, request);

    expect(findingsOf(report)).toEqual(kinds);
    expect(report).toMatchObject({ findings: [{ seconds }], attemptNumber: 1 });
  });
});

describe('a request of somebody else', () => {
  test('is not known: neither its event, nor whether its signature holds', async () => {
    const other = await givenOrganization(app);
    const { id } = await givenWebhook(other, { url: receiver.url });
    const forged = withHeaders({ 'webhook-id': () => 'evt_00000000000070008000000000000000' });
    const at = new Date(Number(request.headers['webhook-timestamp']) * 1000);
    const signature = new Webhook(webhook.secret).sign(forged.headers['webhook-id'] ?? '', at, request.body.toString());
    const names = ['webhook-id', 'webhook-timestamp'];
    const kept = Object.entries(forged.headers).filter(([name]) => names.includes(name));
    const headers: Record<string, string> = { ...Object.fromEntries(kept), 'webhook-signature': signature };

    // The owner of the secret signed it, but we did not.
    expect(isAccepted(webhook.secret, { ...request, headers })).toBe(true);
    expect(await diagnose(app, { webhookId: webhook.id }, { ...request, headers })).toMatchObject({
      valid: false,
      findings: [{ kind: 'EVENT_UNKNOWN' }],
      delivery: null,
    });
    expect(await diagnose(other, { webhookId: id }, request)).toMatchObject({
      findings: [{ kind: 'EVENT_UNKNOWN' }],
      delivery: null,
    });
  });

  test('is told apart from ours when only the secret is the same', async () => {
    const body = Buffer.from('{"paid":true}');
    const at = new Date(Number(request.headers['webhook-timestamp']) * 1000);
    const signature = new Webhook(webhook.secret).sign(request.headers['webhook-id'] ?? '', at, body.toString());
    const forged = { headers: { ...request.headers, 'webhook-signature': signature }, body };

    expect(isAccepted(webhook.secret, forged)).toBe(true);
    expect(findingsOf(await diagnose(app, { webhookId: webhook.id }, forged))).toEqual([
      'SIGNATURE_NOT_OURS',
      'BODY_CHANGED',
    ]);
  });

  test('of the same organization was not for this webhook', async () => {
    const { id } = await givenWebhook(app, { url: receiver.url, importIdentifiers: ['nothing yet'] });
    const unsigned = withHeaders({ 'webhook-signature': () => `v1,${'A'.repeat(43)}=` });

    expect(findingsOf(await diagnose(app, { webhookId: id }, unsigned))).toEqual(['EVENT_NOT_DELIVERED']);
  });
});

describe('the signature doctor', () => {
  test('keeps nothing of what it is shown', async () => {
    const mark = 'quagga';
    await diagnose(app, { webhookId: webhook.id }, { headers: { 'webhook-id': mark }, body: Buffer.from(mark) });

    const tables = await app.db.query<{ found: boolean }>(
      `select exists (select 1 from event where body like '%${mark}%') or exists (select 1 from attempt where request_headers like '%${mark}%') as found`,
    );
    expect(tables).toEqual([{ found: false }]);
  });

  test('refuses more than it is willing to look at, and questions that are none', async () => {
    const header = { name: 'webhook-id', value: 'evt' };
    const long = 'x'.repeat(2 * 1024 * 1024 + 1);
    const asked = { webhookId: webhook.id, headers: [header] };
    const inputs: readonly [object, string][] = [
      [{ headers: [header] }, 'either webhookId or deliveryId'],
      [{ ...asked, deliveryId: request.headers['posthorn-delivery-id'] }, 'either webhookId or deliveryId'],
      [{ ...asked, body: '', bodyBase64: '' }, 'not both'],
      [{ ...asked, bodyBase64: '%%%' }, 'must be base64'],
      [{ ...asked, body: long }, 'at most 2097152 bytes'],
      [{ ...asked, headers: Array.from({ length: 101 }, () => header) }, 'at most 100 headers'],
      [{ ...asked, headers: [{ name: 'x', value: 'x'.repeat(8_193) }] }, 'at most 8192 characters'],
      [{ ...asked, headers: [{ name: 'x'.repeat(257), value: 'x' }] }, 'at most 256 characters'],
    ];

    for (const [input, problem] of inputs) {
      expect(await askDoctor(app, { ...input })).toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringContaining(problem),
      });
    }
  });

  test('looks at no more than a few at once', async () => {
    const one = `diagnoseSignature(input: { webhookId: "${webhook.id}", headers: [] }) { __typename }`;
    const many = Array.from({ length: 41 }, (_, index) => `d${index}: ${one}`).join(' ');

    await expect(ask(app, `{ ${many} }`)).rejects.toThrow('OPERATION_TOO_LARGE');
  });
});

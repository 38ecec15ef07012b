import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDispatcher } from '../../src/delivery/dispatcher.ts';
import { openTelemetry, type Telemetry } from '../../src/operating/telemetry.ts';
import { createLogBook, seen, watchLog } from '../delivery/observe.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { documentedImport, givenWebhook, reportCompleted } from '../support/given.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';

/** A span as OTLP has it in JSON. https://github.com/open-telemetry/opentelemetry-proto/blob/main/docs/specification.md */
interface SeenSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly status?: { readonly code?: number };
}

interface Exported {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: SeenSpan['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly SeenSpan[] }[];
  }[];
}

/** A collector: everything it was sent. */
function exportedTo(collector: Receiver): readonly Exported[] {
  return collector.requests.map(({ rawBody }) => JSON.parse(rawBody.toString('utf8')));
}

function spansOf(collector: Receiver): readonly SeenSpan[] {
  return exportedTo(collector).flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  );
}

function attributesOf({ attributes }: Pick<SeenSpan, 'attributes'>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

function spanNamed(spans: readonly SeenSpan[], name: string): SeenSpan {
  const [span, ...others] = spans.filter((each) => each.name === name);
  if (!span || others.length > 0) throw new Error(`there is not one span ${name}: ${JSON.stringify(spans)}`);
  return span;
}

const tracing = (url: string) => ({ url: new URL(`${url}/v1/traces`), serviceName: 'posthorn-test', ratio: 1 });

const deadline = () => AbortSignal.timeout(10_000);

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER_SPAN_ID = 'b7ad6b7169203331';

/** Reports the documented import as a caller that traces, and with the flags 01 keeps what it traces. */
async function reportTraced({ url, key }: TestApp, flags = '01'): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${key}`,
      traceparent: `00-${TRACE_ID}-${CALLER_SPAN_ID}-${flags}`,
    },
    body: JSON.stringify({
      query: 'mutation Report($input: ImportCompletedInput!) { importCompleted(input: $input) { __typename } }',
      variables: { input: documentedImport },
    }),
  });
  expect(await response.json()).toEqual({ data: { importCompleted: { __typename: 'ImportReport' } } });
}

let receiver: Receiver;
let collector: Receiver;
let telemetry: Telemetry;
let app: TestApp;

beforeEach(async () => {
  receiver = await startReceiver();
  collector = await startReceiver([{ status: 200, headers: { 'content-type': 'application/json' }, body: '{}' }]);
  telemetry = await openTelemetry({ tracing: tracing(collector.url) }, createLogBook().log);
  app = await createTestApp({ telemetry });
});

afterEach(async () => {
  await app.close();
  await telemetry.stop(deadline());
  await receiver.close();
  await collector.close();
});

describe('a trace', () => {
  test('leads from the caller by way of the mutation to each attempt, and says what came of it', async () => {
    receiver.answerWith([500]);
    await givenWebhook(app, { url: `${receiver.url}/path?token=secret`, retryScheduleSeconds: [3600] });
    await using log = watchLog(app);
    await reportTraced(app);
    const dispatcher = await app.startDispatcher(); // later, and in another async context
    await log.until(seen('ATTEMPT_FAILED'));
    await dispatcher.stop(deadline());
    await telemetry.stop(deadline());

    const spans = spansOf(collector);
    const ours = spans.filter(({ traceId }) => traceId === TRACE_ID);
    const mutation = spanNamed(ours, 'GraphQL mutation');
    const publish = spanNamed(ours, 'publish');
    const attempt = spanNamed(ours, 'attempt');
    const settle = spanNamed(ours, 'settle');
    const lease = spanNamed(spans, 'lease');
    expect(mutation.parentSpanId).toBe(CALLER_SPAN_ID);
    expect(publish.parentSpanId).toBe(mutation.spanId);
    expect(attempt.parentSpanId).toBe(publish.spanId);
    expect(settle.parentSpanId).toBe(attempt.spanId);
    expect(lease.traceId).not.toBe(TRACE_ID);
    expect(attempt.links).toMatchObject([{ traceId: lease.traceId, spanId: lease.spanId }]);
    expect(attributesOf(mutation)).toMatchObject({ 'graphql.operation.name': 'Report' });
    expect(attempt).toMatchObject({ kind: 3, status: { code: 2 } });
    expect(attributesOf(attempt)).toMatchObject({
      'http.response.status_code': 500,
      'error.type': 'HTTP_STATUS',
      'server.address': new URL(receiver.url).host,
      'posthorn.attempt': 1,
      'posthorn.delivery_id': expect.stringMatching(/^dlv_/),
      'posthorn.webhook_id': expect.stringMatching(/^whk_/),
    });
    const [exported] = exportedTo(collector);
    expect(attributesOf(exported?.resourceSpans[0]?.resource ?? { attributes: [] })).toMatchObject({
      'service.name': 'posthorn-test',
    });
  });

  test('goes on in another process that delivers', async () => {
    await givenWebhook(app, { url: receiver.url });
    await using log = watchLog(app);
    await reportTraced(app);
    const others = await openTelemetry({ tracing: tracing(collector.url) }, createLogBook().log);
    const dispatcher = createDispatcher({ ...app, telemetry: others });
    await dispatcher.start();
    await log.until(seen('DELIVERED'));
    await dispatcher.stop(deadline());
    await others.stop(deadline());

    expect(spanNamed(spansOf(collector), 'attempt').traceId).toBe(TRACE_ID);
  });

  test('shows no body, no header and no path or query of a URL', async () => {
    await givenWebhook(app, {
      url: `${receiver.url}/path?token=secret`,
      headers: [{ name: 'x-api-key', value: 'secret' }],
    });
    await using log = watchLog(app);
    const dispatcher = await app.startDispatcher();
    await reportTraced(app);
    await log.until(seen('DELIVERED'));
    await dispatcher.stop(deadline());
    await telemetry.stop(deadline());

    const sent = collector.requests.map(({ rawBody }) => rawBody.toString('utf8')).join('\n');
    expect(sent).toContain('"attempt"');
    expect(sent).not.toMatch(/secret|\/path|contacts\.csv|cclark/);
  });

  test('that the caller does not keep is not kept at any step', async () => {
    await givenWebhook(app, { url: receiver.url });
    await using log = watchLog(app);
    const dispatcher = await app.startDispatcher();
    await reportTraced(app, '00');
    await log.until(seen('DELIVERED'));
    await dispatcher.stop(deadline());
    await telemetry.stop(deadline());

    const kept = new Set(spansOf(collector).map(({ name, traceId }) => `${name} ${traceId === TRACE_ID}`));
    expect([...kept].filter((span) => /publish|attempt|settle|true/.test(span))).toEqual([]);
    const [event] = await app.db.query<{ traceparent: string }>('select traceparent from event');
    expect(event?.traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
  });

  test('is not told to receivers', async () => {
    await givenWebhook(app, { url: receiver.url });
    await app.startDispatcher();
    await reportTraced(app);

    const { headers } = await receiver.nextRequest();
    expect(Object.keys(headers)).not.toContain('traceparent');
  });

  test('of a caller without a key is not gone on with', async () => {
    await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${TRACE_ID}-${CALLER_SPAN_ID}-01` },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    await telemetry.stop(deadline());

    const spans = spansOf(collector);
    expect(spanNamed(spans, 'GraphQL query').traceId).not.toBe(TRACE_ID);
  });
});

describe('without a collector', () => {
  test('nothing is traced, and events remember no trace', async () => {
    const untraced = await app.createSibling({ telemetry: await openTelemetry({ tracing: undefined }, app.log) });
    await givenWebhook(app, { url: receiver.url });
    await reportTraced({ ...app, url: untraced.url });

    expect(await app.db.query('select traceparent from event')).toEqual([{ traceparent: null }]);
  });

  test('that can be reached, deliveries go on, and the log says that traces are dropped', async () => {
    const book = createLogBook();
    const away = await openTelemetry({ tracing: tracing('http://127.0.0.1:1') }, book.log);
    await givenWebhook(app, { url: receiver.url });
    await using log = watchLog(app);
    const dispatcher = createDispatcher({ ...app, telemetry: away });
    await dispatcher.start();
    await reportCompleted(app);
    await log.until(seen('DELIVERED'));
    await dispatcher.stop(deadline());
    await away.stop(deadline());

    expect(await book.until('traces.dropped')).toMatchObject([{ spans: expect.any(Number) }]);
  });
});

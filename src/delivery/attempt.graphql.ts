/** GraphQL: `Attempt`, with all that is known about it. */

import { builder } from '../graphql/builder.ts';
import { MASKED_VALUE } from '../webhook/header.ts';
import { cureOf } from './cure.ts';
import { BODY_COST, errorCodeOf } from './delivery.graphql.ts';
import { AttemptOutcomeEnum, ErrorCodeEnum, ResponseEndEnum, ResponseWarningEnum } from './enums.graphql.ts';
import { isResponseWarning, type Timings } from './outcome.ts';

const AttemptTimingsType = builder.objectRef<Timings>('AttemptTimings').implement({
  description: 'How long each phase of an attempt took, in milliseconds; null for a phase that did not happen.',
  fields: (t) => ({
    dnsMs: t.exposeInt('dnsMs', { nullable: true, description: 'Looking up the name; null on a reused connection.' }),
    connectMs: t.exposeInt('connectMs', { nullable: true, description: 'Connecting; null on a reused connection.' }),
    tlsMs: t.exposeInt('tlsMs', {
      nullable: true,
      description: 'TLS handshake; null without TLS or on a reused connection.',
    }),
    firstByteMs: t.exposeInt('firstByteMs', {
      nullable: true,
      description: "From the start to the response's headers.",
    }),
    bodyMs: t.int({
      nullable: true,
      description: "From the response's headers to the end of its body; null without a response.",
      resolve: ({ bodyMs }) => bodyMs ?? null, // older attempts do not have it
    }),
    totalMs: t.exposeInt('totalMs', { description: 'From the start to the end.' }),
  }),
});

const RequestHeaderType = builder.objectRef<{ name: string; value: string }>('RequestHeader').implement({
  description: 'A header of a request.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'In lower case.' }),
    value: t.exposeString('value', {
      description: `As it was sent; \`${MASKED_VALUE}\` for the webhook's own headers, whose values are kept secret.`,
    }),
  }),
});

const ResponseHeaderType = builder.objectRef<{ name: string; values: readonly string[] }>('ResponseHeader').implement({
  description: 'A header of a response.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'In lower case.' }),
    values: t.stringList({
      description: 'Its values, in the order in which they came, each at most 1024 characters.',
      resolve: ({ values }) => [...values],
    }),
  }),
});

builder.prismaNode('Attempt', {
  description:
    'One HTTP request: what was sent, what came back, and where the time went. It never changes, but what was sent and answered is gone once it was erased.',
  authScopes: { may: 'readDeliveries' },
  id: { field: 'id', description: 'Opaque.' },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'From 1, as the receiver was told in `posthorn-attempt`.' }),
    url: t.exposeString('url', { description: 'Where it went; without its query once it was erased.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it began.' }),
    durationMs: t.exposeInt('durationMs', { description: 'Until its end.' }),
    outcome: t.expose('status', { type: AttemptOutcomeEnum, description: 'What it came to.' }),
    errorCode: t.field({
      type: ErrorCodeEnum,
      nullable: true,
      description: 'Why it failed; null when it succeeded.',
      select: { errorCode: true },
      resolve: ({ errorCode }) => errorCodeOf(errorCode),
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description: 'The same for people, with what is known about it.',
    }),
    cure: t.string({
      nullable: true,
      description: 'What to do about it; null when it succeeded.',
      select: { errorCode: true, responseStatus: true },
      resolve: ({ errorCode, responseStatus }) => {
        const code = errorCodeOf(errorCode);
        return code && cureOf(code, responseStatus);
      },
    }),
    requestHeaders: t.field({
      type: [RequestHeaderType],
      nullable: true,
      description:
        'What was sent before the body, signature included, but for `connection`; null when nothing was sent, it was erased, or it was made before this was recorded.',
      select: { requestHeaders: true },
      resolve: ({ requestHeaders }) =>
        requestHeaders === null
          ? null
          : Object.entries<string>(JSON.parse(requestHeaders)).map(([name, value]) => ({ name, value })),
    }),
    requestBody: t.string({
      nullable: true,
      complexity: BODY_COST,
      description:
        'The body, byte for byte, which is the same for every attempt of a delivery; null once it was erased.',
      select: { delivery: { select: { webhookId: true, basicBody: true, event: { select: { body: true } } } } },
      // A body that was sent is never empty.
      resolve: ({ delivery: { webhookId, basicBody, event } }) => (webhookId ? event.body : basicBody) || null,
    }),
    responseStatus: t.exposeInt('responseStatus', {
      nullable: true,
      description: 'HTTP status; null when there was no response.',
    }),
    responseHeaders: t.field({
      type: [ResponseHeaderType],
      nullable: true,
      description: 'The first 64 headers; null when there was no response, or it was erased.',
      select: { responseHeaders: true },
      resolve: ({ responseHeaders }) =>
        responseHeaders === null
          ? null
          : Object.entries<string[]>(JSON.parse(responseHeaders)).map(([name, values]) => ({ name, values })),
    }),
    responseBody: t.exposeString('responseBody', {
      nullable: true,
      description: 'The first 16 KiB, decompressed, as text; null when there was no response, or it was erased.',
    }),
    responseBodyTruncated: t.exposeBoolean('responseBodyTruncated', {
      description: 'Whether there was more than is shown.',
    }),
    responseEnd: t.expose('responseEnd', {
      type: ResponseEndEnum,
      nullable: true,
      description: "How the response's body ended; null when there was no response.",
    }),
    responseWarnings: t.field({
      type: [ResponseWarningEnum],
      description: 'What was odd about the response, whether the attempt succeeded or not. Usually nothing.',
      select: { responseWarnings: true },
      // What a newer server wrote down is not known here.
      resolve: ({ responseWarnings }) => responseWarnings.filter(isResponseWarning),
    }),
    remoteAddress: t.exposeString('remoteAddress', {
      nullable: true,
      description: 'The address that was connected to.',
    }),
    tlsVersion: t.exposeString('tlsVersion', {
      nullable: true,
      description: 'Such as `TLSv1.3`; null without TLS, and when the handshake was not finished.',
    }),
    certificateExpiresAt: t.expose('certificateExpiresAt', {
      type: 'DateTime',
      nullable: true,
      description:
        "When the receiver's certificate expires or expired, also when it was refused; null without TLS, and when the handshake was not finished.",
    }),
    timings: t.field({
      type: AttemptTimingsType,
      nullable: true,
      description: 'Where the time went; null when the URL was refused before anything was tried.',
      select: { timings: true },
      resolve: ({ timings }): Timings | null => (timings === null ? null : JSON.parse(timings)),
    }),
    leaseLost: t.exposeBoolean('leaseLost', {
      description:
        "The lease was no longer this dispatcher's when the outcome was written down: the delivery had been leased again or called off, so the outcome changed nothing.",
    }),
  }),
});

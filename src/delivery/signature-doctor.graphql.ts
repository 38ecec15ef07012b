/** GraphQL: `diagnoseSignature`, the signature doctor. */

import { z } from 'zod';
import type { App } from '../app.ts';
import { organizationOf } from '../context.ts';
import { InputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { encodeGlobalId } from '../graphql/global-id.ts';
import { globalId } from '../graphql/node-input.ts';
import { parseInput } from '../graphql/parse-input.ts';
import { WebhookNotFoundError } from '../webhook/webhook.ts';
import { DeliveryNotFoundError } from './manual.ts';
import { readClaim } from './signature-claim.ts';
import { type Diagnosis, diagnose } from './signature-doctor.ts';
import { gatherEvidence } from './signature-evidence.ts';
import { type Difference, FINDING_CURES, FINDING_KINDS, type Finding, type FindingKind } from './signature-finding.ts';

const MOST_HEADERS = 100;
const LONGEST_NAME = 256;
const LONGEST_VALUE = 8_192;

/** Longest body, in bytes: what fits into a request even when every second character needs a backslash. */
const LONGEST_BODY = 2 * 1024 * 1024;

/** What one costs, as complexity: three in one operation at most, since a long body takes its time. */
const COST = 5_000;

const FindingKindEnum = builder.enumType('SignatureFindingKind', {
  description: 'What can be found out about a request whose signature a receiver did not accept.',
  // One value per kind: the same keys, which `Object.fromEntries` forgets.
  values: Object.fromEntries(
    Object.entries(FINDING_KINDS).map(([kind, description]) => [kind, { value: kind, description }]),
  ) as { [Kind in FindingKind]: { value: Kind; description: string } },
});

const DifferenceType = builder.objectRef<Difference>('BodyDifference').implement({
  description: 'Where two bodies part.',
  fields: (t) => ({
    offset: t.exposeInt('offset', { description: 'The first byte that differs, from 0.' }),
    received: t.exposeString('received', { description: 'What was received around there: a few characters.' }),
    sent: t.exposeString('sent', { description: 'What was sent around there: a few characters.' }),
  }),
});

const FindingType = builder.objectRef<Finding>('SignatureFinding').implement({
  description: 'One thing found out about a request.',
  fields: (t) => ({
    kind: t.expose('kind', { type: FindingKindEnum, description: 'What it is.' }),
    message: t.exposeString('message', { description: 'For people: what it is in this case.' }),
    cure: t.string({ description: 'For people: what to do about it.', resolve: ({ kind }) => FINDING_CURES[kind] }),
    header: t.string({
      nullable: true,
      description: 'The header in question, in lower case.',
      resolve: ({ header }) => header ?? null,
    }),
    seconds: t.int({
      nullable: true,
      description:
        "With TIMESTAMP_OUT_OF_TOLERANCE: how much later than signed it was received, by the receiver's clock; negative when earlier.",
      // A timestamp of eleven digits is more than an Int holds.
      resolve: ({ seconds }) => (seconds === undefined ? null : Math.max(-MOST_INT, Math.min(seconds, MOST_INT))),
    }),
    difference: t.field({
      type: DifferenceType,
      nullable: true,
      description: 'Where the body that was received parts from the one that was sent.',
      resolve: ({ difference }) => difference ?? null,
    }),
    webhookId: t.id({
      nullable: true,
      description: 'With WRONG_WEBHOOK: the webhook that it was signed for; null for a basic webhook.',
      resolve: ({ webhookId }) => (webhookId === undefined ? null : encodeGlobalId('Webhook', webhookId)),
    }),
  }),
});

const MOST_INT = 2 ** 31 - 1;

const SignatureReportType = builder
  .objectRef<Diagnosis & { readonly deliveryId: string | null }>('SignatureReport')
  .implement({
    description: 'What the signature doctor found.',
    fields: (t) => ({
      valid: t.boolean({
        description: 'Whether a receiver that has the current secret, and checks just this, accepts it.',
        resolve: ({ findings }) => findings.every(({ kind }) => kind === 'VALID'),
      }),
      findings: t.field({
        type: [FindingType],
        description: 'What is wrong, headers first; VALID when nothing is. Never empty.',
        resolve: ({ findings }) => [...findings],
      }),
      delivery: t.prismaField({
        type: 'Delivery',
        nullable: true,
        description: 'The delivery that it was compared with; null when the webhook has none for this event.',
        resolve: (query, { deliveryId }, _args, context) =>
          deliveryId === null
            ? null
            : context.app.db.prisma.delivery.findFirst({
                ...query,
                where: { id: deliveryId, organizationId: organizationOf(context) },
              }),
      }),
      attemptNumber: t.exposeInt('attemptNumber', {
        nullable: true,
        description: 'The number of the attempt that the signature is of; null when it is of none that is recorded.',
      }),
    }),
  });

const ReceivedHeaderInput = builder.inputType('ReceivedHeaderInput', {
  description: 'A header as the receiver shows it.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: `In any case, also as frameworks write it (HTTP_WEBHOOK_ID); at most ${LONGEST_NAME} characters.`,
    }),
    value: t.string({ required: true, description: `Unchanged; at most ${LONGEST_VALUE} characters.` }),
  }),
});

const DiagnoseSignatureInput = builder.inputType('DiagnoseSignatureInput', {
  description: 'What a receiver says that it got. Give webhookId or deliveryId.',
  fields: (t) => ({
    webhookId: t.id({ description: 'The webhook that it is a request of.' }),
    deliveryId: t.id({
      description: 'Instead of webhookId: the delivery, as `posthorn-delivery-id` names it; also of basic webhooks.',
    }),
    headers: t.field({
      type: [ReceivedHeaderInput],
      required: true,
      description: `All headers, or those that begin with \`webhook-\`; at most ${MOST_HEADERS}. Others do not matter.`,
    }),
    body: t.string({
      description: `The body, as text, exactly as it was checked; at most ${LONGEST_BODY} bytes as UTF-8. Absent: an empty one.`,
    }),
    bodyBase64: t.string({
      description: 'Instead of body: its bytes, in base64, so that nothing changes on the way here.',
    }),
    receivedAt: t.field({ type: 'DateTime', description: "When, by the receiver's clock; tells whether it is right." }),
  }),
});

const receivedBody = z
  .string()
  .refine((text) => Buffer.byteLength(text) <= LONGEST_BODY, `must have at most ${LONGEST_BODY} bytes.`);

const base64 = z
  .string()
  .max(Math.ceil(LONGEST_BODY / 3) * 4, `must be of at most ${LONGEST_BODY} bytes.`)
  .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'must be base64, without line breaks.');

const schema = z
  .object({
    webhookId: globalId('Webhook').nullish(),
    deliveryId: globalId('Delivery').nullish(),
    headers: z
      .array(
        z.object({
          name: z.string().max(LONGEST_NAME, `must have at most ${LONGEST_NAME} characters.`),
          value: z.string().max(LONGEST_VALUE, `must have at most ${LONGEST_VALUE} characters.`),
        }),
      )
      .max(MOST_HEADERS, `must be at most ${MOST_HEADERS} headers.`),
    body: receivedBody.nullish(),
    bodyBase64: base64.nullish(),
    receivedAt: z.string().nullish(),
  })
  .transform(({ webhookId, deliveryId, body, bodyBase64, headers, receivedAt }, context) => {
    if (typeof body === 'string' && typeof bodyBase64 === 'string')
      context.addIssue({ code: 'custom', message: 'Give body or bodyBase64, not both.' });
    if (Boolean(webhookId) === Boolean(deliveryId))
      context.addIssue({ code: 'custom', message: 'Give either webhookId or deliveryId.' });
    return {
      asked: deliveryId ? { deliveryId } : { webhookId: webhookId ?? '' },
      claim: readClaim(headers),
      body: typeof bodyBase64 === 'string' ? Buffer.from(bodyBase64, 'base64') : Buffer.from(body ?? ''),
      receivedAt: receivedAt ? new Date(receivedAt) : null,
    };
  });

builder.queryField('diagnoseSignature', (t) =>
  t.field({
    type: SignatureReportType,
    description:
      'The signature doctor: says what is wrong with a request whose signature a receiver did not accept, from its headers and its body. Nothing of it is kept.',
    // It names webhooks. What it says of signatures can be read off the headers of attempts as well.
    authScopes: { $all: { may: 'readDeliveries', $all: { may: 'readWebhooks' } } },
    complexity: COST,
    errors: {
      types: [InputError, WebhookNotFoundError, DeliveryNotFoundError],
      union: { name: 'DiagnoseSignatureResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: DiagnoseSignatureInput, required: true, description: 'What the receiver got.' }) },
    resolve: (_root, { input }, context) => examine(context.app, organizationOf(context), parseInput(schema, input)),
  }),
);

async function examine(app: Pick<App, 'db' | 'box' | 'clock'>, organizationId: string, input: z.output<typeof schema>) {
  const evidence = await gatherEvidence(app, organizationId, input.asked, input.claim);
  return { ...diagnose(input, evidence, app.clock.now()), deliveryId: evidence.deliveryId };
}

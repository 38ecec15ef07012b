/** GraphQL: the mutations that start, pause, resume and cancel replays. */

import { z } from 'zod';
import { EventType, type Replay } from '../../prisma/client/client.ts';
import { type Context, organizationOf } from '../context.ts';
import { InputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { globalId } from '../graphql/node-input.ts';
import { parseInput } from '../graphql/parse-input.ts';
import { exposeRefusal } from '../graphql/refusal.ts';
import { storableText } from '../lib/text.ts';
import { EventTypeEnum } from '../webhook/event-type.graphql.ts';
import { WebhookNotFoundError } from '../webhook/webhook.ts';
import { DeliveryStatusEnum, ErrorCodeEnum } from './enums.graphql.ts';
import { BY_ID } from './find.graphql.ts';
import { MOST_RESPONSE_STATUSES } from './find.ts';
import type { ErrorCode } from './outcome.ts';
import { ReplayType } from './replay.graphql.ts';
import {
  changeReplay,
  planReplay,
  REPLAY_RATE,
  REPLAYABLE,
  ReplayLimitError,
  ReplayNotFoundError,
  ReplayOverError,
  type ReplayPlan,
  startReplay,
} from './replay.ts';

exposeRefusal(ReplayNotFoundError, 'There is no such replay.');
exposeRefusal(ReplayOverError, 'It asks for nothing any more.');
exposeRefusal(ReplayLimitError, 'As many replays as there may be are under way.');

const ReplayFilterInput = builder.inputType('ReplayFilterInput', {
  description: 'Which deliveries; what is left out does not matter.',
  fields: (t) => ({
    statuses: t.field({
      type: [DeliveryStatusEnum],
      description:
        'In one of these: DELIVERED, FAILED, CANCELLED. FAILED alone unless told otherwise. PENDING may be among them, as in the filter of a `FailureGroup`, and adds nothing: what is pending goes on by itself.',
    }),
    webhookId: t.id({ description: 'Of this webhook.' }),
    importId: t.string({ description: "Of this import, by the importer's own id." }),
    eventTypes: t.field({ type: [EventTypeEnum], description: 'Of events of one of these types.' }),
    from: t.field({ type: 'DateTime', description: `Scheduled then or later. ${BY_ID}` }),
    to: t.field({ type: 'DateTime', description: `Scheduled before. ${BY_ID}` }),
    errorCodes: t.field({ type: [ErrorCodeEnum], description: 'Whose last attempt failed for one of these reasons.' }),
    responseStatuses: t.intList({
      description: `Whose last attempt was answered with one of these HTTP statuses; at most ${MOST_RESPONSE_STATUSES}.`,
    }),
  }),
});

const StartReplayInput = builder.inputType('StartReplayInput', {
  description: 'What to ask for again, and how.',
  fields: (t) => ({
    filter: t.field({ type: ReplayFilterInput, required: true, description: 'Which deliveries.' }),
    ratePerSecond: t.int({
      description: `How many to ask for in a second at the most, over all webhooks: 1 to ${REPLAY_RATE.most}, ${REPLAY_RATE.usual} unless told otherwise.`,
    }),
    dryRun: t.boolean({ description: 'Only count what matches, and change nothing. False unless told otherwise.' }),
  }),
});

const startReplaySchema = z.object({
  filter: z.object({
    statuses: z
      .array(z.enum(['PENDING', ...REPLAYABLE], `can be ${REPLAYABLE.join(', ')}; what is SUPERSEDED is old news.`))
      .transform((statuses) => REPLAYABLE.filter((status) => statuses.includes(status)))
      .refine(({ length }) => length > 0, `must have one of ${REPLAYABLE.join(', ')}; leave it out for FAILED.`)
      .nullish()
      .transform((statuses) => statuses ?? (['FAILED'] as const)),
    webhookId: orNull(globalId('Webhook')),
    importId: orNull(storableText(1, 500)),
    eventTypes: orNull(someOf(z.enum(EventType))),
    // Texts that were read as instants already, and codes that are in the enum of the schema.
    from: orNull(z.string().transform((instant) => new Date(instant))),
    to: orNull(z.string().transform((instant) => new Date(instant))),
    errorCodes: orNull(someOf(z.custom<ErrorCode>())),
    responseStatuses: orNull(
      someOf(z.int()).max(MOST_RESPONSE_STATUSES, `may have at most ${MOST_RESPONSE_STATUSES} entries.`),
    ),
  }),
  ratePerSecond: z
    .int()
    .min(1, 'must be at least 1.')
    .max(REPLAY_RATE.most, `must be at most ${REPLAY_RATE.most}.`)
    .nullish()
    .transform((rate) => rate ?? REPLAY_RATE.usual),
  dryRun: z.boolean().nullish(),
});

/** Of a list that matches nothing nothing would be replayed, which nobody means. */
function someOf<Schema extends z.ZodType>(schema: Schema) {
  return z.array(schema).min(1, 'must not be empty; leave it out for any.');
}

/** What is left out, or null, does not matter. */
function orNull<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? null);
}

/** So that aliases do not multiply the counting of what matches: three in one operation at most. */
const START_COST = { field: 5_000 };

builder.mutationField('startReplay', (t) =>
  t.field({
    type: builder.objectRef<ReplayPlan & { readonly replay: Replay | null }>('StartReplayPayload').implement({
      description: 'What will be asked for, or would be.',
      fields: (f) => ({
        replay: f.field({
          type: ReplayType,
          nullable: true,
          description: 'As it was started; null for a dry run.',
          resolve: ({ replay }) => replay,
        }),
        planned: f.exposeInt('planned', { description: 'How many deliveries match.' }),
        estimatedSeconds: f.exposeInt('estimatedSeconds', {
          description: 'How long asking for them takes at that rate; receivers that are slower make it longer.',
        }),
      }),
    }),
    description:
      'Asks again for the deliveries that match now, as `redeliver` does for one of them: same events, same `webhook-id`. In the order in which they were scheduled, at a pace, and with at most 100 pending at a webhook, or at an origin of basic webhooks, at once, so that new deliveries there are not held up. Those that `redeliver` would refuse are skipped.',
    complexity: START_COST,
    authScopes: { may: 'actOnDeliveries' },
    errors: {
      types: [InputError, WebhookNotFoundError, ReplayLimitError],
      union: { name: 'StartReplayResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: StartReplayInput, required: true, description: 'What to ask for again, and how.' }) },
    resolve: async (_root, { input }, context) => {
      const { dryRun, ...order } = parseInput(startReplaySchema, input);
      const organizationId = organizationOf(context);
      if (dryRun) return { ...(await planReplay(context.app, organizationId, order)), replay: null };
      return await startReplay(context.app, organizationId, { ...order, startedBy: context.viewer?.keyName ?? '' });
    },
  }),
);

const ReplayPayload = builder.objectRef<{ replay: Replay }>('ReplayPayload').implement({
  description: 'The replay was changed.',
  fields: (t) => ({
    replay: t.field({ type: ReplayType, description: 'As it is now.', resolve: ({ replay }) => replay }),
  }),
});

const replayInput = z.object({ replayId: globalId('Replay') });

async function change(
  context: Context,
  input: unknown,
  how: 'pause' | 'resume' | 'cancel',
): Promise<{ replay: Replay }> {
  const { replayId } = parseInput(replayInput, input);
  return { replay: await changeReplay(context.app, organizationOf(context), { id: replayId, change: how }) };
}

const REFUSALS = [InputError, ReplayNotFoundError, ReplayOverError];

const PauseReplayInput = builder.inputType('PauseReplayInput', {
  description: 'Which replay.',
  fields: (t) => ({ replayId: t.id({ required: true, description: 'Which replay.' }) }),
});

builder.mutationField('pauseReplay', (t) =>
  t.field({
    type: ReplayPayload,
    description:
      'Has a replay ask for nothing more until it is resumed. What it asked for already is still delivered. Pausing twice changes nothing.',
    authScopes: { may: 'actOnDeliveries' },
    errors: { types: REFUSALS, union: { name: 'PauseReplayResult', description: 'What became of it.' } },
    args: { input: t.arg({ type: PauseReplayInput, required: true, description: 'Which replay.' }) },
    resolve: (_root, { input }, context) => change(context, input, 'pause'),
  }),
);

const ResumeReplayInput = builder.inputType('ResumeReplayInput', {
  description: 'Which replay.',
  fields: (t) => ({ replayId: t.id({ required: true, description: 'Which replay.' }) }),
});

builder.mutationField('resumeReplay', (t) =>
  t.field({
    type: ReplayPayload,
    description: 'Lets a paused replay go on where it was. Resuming one that runs changes nothing.',
    authScopes: { may: 'actOnDeliveries' },
    errors: { types: REFUSALS, union: { name: 'ResumeReplayResult', description: 'What became of it.' } },
    args: { input: t.arg({ type: ResumeReplayInput, required: true, description: 'Which replay.' }) },
    resolve: (_root, { input }, context) => change(context, input, 'resume'),
  }),
);

const CancelReplayInput = builder.inputType('CancelReplayInput', {
  description: 'Which replay.',
  fields: (t) => ({ replayId: t.id({ required: true, description: 'Which replay.' }) }),
});

builder.mutationField('cancelReplay', (t) =>
  t.field({
    type: ReplayPayload,
    description:
      'Calls a replay off for good: it asks for nothing more. What it asked for already is still delivered; `cancelDelivery` calls that off.',
    authScopes: { may: 'actOnDeliveries' },
    errors: { types: REFUSALS, union: { name: 'CancelReplayResult', description: 'What became of it.' } },
    args: { input: t.arg({ type: CancelReplayInput, required: true, description: 'Which replay.' }) },
    resolve: (_root, { input }, context) => change(context, input, 'cancel'),
  }),
);

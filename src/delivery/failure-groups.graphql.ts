/** GraphQL: `FailureGroup`, and the query that returns them. */

import { organizationOf } from '../context.ts';
import { builder } from '../graphql/builder.ts';
import { PAGE_SIZE } from '../graphql/connection.ts';
import { BadArgumentError } from '../graphql/request-error.ts';
import { cureOf } from './cure.ts';
import { DeliveryStatusEnum, ErrorCodeEnum } from './enums.graphql.ts';
import {
  describeCause,
  describeFailures,
  type FailureGroup,
  type FailureWindow,
  failureWindow,
  groupFailures,
} from './failure-groups.ts';
import type { ErrorCode } from './outcome.ts';

/** So that aliases do not multiply it: it counts what may be many failures. */
const COUNTING_COST = 1_000;

/** A group, and the time that was asked for. */
type FailureGroupNode = FailureGroup & { readonly window: FailureWindow };

interface GroupFilter extends FailureWindow {
  readonly errorCode: ErrorCode;
  readonly responseStatus: number | null;
}

const FailureGroupFilterType = builder.objectRef<GroupFilter>('FailureGroupFilter').implement({
  description: 'A filter as `deliveries` and `startReplay` take it, field by field; null: left out.',
  fields: (t) => ({
    statuses: t.field({
      type: [DeliveryStatusEnum],
      description: 'PENDING and FAILED.',
      resolve: () => ['PENDING', 'FAILED'] as const,
    }),
    errorCodes: t.field({
      type: [ErrorCodeEnum],
      description: 'The error of the group.',
      resolve: ({ errorCode }) => [errorCode],
    }),
    responseStatuses: t.intList({
      nullable: true,
      description: 'The status of the response, when that is what failed.',
      resolve: ({ responseStatus }) => (responseStatus === null ? null : [responseStatus]),
    }),
    from: t.expose('from', { type: 'DateTime', nullable: true, description: 'From when on failures were looked at.' }),
    to: t.expose('to', { type: 'DateTime', nullable: true, description: 'Until when, if that was asked for.' }),
  }),
});

const FailureGroupType = builder.objectRef<FailureGroupNode>('FailureGroup').implement({
  description: 'Deliveries, pending or failed, whose last attempts failed for the same reason.',
  fields: (t) => ({
    errorCode: t.expose('errorCode', { type: ErrorCodeEnum, description: 'Why the last attempts failed.' }),
    responseStatus: t.exposeInt('responseStatus', {
      nullable: true,
      description: 'HTTP status of the last responses, where that is the reason; else null, whatever was answered.',
    }),
    deliveries: t.exposeInt('deliveries', { description: 'How many deliveries.' }),
    pending: t.exposeInt('pending', { description: 'Of these, how many will be attempted again.' }),
    failed: t.int({
      description: 'Of these, how many are given up.',
      resolve: ({ deliveries, pending }) => deliveries - pending,
    }),
    webhooks: t.exposeInt('webhooks', { description: 'How many managed webhooks they go to.' }),
    basicOrigins: t.exposeInt('basicOrigins', {
      description: 'How many origins (scheme, host and port) of basic webhooks they go to.',
    }),
    since: t.expose('since', { type: 'DateTime', description: 'When the oldest of them was scheduled.' }),
    latest: t.expose('latest', { type: 'DateTime', description: 'When the newest of them was scheduled.' }),
    summary: t.string({
      description: 'All this in a sentence, for people.',
      resolve: (group) => describeFailures(group),
    }),
    cause: t.string({
      description: 'Why the last attempts failed, in a sentence, for people.',
      resolve: (group) => describeCause(group),
    }),
    cure: t.string({
      description: 'What can be done about it, in a sentence or two.',
      resolve: ({ errorCode, responseStatus }) => cureOf(errorCode, responseStatus),
    }),
    filter: t.field({
      type: FailureGroupFilterType,
      description:
        'What finds them: a filter for `deliveries`, and for `startReplay`, which replays those of them that are given up.',
      resolve: ({ errorCode, responseStatus, window }) => ({ errorCode, responseStatus, ...window }),
    }),
  }),
});

builder.queryField('failureGroups', (t) =>
  t.field({
    type: [FailureGroupType],
    description:
      'What is going wrong: deliveries whose last attempt failed and that are pending or given up, grouped by cause, the largest group first. It counts all that were scheduled in the window, so it takes the longer the more fail.',
    authScopes: { may: 'readDeliveries' },
    complexity: ({ first }) => ({ field: COUNTING_COST, multiplier: first ?? PAGE_SIZE.usual }),
    args: {
      from: t.arg({
        type: 'DateTime',
        description: 'Deliveries scheduled then or later; absent: from a day before `to`, or before now.',
      }),
      to: t.arg({ type: 'DateTime', description: 'Deliveries scheduled before; absent: all later ones.' }),
      first: t.arg.int({
        description: `How many groups; at most ${PAGE_SIZE.most}, ${PAGE_SIZE.usual} unless told otherwise.`,
      }),
    },
    resolve: async (_root, { from, to, first }, context) => {
      const asked = { from: from ? new Date(from) : null, to: to ? new Date(to) : null };
      const window = failureWindow(context.app, asked);
      const groups = await groupFailures(context.app, organizationOf(context), window, groupCount(first));
      return groups.map((group) => ({ ...group, window }));
    },
  }),
);

function groupCount(first: number | null | undefined): number {
  const count = first ?? PAGE_SIZE.usual;
  if (count < 1 || count > PAGE_SIZE.most) throw new BadArgumentError(`\`first\` must be 1 to ${PAGE_SIZE.most}.`);
  return count;
}

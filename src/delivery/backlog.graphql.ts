/** GraphQL: what waits to be delivered. */

import { organizationOf } from '../context.ts';
import { builder } from '../graphql/builder.ts';
import { type Backlog, MOST_COUNTED, readBacklog } from './backlog.ts';

const DeliveryBacklogType = builder.objectRef<Backlog>('DeliveryBacklog').implement({
  description: 'What waits to be delivered.',
  fields: (t) => ({
    oldestDueAt: t.expose('oldestDueAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'Since when the oldest of the due ones has been due: how far deliveries are behind. Null when none is due.',
    }),
    due: t.exposeInt('due', {
      description: 'Deliveries that could be attempted now: not under way, and their destination not held.',
    }),
    pending: t.exposeInt('pending', {
      description: 'All deliveries that are pending, those included that are under way, due later or held.',
    }),
    isExact: t.exposeBoolean('isExact', {
      description: `Whether due and pending are all there are. False when one of them has reached ${MOST_COUNTED}: there may be more.`,
    }),
  }),
});

builder.queryField('deliveryBacklog', (t) =>
  t.field({
    type: DeliveryBacklogType,
    description: `What waits to be delivered in the organization. Counted up to ${MOST_COUNTED}, so it costs the same however much waits.`,
    authScopes: { may: 'readDeliveries' },
    complexity: { field: 500, multiplier: 1 },
    resolve: (_root, _args, context) => readBacklog(context.app, organizationOf(context)),
  }),
);

/** GraphQL: the deliveries of a webhook. */

import type { GraphQLResolveInfo } from 'graphql';
import type { Prisma } from '../../prisma/client/client.ts';
import { type Context, organizationOf } from '../context.ts';
import { builder } from '../graphql/builder.ts';
import './delivery.graphql.ts';
import { joinSearch } from './webhook-deliveries.ts';

builder.prismaObjectField('Webhook', 'deliveries', (t) =>
  t.prismaConnection({
    type: 'Delivery',
    cursor: 'id',
    description: 'Its deliveries, newest first.',
    authScopes: { may: 'readDeliveries' },
    resolve: ({ cursor, take, skip: _, ...selection }, webhook, _args, context: Context, info) => {
      const organizationId = organizationOf(context);
      const page = { cursor: cursor?.id ?? null, take };
      const asked: Prisma.DeliveryFindManyArgs = selection; // which may be a `select`, whatever its type says
      // Even of those of which the cursors alone are wanted it must be known whose they are.
      const query = asked.select ? { select: { ...asked.select, webhookId: true } } : selection;
      return joinSearch(context.app, context, `${placeOf(info.path)} ${JSON.stringify(page)}`, {
        organizationId,
        webhookId: webhook.id,
        page,
        read: (ids) =>
          context.app.db.prisma.delivery.findMany({ ...query, where: { id: { in: ids }, organizationId } }),
      });
    },
  }),
);

/** Where in the operation a field is, which is where the same is selected: its path without the places in lists. */
function placeOf(path: GraphQLResolveInfo['path'] | undefined): string {
  if (!path) return '';
  return typeof path.key === 'number' ? placeOf(path.prev) : `${placeOf(path.prev)}.${path.key}`;
}

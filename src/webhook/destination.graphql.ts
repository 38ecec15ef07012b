/** GraphQL: `Destination`, where deliveries queue. */

import { type Destination, HoldReason, type Prisma } from '../../prisma/client/client.ts';
import { builder } from '../graphql/builder.ts';

const HoldReasonEnum = builder.enumType('HoldReason', {
  description: 'Why a destination gets nothing for now.',
  values: {
    DISABLED: { value: HoldReason.DISABLED, description: 'The webhook is disabled.' },
    RETRY_AFTER: { value: HoldReason.RETRY_AFTER, description: 'The receiver asked for a pause.' },
    BREAKER: {
      value: HoldReason.BREAKER,
      description: 'Too many of the last attempts failed. When the hold ends, it is tried with a single request.',
    },
    LOCAL_FAULT: {
      value: HoldReason.LOCAL_FAULT,
      description: 'A fault on our side, or what may be one, kept requests from being made; nobody is charged with it.',
    },
  },
});

const HEALTH = {
  WELL: 'Deliveries go out.',
  FAILING: 'Deliveries go out, and every attempt since failingSince failed.',
  HELD: 'It gets nothing for now; holdReason says why.',
  RECOVERING:
    'It was held for failures or for a fault on our side, or was enabled after failing; few attempts are allowed at once, and more with each success.',
} as const;

/** `DestinationHealth`. */
export const DestinationHealthEnum = builder.enumType('DestinationHealth', {
  description: 'How a destination is doing.',
  // One value per key: the same keys, which `Object.fromEntries` forgets.
  values: Object.fromEntries(Object.entries(HEALTH).map(([name, description]) => [name, { description }])) as {
    [Name in keyof typeof HEALTH]: { description: string };
  },
});

/** How a destination is doing. */
export type DestinationHealth = keyof typeof HEALTH;

/** Finds the destinations that are doing so at `now`, as {@link healthOf} says of each. */
export function whereHealth(health: DestinationHealth, now: Date): Prisma.DestinationWhereInput {
  if (health === 'HELD') return { holdUntil: { gt: now } };
  const isNotHeld = { OR: [{ holdUntil: null }, { holdUntil: { lte: now } }] };
  if (health === 'RECOVERING') return { ...isNotHeld, recoveryConcurrency: { not: null } };
  return { ...isNotHeld, recoveryConcurrency: null, failingSince: health === 'FAILING' ? { not: null } : null };
}

function healthOf(
  {
    holdUntil,
    recoveryConcurrency,
    failingSince,
  }: Pick<Destination, 'holdUntil' | 'recoveryConcurrency' | 'failingSince'>,
  now: Date,
): DestinationHealth {
  if (holdUntil && holdUntil > now) return 'HELD';
  if (recoveryConcurrency !== null) return 'RECOVERING';
  return failingSince ? 'FAILING' : 'WELL';
}

builder.prismaNode('Destination', {
  description: 'Where deliveries queue: one per managed webhook, one per origin of basic URLs.',
  authScopes: { may: 'readWebhooks' },
  id: { field: 'id', description: 'Opaque.' },
  fields: (t) => ({
    origin: t.exposeString('origin', {
      nullable: true,
      description: 'Scheme, host and port of basic URLs; null for a managed webhook.',
    }),
    health: t.field({
      type: DestinationHealthEnum,
      description: 'How it is doing.',
      select: { holdUntil: true, recoveryConcurrency: true, failingSince: true },
      resolve: (destination, _args, { app }) => healthOf(destination, app.clock.now()),
    }),
    holdReason: t.expose('holdReason', {
      type: HoldReasonEnum,
      nullable: true,
      description:
        'Why it gets nothing, or got nothing until holdUntil; null when it was never held, or its webhook was enabled since.',
    }),
    holdUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Until when it gets nothing, in the past when the hold is over; null when it was never held, is held until its webhook is enabled, or that was enabled since.',
      select: { holdUntil: true, holdReason: true },
      resolve: ({ holdUntil, holdReason }) => (holdReason === 'DISABLED' ? null : holdUntil),
    }),
    failingSince: t.expose('failingSince', {
      type: 'DateTime',
      nullable: true,
      description:
        'Since when every attempt has failed, but for faults on our side; null when the last one succeeded, there was none, or the webhook was enabled since.',
    }),
    concurrency: t.int({
      description: 'The most attempts made at once, over all dispatchers: fewer while it recovers.',
      select: { recoveryConcurrency: true },
      resolve: ({ recoveryConcurrency }, _args, { app }) => recoveryConcurrency ?? app.config.destinationConcurrency,
    }),
  }),
});

/** What a manager may say about a webhook. */

import { z } from 'zod';
import { EventType } from '../../prisma/client/client.ts';
import { globalId } from '../graphql/node-input.ts';
import { storableText } from '../lib/text.ts';
import { customHeaders } from './header.ts';

const MOST_FILTERS = 1_000;

const unique = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

const fields = {
  url: z.string(),
  description: storableText(0, 500),
  developmentMode: z.boolean(),
  importIdentifiers: z
    .array(storableText(1, 256))
    .max(MOST_FILTERS, `must be at most ${MOST_FILTERS}.`)
    .transform(unique),
  savedSchemaIds: z
    .array(globalId('SavedSchema'))
    .max(MOST_FILTERS, `must be at most ${MOST_FILTERS}.`)
    .transform(unique),
  events: z
    .array(z.enum(EventType))
    .min(1, 'must name at least one event; leave it out for all three.')
    .transform(unique),
  headers: customHeaders,
  retryScheduleSeconds: z
    .array(z.number().int().min(0, 'must not be negative.').max(2_592_000, 'must be at most 30 days.'))
    .max(100, 'must be at most 100 delays.'),
  maxAttemptsPerSecond: z
    .number()
    .refine((rate) => rate === 0 || (rate >= 0.01 && rate <= 10_000), 'must be from 0.01 to 10000, or 0 for no limit.'),
};

/** For clients, null and absent are the same. */
const withoutNulls = (input: unknown): unknown =>
  typeof input === 'object' && input !== null
    ? Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null))
    : input;

const listening = {
  developmentMode: fields.developmentMode,
  importIdentifiers: fields.importIdentifiers.default([]),
  savedSchemaIds: fields.savedSchemaIds.default([]),
  events: fields.events.default(Object.values(EventType)),
};

/** What a new webhook listens to, and nothing else about it; lists come out without repetitions. */
export const listeningInput = z.preprocess(withoutNulls, z.object(listening));

/** What a webhook listens to. */
export type ListeningInput = z.output<typeof listeningInput>;

/** Everything about a new webhook; lists come out without repetitions. */
export const webhookInput = z.preprocess(
  withoutNulls,
  z.object({
    ...fields,
    ...listening,
    description: fields.description.default(''),
    headers: fields.headers.default([]),
    retryScheduleSeconds: fields.retryScheduleSeconds.default([]),
    maxAttemptsPerSecond: fields.maxAttemptsPerSecond.default(0),
  }),
);

/** The settings of a new webhook. */
export type WebhookInput = z.output<typeof webhookInput>;

/** The same, all optional: what is left out stays as it is. */
export const webhookChanges = z.preprocess(withoutNulls, z.object(fields).partial());

/** Changes of a webhook. */
export type WebhookChanges = z.output<typeof webhookChanges>;

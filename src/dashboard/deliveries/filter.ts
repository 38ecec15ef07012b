/** Which deliveries a page is about, as its address says it: the same for lists of deliveries and for replays. */

import type {
  DeliveryErrorCode,
  DeliveryFilter,
  DeliveryStatus,
  EventType,
  FailureGroupsQuery,
  ReplayFilterInput,
  ReplayProgressFragment,
} from '../../../schema/generated/graphql.ts';
import { ERRORS, STATUSES } from '../log/words.ts';
import { readInstant } from '../look/instant-field.tsx';
import { EVENTS } from '../webhooks/words.ts';

/** Those that all of this is true of; what is empty or null does not matter. */
export interface Filter {
  readonly statuses: readonly DeliveryStatus[];
  readonly webhookId: string | null;
  /** The importer's own id. */
  readonly importId: string | null;
  readonly eventTypes: readonly EventType[];
  /** Of the last attempt, as are the next. */
  readonly errorCodes: readonly DeliveryErrorCode[];
  readonly responseStatuses: readonly number[];
  /** The last replay that asked for it again. */
  readonly replayId: string | null;
  /** RFC 3339: scheduled then or later. */
  readonly from: string | null;
  /** RFC 3339: scheduled before. */
  readonly to: string | null;
}

/** What a replay can ask for again. */
export const REPLAYABLE: readonly DeliveryStatus[] = ['FAILED', 'DELIVERED', 'CANCELLED'];

/** The filter that an address names; what is unknown in it is left out. */
export function readFilter(search: URLSearchParams): Filter {
  return {
    statuses: search.getAll('status').filter((status): status is DeliveryStatus => Object.hasOwn(STATUSES, status)),
    webhookId: search.get('webhook'),
    importId: search.get('import'),
    eventTypes: search.getAll('event').filter((type): type is EventType => EVENTS.some((event) => event.type === type)),
    errorCodes: search.getAll('error').filter((code): code is DeliveryErrorCode => Object.hasOwn(ERRORS, code)),
    responseStatuses: readStatuses(search.getAll('answer').join()),
    replayId: search.get('replay'),
    from: readInstant(search.get('from')) ?? null,
    to: readInstant(search.get('to')) ?? null,
  };
}

/** The statuses of responses in a text such as `500, 503`; what is none is left out. */
export function readStatuses(text: string): readonly number[] {
  const numbers = text.split(/[\s,]+/).map(Number);
  return [...new Set(numbers)].filter((status) => Number.isInteger(status) && status >= 100 && status <= 599);
}

/** An address of `path` with `part` of a filter. Of `search` all is kept but where a list goes on. */
export function addressOf(path: string, part: Partial<Filter>, search?: URLSearchParams): string {
  return `${path}?${withFilter(search ?? new URLSearchParams(), part)}`;
}

/** `search` with `part` of its filter changed, and back on the first page. */
export function withFilter(search: URLSearchParams, part: Partial<Filter>): URLSearchParams {
  const { statuses, webhookId, importId, eventTypes, errorCodes, responseStatuses, replayId, from, to } = {
    ...readFilter(search),
    ...part,
  };
  const values: Readonly<Record<string, readonly (string | number | null)[]>> = {
    status: statuses,
    webhook: [webhookId],
    import: [importId],
    event: eventTypes,
    error: errorCodes,
    answer: responseStatuses,
    replay: [replayId],
    from: [from],
    to: [to],
  };
  const next = new URLSearchParams(search);
  next.delete('after');
  for (const [name, list] of Object.entries(values)) {
    next.delete(name);
    for (const value of list) if (value !== null && value !== '') next.append(name, String(value));
  }
  return next;
}

/** How many things are asked of the deliveries. */
export function countConditions(filter: Filter): number {
  return Object.values(filter).filter((value) => (Array.isArray(value) ? value.length > 0 : value !== null)).length;
}

/** The filter as `deliveries` takes it. */
export function deliveryFilterOf(filter: Filter): DeliveryFilter {
  return {
    statuses: orNull(filter.statuses),
    webhookId: filter.webhookId,
    importId: filter.importId,
    eventTypes: orNull(filter.eventTypes),
    errorCodes: orNull(filter.errorCodes),
    responseStatuses: orNull(filter.responseStatuses),
    replayId: filter.replayId,
    from: filter.from,
    to: filter.to,
  };
}

/** The filter as `startReplay` takes it: of what is finished. */
export function replayFilterOf(filter: Filter): ReplayFilterInput {
  return {
    statuses: orNull(filter.statuses.filter((status) => REPLAYABLE.includes(status))),
    webhookId: filter.webhookId,
    importId: filter.importId,
    eventTypes: orNull(filter.eventTypes),
    errorCodes: orNull(filter.errorCodes),
    responseStatuses: orNull(filter.responseStatuses),
    from: filter.from,
    to: filter.to,
  };
}

/** As the API answers with filters: null, or left out, for what does not matter. */
type Answered = LeftOut<ReplayProgressFragment['filter'] & FailureGroupsQuery['failureGroups'][number]['filter']>;
type LeftOut<Fields> = { readonly [Name in keyof Fields]?: Fields[Name] | null };

/** The filter of a replay, or of a group of failures, as pages have it. */
export function filterOf(filter: Answered): Filter {
  return {
    statuses: filter.statuses ?? [],
    webhookId: filter.webhookId ?? null,
    importId: filter.importId ?? null,
    eventTypes: filter.eventTypes ?? [],
    errorCodes: filter.errorCodes ?? [],
    responseStatuses: filter.responseStatuses ?? [],
    replayId: null,
    from: filter.from ?? null,
    to: filter.to ?? null,
  };
}

function orNull<Item>(items: readonly Item[]): Item[] | null {
  return items.length > 0 ? [...items] : null;
}

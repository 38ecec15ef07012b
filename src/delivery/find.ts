/** Finding deliveries: which statement answers a filter, and the ids of a page. */

import { DeliveryStatus, type EventType } from '../../prisma/client/client.ts';
import type { App } from '../app.ts';
import { type IdPage, type IdTime, idBounds } from '../lib/id-page.ts';
import { FIND_DELIVERIES, FINDING_SETTINGS, type Finder } from './find.sql.ts';
import { ERROR_CODES, type ErrorCode } from './outcome.ts';

/** Most statuses of responses in one filter: each is a walk of its own. */
export const MOST_RESPONSE_STATUSES = 50;

/**
 * Which deliveries; what is null does not matter. Lists have no repetitions, and an empty one matches nothing. The time is
 * the one in the id, that of scheduling.
 */
export interface DeliveryFilter extends IdTime {
  readonly statuses: readonly DeliveryStatus[] | null;
  readonly webhookId: string | null;
  /** The importer's own id. */
  readonly importId: string | null;
  readonly eventTypes: readonly EventType[] | null;
  readonly errorCodes: readonly ErrorCode[] | null;
  readonly responseStatuses: readonly number[] | null;
  /** The last replay that asked for it again. */
  readonly replayId: string | null;
}

/**
 * The ids of a page of the deliveries of an organization, newest first. What is scheduled meanwhile moves nothing: a page
 * that begins after a cursor has what is older than the cursor, whenever it is asked for.
 *
 * Costs what the statements of `find.sql.ts` cost, independent of how many deliveries there are.
 */
export async function findDeliveries(
  { db }: Pick<App, 'db'>,
  organizationId: string,
  filter: DeliveryFilter,
  page: IdPage,
): Promise<string[]> {
  const { webhookId, eventTypes, responseStatuses, importId, replayId } = filter;
  const { above, below, limit, direction } = idBounds(page, filter);
  const found = await db.transaction(async (sql) => {
    await sql.query(FINDING_SETTINGS);
    const rows: { readonly id: string }[] = [];
    for (const { finder, statuses, errorCodes } of searchesFor(filter)) {
      const statement = FIND_DELIVERIES[finder][direction];
      const wanted = [statuses, webhookId, eventTypes, errorCodes, responseStatuses, importId, replayId];
      rows.push(...(await sql.query<{ id: string }>(statement, [organizationId, above, below, limit, ...wanted])));
    }
    return rows;
  });
  const ids = [...new Set(found.map(({ id }) => id))].toSorted(); // a UUID's text sorts as the UUID does
  return direction === 'asc' ? ids.slice(0, limit).reverse() : ids.reverse().slice(0, limit);
}

/** A statement, with the lists that it walks by. Several together have what the filter matches. */
interface Search extends Pick<DeliveryFilter, 'statuses' | 'errorCodes'> {
  readonly finder: Finder;
}

/** The statements that answer `filter`: those whose index leaves the fewest rows for the rest of the filter to look at. */
function searchesFor(filter: DeliveryFilter): Search[] {
  const { statuses, webhookId, importId, eventTypes, errorCodes, responseStatuses, replayId } = filter;
  if ([statuses, eventTypes, errorCodes, responseStatuses].some((list) => list?.length === 0)) return [];
  const by = (finder: Finder): Search[] => [{ finder, statuses, errorCodes }];
  if (importId !== null) return by('import');
  if (replayId !== null) return by('replay');
  if (webhookId !== null) return searchesInWebhook(filter);
  if (responseStatuses?.every(isFailure)) return by('responses');
  if (errorCodes) return by('errors');
  if (responseStatuses) return by('responses');
  if (statuses && statuses.length < ALL_STATUSES) return by('statuses');
  if (eventTypes && !eventTypes.includes('IMPORT_COMPLETED')) return by('eventTypes');
  return by('all');
}

const ALL_STATUSES = Object.keys(DeliveryStatus).length;

/** Whether it means that the attempt failed, so that the delivery has an error as well. */
const isFailure = (responseStatus: number): boolean => responseStatus < 200 || responseStatus > 299;

function searchesInWebhook({ statuses, errorCodes, responseStatuses }: DeliveryFilter): Search[] {
  if (errorCodes) return [{ finder: 'webhookErrors', statuses, errorCodes }];
  if (responseStatuses?.every(isFailure)) return [{ finder: 'webhookErrors', statuses, errorCodes: ALL_ERRORS }];
  if (!statuses || statuses.length === ALL_STATUSES) return [{ finder: 'webhook', statuses, errorCodes }];
  return statuses.map((status) => ({ ...SEARCH_IN_WEBHOOK[status], statuses: [status] }));
}

const ALL_ERRORS = Object.keys(ERROR_CODES) as ErrorCode[]; // its keys are the codes

/** Deliveries that are called off are rare, and found among those of all webhooks. */
const SEARCH_IN_WEBHOOK: Readonly<Record<DeliveryStatus, Omit<Search, 'statuses'>>> = {
  PENDING: { finder: 'webhookPending', errorCodes: null },
  DELIVERED: { finder: 'webhook', errorCodes: null },
  FAILED: { finder: 'webhookErrors', errorCodes: ALL_ERRORS },
  CANCELLED: { finder: 'statuses', errorCodes: null },
  SUPERSEDED: { finder: 'statuses', errorCodes: null },
};

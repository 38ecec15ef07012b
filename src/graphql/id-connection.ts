/** Connections (Relay) over lists that Prisma does not read, with the same cursors and rules as those that it does. */

import type { IdPage } from '../lib/id-page.ts';
import { PAGE_SIZE } from './connection.ts';

/** What a client asks of a connection; `fieldCost` has checked it. */
interface ConnectionArguments {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
}

/** The page that is asked for, and one row more, which tells whether there are more. */
export function pageOf({ first, last, after, before }: ConnectionArguments): IdPage {
  const size = (first ?? last ?? PAGE_SIZE.usual) + 1;
  const cursor = after ?? before;
  return { cursor: cursor ? idOf(cursor) : null, take: isBackward({ last, before }) ? -size : size };
}

const isBackward = ({ last, before }: ConnectionArguments): boolean =>
  typeof last === 'number' || typeof before === 'string';

/** The connection of the `rows` that were read for {@link pageOf}, newest first. */
export function connectionOf<Row extends { readonly id: string }>(args: ConnectionArguments, rows: readonly Row[]) {
  const hasMore = rows.length === Math.abs(pageOf(args).take);
  const backward = isBackward(args);
  const nodes = hasMore ? rows.slice(backward ? 1 : 0, backward ? undefined : -1) : rows;
  const edges = nodes.map((node) => ({ cursor: cursorOf(node.id), node }));
  return {
    edges,
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: backward ? typeof args.before === 'string' : hasMore,
      hasPreviousPage: backward ? hasMore : typeof args.after === 'string',
    },
  };
}

const PREFIX = 'GPC:S:';

const cursorOf = (id: string): string => Buffer.from(`${PREFIX}${id}`).toString('base64');

const idOf = (cursor: string): string => Buffer.from(cursor, 'base64').toString('latin1').slice(PREFIX.length);

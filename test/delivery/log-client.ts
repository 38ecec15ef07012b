/** A client of the delivery log that pages, subscribes and leaves as it likes, and remembers what it has seen. */

import type { Caller, Watching } from '../support/client.ts';
import { readPage, type SeenEntry, type SeenPage, type transports, WATCH_LOG, WATCH_PAGES } from './log-entries.ts';

/** How it reads. */
export interface ClientOptions {
  readonly caller: Caller;
  readonly watch: (typeof transports)[number]['watch'];
  /** Whether it subscribes to entries or to pages. */
  readonly takes: 'entries' | 'pages';
  readonly filter: object;
  /** Where it begins. */
  readonly after: string;
}

/** One such client. */
export interface LogClient {
  readonly isSubscribed: boolean;
  /** Subscribes from where it is, unless it has already. */
  subscribe(): void;
  /** Ends its subscription. What has arrived until then counts as seen, and nothing else. */
  leave(): Promise<void>;
  /** Leaves, and reads on by the query. */
  page(first: number): Promise<void>;
  /** The cursors of all that it has seen, once `last` is among them. */
  readUntil(last: string | undefined): Promise<readonly string[]>;
}

/** A client that has seen nothing yet. */
export function createLogClient({ caller, watch, takes, filter, after: start }: ClientOptions): LogClient {
  const seen: string[] = [];
  let after = start;
  let watching: Watching<SeenPage> | Watching<SeenEntry> | undefined;

  function subscribe(): void {
    const variables = { after, filter };
    watching ??=
      takes === 'pages'
        ? watch<SeenPage>(caller, WATCH_PAGES, variables)
        : watch<SeenEntry>(caller, WATCH_LOG, variables);
  }

  async function leave(): Promise<void> {
    if (!watching) return;
    const arrived = watching.seen.map((item) => pageOf(item));
    await watching.close();
    const error = await watching.ended;
    if (error !== undefined) throw new Error(`the subscription ended: ${JSON.stringify(error)}`);
    watching = undefined;
    for (const page of arrived) take(page);
  }

  function take({ entries, endCursor }: Pick<SeenPage, 'entries' | 'endCursor'>): void {
    seen.push(...entries.map(({ cursor }) => cursor));
    after = endCursor;
  }

  return {
    get isSubscribed() {
      return watching !== undefined;
    },
    subscribe,
    leave,
    async page(first) {
      await leave();
      take(await readPage(caller, { after, first, filter }));
    },
    async readUntil(last) {
      if (last !== undefined && !seen.includes(last)) {
        subscribe();
        const isThere = ({ entries }: Pick<SeenPage, 'entries'>) => entries.some(({ cursor }) => cursor === last);
        await watching?.until((items) => items.some((item) => isThere(pageOf(item))));
      }
      await leave();
      return seen;
    },
  };
}

/** An entry is a page of one. */
function pageOf(item: SeenPage | SeenEntry): Pick<SeenPage, 'entries' | 'endCursor'> {
  return 'entries' in item ? item : { entries: [item], endCursor: item.cursor };
}

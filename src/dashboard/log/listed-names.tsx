/** What the webhooks of a long list are called: asked for together, for the rows that are seen, and a bounded number kept. */

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from 'react';
import { WebhookNamesDocument, type WebhookNamesQuery } from '../../../schema/generated/graphql.ts';
import type { Api } from '../api/client.ts';
import { useSession } from '../sign-in/session.tsx';
import { webhookName } from '../webhooks/words.ts';

/** Names asked for at once: a page of webhooks. There are fewer rows than that. */
const MOST_AT_ONCE = 100;

/** Names that are kept, those that were asked for last. */
const MOST_KEPT = 2_000;

/** How long is waited for more to ask for, in milliseconds, and until it is tried again when there was no answer. */
const TOGETHER_MS = 50;
const AGAIN_MS = 2_000;

interface Names {
  /** `undefined` while it is not known. */
  get(id: string): string | undefined;
  /** Sees to it that it will be known, unless a hundred others are wanted after it. */
  want(id: string): void;
  subscribe(listener: () => void): () => void;
  close(): void;
}

const NamesContext = createContext<Names | undefined>(undefined);

/** Around the list. */
export function NamesOfWebhooks({ children }: { children: ReactNode }) {
  const { api } = useSession();
  const names = useMemo(() => createNames(api), [api]);
  useEffect(() => () => names.close(), [names]);
  return <NamesContext value={names}>{children}</NamesContext>;
}

/** A webhook by its name; only below {@link NamesOfWebhooks}. */
export function ListedWebhookName({ id }: { id: string }) {
  const names = useContext(NamesContext);
  if (!names) throw new Error('nobody asks for names here');
  const name = useSyncExternalStore(
    names.subscribe,
    useCallback(() => names.get(id), [names, id]),
  );
  useEffect(() => {
    if (name === undefined) names.want(id);
  }, [names, id, name]);
  return name ?? '…';
}

/** They come over the socket and not through the cache, which would keep what each question was. */
function createNames({ socket }: Pick<Api, 'socket'>): Names {
  const listeners = new Set<() => void>();
  const known = new Map<string, string>();
  /** Wanted and not asked for yet, the latest last. */
  const wanted = new Set<string>();
  let isAsking = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};

  function ask(): void {
    timer = undefined;
    const ids = [...wanted].slice(-MOST_AT_ONCE);
    wanted.clear();
    if (ids.length === 0) return;
    isAsking = true;
    let isAnswered = false;
    const finish = () => {
      isAsking = false;
      if (!isAnswered) for (const id of ids) wanted.add(id);
      timer = setTimeout(ask, isAnswered ? TOGETHER_MS : AGAIN_MS);
    };
    stop = socket.subscribe<WebhookNamesQuery>(
      { query: WebhookNamesDocument.toString(), variables: { ids } },
      {
        next({ data }) {
          if (!data) return;
          isAnswered = true;
          keep(ids, data);
        },
        error: finish,
        complete: finish,
      },
    );
  }

  function keep(ids: readonly string[], { webhooks }: WebhookNamesQuery): void {
    const found = new Map(webhooks.edges.map(({ node }) => [node.id, webhookName(node)]));
    for (const id of ids) known.set(id, found.get(id) ?? 'deleted webhook');
    for (const [id] of known) {
      if (known.size <= MOST_KEPT) break;
      known.delete(id);
    }
    for (const listener of listeners) listener();
  }

  return {
    get: (id) => known.get(id),
    want(id) {
      wanted.delete(id);
      wanted.add(id);
      if (!isAsking) timer ??= setTimeout(ask, TOGETHER_MS);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      wanted.clear();
      clearTimeout(timer);
      stop();
    },
  };
}

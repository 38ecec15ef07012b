/** The API key of this tab: kept for the session only, and never in an address. */

const NAME = 'posthorn.key';

/** Where a key may have come from. */
export interface Keys {
  /** By the address, as in the URL that a new server prints. A link of anybody's may have it, also one that is none. */
  readonly given: string | undefined;
  /** The one that this tab has signed in with. */
  readonly kept: string | undefined;
}

/**
 * The key of `#key=…`, and the one that was kept. The fragment is removed from the address bar and from the history;
 * servers never see it.
 */
export function takeKeys(): Keys {
  const [, given] = /^#key=(.*)$/.exec(location.hash) ?? [];
  if (given !== undefined) history.replaceState(null, '', location.origin + location.pathname + location.search);
  return { given, kept: sessionStorage.getItem(NAME) ?? undefined };
}

/** Keeps it until the tab is closed. */
export function keepKey(key: string): void {
  sessionStorage.setItem(NAME, key);
}

/** Forgets it. */
export function forgetKey(): void {
  sessionStorage.removeItem(NAME);
}

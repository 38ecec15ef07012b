/** The API key of this tab: kept for the session only, and never in an address. */

const NAME = 'posthorn.key';

/**
 * The key of `#key=…`, as in the URL that a new server prints, or the one that this tab has. The fragment is removed
 * from the address bar and from the history; servers never see it.
 */
export function takeKey(): string | undefined {
  const [, given] = /^#key=([^&]+)$/.exec(location.hash) ?? [];
  if (!given) return sessionStorage.getItem(NAME) ?? undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return given;
}

/** Keeps it until the tab is closed. */
export function keepKey(key: string): void {
  sessionStorage.setItem(NAME, key);
}

/** Forgets it. */
export function forgetKey(): void {
  sessionStorage.removeItem(NAME);
}

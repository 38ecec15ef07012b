/** Whether the window is as narrow as a telephone. */

import { useSyncExternalStore } from 'react';

const query = matchMedia('(max-width: 760px)');

function subscribe(listener: () => void): () => void {
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** True up to 760 pixels, as in the style sheets. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => query.matches);
}

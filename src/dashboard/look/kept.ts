/** What was last known, while nothing newer is. */

import { useRef } from 'react';

/** `value`, or the last one there was: so that a page which asks again in vain still shows what it has. */
export function useKept<Value>(value: Value | undefined): Value | undefined {
  const kept = useRef(value);
  if (value !== undefined) kept.current = value;
  return kept.current;
}

/** What is typed, and takes effect once one pauses. */

import { useEffect, useRef, useState } from 'react';

/** How long a pause is, in milliseconds. */
const PAUSE_MS = 250;

/**
 * What is in the field, and how to change it. `commit` gets it, trimmed, after a pause. When `value` changes from outside, it
 * replaces what is typed.
 */
export function useTyped(value: string, commit: (text: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(commit);
  latest.current = commit;

  useEffect(() => {
    clearTimeout(timer.current);
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return [
    text,
    (next) => {
      setText(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => latest.current(next.trim()), PAUSE_MS);
    },
  ];
}

/** `text` as it was when it last stayed the same for a pause. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** A field for an instant: typed in the reader's own zone, kept in UTC. */

import { TextInput } from '@mantine/core';
import { utc } from './time.tsx';
import { useTyped } from './typed.ts';

/** See {@link InstantField}. */
export interface InstantFieldProps {
  /** What it bounds, for those who do not see the word in it. */
  readonly label: string;
  /** Stands in the field, before the instant. */
  readonly word: string;
  /** ISO 8601 in UTC, or `undefined` for none. */
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

/** To the minute; takes effect once one pauses, for a year is typed digit by digit. */
export function InstantField({ label, word, value, onChange }: InstantFieldProps) {
  const [text, setText] = useTyped(value ? localOf(value) : '', (typed) => onChange(readInstant(typed)));
  return (
    <TextInput
      type="datetime-local"
      max="9999-12-31T23:59"
      aria-label={label}
      title={value && utc(value)}
      leftSection={<span className="quiet small">{word}</span>}
      leftSectionWidth="3.25rem"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}

/** The instant that a text names, as the API takes it; `undefined` when it names none. */
export function readInstant(text: string | null): string | undefined {
  const time = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** `2026-11-22T05:42`, the reader's own time to the minute, as the browser's own field wants it. */
export function localOf(instant: string): string {
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

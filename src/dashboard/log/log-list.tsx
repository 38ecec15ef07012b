/** The entries of the log as a list of which only the visible part exists. */

import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { LogEntryFragment } from '../../../schema/generated/graphql.ts';
import { useNarrow } from '../look/narrow.ts';
import { GapRow } from './log-gap.tsx';
import { LogRow } from './log-row.tsx';
import { isGap, type LogItem } from './log-window.ts';

/** Heights of a row, in pixels: on one line, and on the three that a narrow window takes. */
const ROW = 42;
const NARROW_ROW = 88;

/** See {@link LogList}. */
export interface LogListProps {
  readonly entries: readonly LogItem[];
  readonly addressOf: (entry: LogEntryFragment) => string;
  /** Somebody has begun to read: scrolled away from the top, or moved into the list. */
  readonly onReading: () => void;
  /** Changes when the newest entries are to be shown again. */
  readonly top: number;
}

/** Newest first. The arrow keys move from row to row, Home and End to the ends. */
export function LogList({ entries, addressOf, onReading, top }: LogListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const height = narrow ? NARROW_ROW : ROW;
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => entries[index]?.cursor ?? index,
    overscan: 8,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `rows` is another object each time it is drawn
  useEffect(() => rows.measure(), [height]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `top` says when
  useEffect(() => void scroller.current?.scrollTo({ top: 0 }), [top]);

  function move(event: KeyboardEvent) {
    const focused = document.activeElement?.closest('li')?.getAttribute('data-index');
    const step = { ArrowDown: 1, ArrowUp: -1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }[
      event.key
    ];
    if (step === undefined || focused === null || focused === undefined) return;
    event.preventDefault();
    onReading();
    const index = Math.min(Math.max(Number(focused) + step, 0), entries.length - 1);
    rows.scrollToIndex(index);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] > *`)?.focus());
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move between the links in it
    <div
      ref={scroller}
      className="log-list card"
      onKeyDown={move}
      onScroll={({ currentTarget }) => currentTarget.scrollTop > height / 2 && onReading()}
    >
      <ol className="log-rows" aria-label="Entries, newest first" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start, size }) => {
          const entry = entries[index];
          return (
            entry && (
              <li
                key={key}
                data-index={index}
                aria-setsize={entries.length}
                aria-posinset={index + 1}
                style={{ transform: `translateY(${start}px)`, height: size }}
              >
                {isGap(entry) ? <GapRow gap={entry} /> : <LogRow entry={entry} address={addressOf(entry)} />}
              </li>
            )
          );
        })}
      </ol>
    </div>
  );
}

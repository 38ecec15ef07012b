/** A word with a colour that says how good the news is. The word says it too. */

import type { ReactNode } from 'react';

/** From best to worst, and what is none of it. */
export type Tone = 'good' | 'waiting' | 'warning' | 'bad' | 'plain' | 'test';

/** The word. */
export function Tag({
  tone,
  icon,
  children,
  title,
}: {
  tone: Tone;
  icon?: ReactNode;
  children: ReactNode;
  title?: string;
}) {
  return (
    <span className={`tag tag-${tone}`} title={title}>
      {icon}
      {children}
    </span>
  );
}

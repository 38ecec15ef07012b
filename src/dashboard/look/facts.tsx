/** What something is, as names with their values: for a `<dl className="facts">`. */

import type { ReactNode } from 'react';

/** One of them. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Several names as a value, or that there are none. */
export function Names({ names }: { names: readonly string[] }) {
  if (names.length === 0) return <span className="quiet">None</span>;
  return (
    <span className="names">
      {names.map((name) => (
        <code key={name}>{name}</code>
      ))}
    </span>
  );
}

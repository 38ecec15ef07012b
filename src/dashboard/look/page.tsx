/** What every page has: a title, a heading that gets the focus, and ways to say that there is nothing yet, or a problem. */

import { Alert, Button, Skeleton } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

/** Sets the title of the tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Posthorn`;
  }, [title]);
}

/** A page: its heading, what can be done with all of it, and its content. */
export function Page({
  title,
  lead,
  actions,
  children,
}: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(title);
  // Screen readers are told where they are when the page changes; the first one is read from the top anyway.
  useEffect(() => {
    if (isNavigated) heading.current?.focus();
    isNavigated = true;
  }, []);
  return (
    <>
      <header className="page-header">
        <div className="page-heading">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <p className="quiet">{lead}</p>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}

let isNavigated = false;

/** There is nothing here yet, and what to do about it. */
export function Empty({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      <p className="quiet">{children}</p>
      {action}
    </div>
  );
}

/** Something went wrong: the sentence, and a way to try again. */
export function Problem({ children, again }: { children: ReactNode; again?: () => void }) {
  return (
    <Alert color="red" role="alert">
      <div className="problem">
        <span>{children}</span>
        {again && (
          <Button size="compact-sm" variant="default" onClick={again}>
            Try again
          </Button>
        )}
      </div>
    </Alert>
  );
}

/** Rows that are still being loaded. */
export function LoadingRows({ count = 5, height = 56 }: { count?: number; height?: number }) {
  return (
    <div className="loading" role="status" aria-label="Loading">
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Skeleton key={index} height={height} radius="md" />
      ))}
    </div>
  );
}

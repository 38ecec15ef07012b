/** Something that can be done by those who may; to others it says why not. */

import { Button, type ButtonProps } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { isRefused, type Refused } from '../api/ask.ts';

/** See {@link Action}. */
export interface ActionProps extends Omit<ButtonProps, 'onClick' | 'children'> {
  /** Does it. A refusal is shown by `onRefused`. */
  readonly run: () => unknown;
  readonly onRefused?: (refused: Refused) => void;
  /** Why it cannot be done; absent: it can. */
  readonly whyNot?: string | undefined;
  readonly children: ReactNode;
}

/** A button that is busy while its work is under way. When it may not be used it stays in reach, so that it can say why. */
export function Action({ run, onRefused, whyNot, children, ...props }: ActionProps) {
  const [busy, setBusy] = useState(false);

  async function act() {
    if (whyNot || busy) return;
    setBusy(true);
    const answer = await run();
    setBusy(false);
    if (isRefused(answer)) onRefused?.(answer);
  }

  return (
    <Button
      {...props}
      loading={busy}
      data-disabled={whyNot ? true : undefined}
      aria-disabled={!!whyNot}
      title={whyNot}
      onClick={act}
    >
      {children}
    </Button>
  );
}

/** The same for what is done on another page: a link, or for those who may not go on there why not. */
export function LinkAction({
  href,
  whyNot,
  children,
  ...props
}: Omit<ButtonProps, 'children'> & { href: string; whyNot?: string | undefined; children: ReactNode }) {
  if (!whyNot) {
    return (
      <Button {...props} component={Link} href={href}>
        {children}
      </Button>
    );
  }
  return (
    <Button {...props} data-disabled aria-disabled title={whyNot}>
      {children}
    </Button>
  );
}

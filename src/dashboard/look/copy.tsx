/** Texts to take along: a value with a button that copies it. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { Check, Copy } from './icons.tsx';

/** A button that copies `text`; `what` names it for those who do not see what it is beside. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState<boolean>();

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Browsers give the clipboard to pages on https and on this machine only.
      setCopied(false);
    }
  }

  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={copied ? <Check /> : <Copy />}
      aria-label={copied ? `Copied ${what}` : `Copy ${what}`}
      onClick={copy}
      onBlur={() => setCopied(undefined)}
    >
      <span aria-live="polite">{copied === false ? 'Select it and copy by hand' : copied ? 'Copied' : 'Copy'}</span>
    </Button>
  );
}

/** Code, or a text in it, with its button. */
export function Copyable({ text, what, children = text }: { text: string; what: string; children?: string }) {
  return (
    <div className="copyable">
      <section aria-label={what}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must be reachable by keyboard */}
        <pre tabIndex={0}>{children}</pre>
      </section>
      <CopyButton text={text} what={what} />
    </div>
  );
}

/** What is said where the log has a gap: that entries are missing, which, and why. */

import { Alert } from '@mantine/core';
import { LogTime } from '../look/time.tsx';
import type { LogGap } from './log-window.ts';

/** Above the list, until somebody has taken note of it. */
export function GapNotice({ gap, dismiss }: { gap: LogGap; dismiss: () => void }) {
  return (
    <Alert
      color="yellow"
      role="status"
      className="log-gap-notice"
      withCloseButton
      closeButtonLabel="I have seen it"
      onClose={dismiss}
    >
      <strong>{gap.gap === 'UNKNOWN' ? 'The log is another than it was.' : 'Entries are missing.'}</strong>{' '}
      {WHY[gap.gap]} <Missing gap={gap} />
    </Alert>
  );
}

/** In the list, at the place of the gap. */
export function GapRow({ gap }: { gap: LogGap }) {
  return (
    <p className="log-gap" tabIndex={-1}>
      <span>
        <Missing gap={gap} />
      </span>
    </p>
  );
}

const WHY = {
  EXPIRED: 'The server does not keep what came next any more: it was older than it keeps the log.',
  UNKNOWN: 'The server has lost the end of its log, as when its database is restored from a backup.',
  SKIPPED: 'More has happened without a connection than this page can show, so it goes on with the latest.',
} as const;

function Missing({ gap: { gap, from, to } }: { gap: LogGap }) {
  if (gap === 'UNKNOWN') return 'What was shown before this is gone, and may never have happened as far as it knows.';
  if (!from) return <>Not shown: what happened before {to ? <LogTime at={to} /> : 'now'}.</>;
  return (
    <>
      Not shown: what happened from <LogTime at={from} /> to {to ? <LogTime at={to} /> : 'now'}.
    </>
  );
}

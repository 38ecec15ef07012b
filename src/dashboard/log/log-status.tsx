/** Whether the log is live, and if not, why not. */

import { duration } from '../look/time.tsx';
import type { LogView } from './log-window.ts';

/** A dot and a few words, read out when they change. */
export function LogStatus({ view }: { view: LogView }) {
  const { tone, words } = describe(view);
  return (
    <span className={`log-status log-status-${tone}`} role="status">
      <i aria-hidden="true" />
      {words}
    </span>
  );
}

function describe({ following, isPaused, behindMs }: LogView): { tone: string; words: string } {
  if (following.is === 'failed') return { tone: 'bad', words: 'Not live' };
  if (following.is === 'connecting') return { tone: 'plain', words: 'Connecting' };
  if (following.is === 'waiting') {
    return {
      tone: 'warning',
      words: 'Connection lost. It goes on where it stopped once the server is back; nothing is missed.',
    };
  }
  if (isPaused) return { tone: 'plain', words: 'Paused while you read. What happens meanwhile is kept.' };
  if (behindMs > 0) return { tone: 'warning', words: `Catching up: ${duration(behindMs)} behind` };
  return { tone: 'good', words: 'Live' };
}

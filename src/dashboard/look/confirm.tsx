/** Asking before something is done that cannot be undone, and saying what it means. */

import { Button, Group, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Refused } from '../api/ask.ts';
import { Action } from './action.tsx';
import { Problem } from './page.tsx';

/** See {@link Confirm}. */
export interface ConfirmProps {
  readonly title: string;
  /** What it means. */
  readonly children: ReactNode;
  /** The verb, on the button. */
  readonly verb: string;
  readonly danger?: boolean;
  readonly run: () => Promise<unknown>;
  /** Closes it; it is open as long as it is there. */
  readonly close: () => void;
}

/** A dialog that does something or nothing. It stays open when that is refused, and says why. */
export function Confirm({ title, children, verb, danger = false, run, close }: ConfirmProps) {
  const [refused, setRefused] = useState<Refused>();
  return (
    <Modal opened onClose={close} title={title}>
      <div className="stack">
        <div>{children}</div>
        {refused && <Problem>{refused.message}</Problem>}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Keep it as it is
          </Button>
          <Action color={danger ? 'red' : undefined} run={run} onRefused={setRefused}>
            {verb}
          </Action>
        </Group>
      </div>
    </Modal>
  );
}

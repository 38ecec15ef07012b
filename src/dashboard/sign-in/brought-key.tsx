/** A link has brought a key, and somebody has signed in with another one. */

import { Button, Group, Modal } from '@mantine/core';
import type { KnownKey, NoKey, Viewer } from './ask-who.ts';

/** What came of asking whose the key is. */
export type Brought = KnownKey | NoKey;

/** Says what the link was about, and leaves the choice to whoever is `present`. */
export function BroughtKey({
  brought,
  present,
  stay,
  accept,
}: {
  brought: Brought;
  present: Viewer;
  stay: () => void;
  accept: (key: string) => void;
}) {
  if ('why' in brought) return <UnusedLink why={brought.why} present={present} stay={stay} />;
  return <OfferedKey viewer={brought.viewer} stay={stay} accept={() => accept(brought.key)} />;
}

/** Asks whether to go on with it: a link can be anybody's, and so can the organization that its key is of. */
function OfferedKey({ viewer, stay, accept }: { viewer: Viewer; stay: () => void; accept: () => void }) {
  return (
    <Modal opened onClose={stay} title={`Sign in as ${nameOf(viewer)}?`}>
      <div className="stack">
        <p>
          The link that you followed has a key in it. If you did not expect that, stay: what you make after switching
          belongs to whoever the key is from.
        </p>
        <Group justify="flex-end">
          <Button variant="default" onClick={stay}>
            Stay
          </Button>
          <Button onClick={accept}>Switch</Button>
        </Group>
      </div>
    </Modal>
  );
}

function UnusedLink({ why, present, stay }: { why: string; present: Viewer; stay: () => void }) {
  return (
    <Modal opened onClose={stay} title="The link was not used">
      <div className="stack">
        <p>{why}</p>
        <p>You are still signed in as {nameOf(present)}.</p>
        <Group justify="flex-end">
          <Button onClick={stay}>Stay</Button>
        </Group>
      </div>
    </Modal>
  );
}

function nameOf({ keyName, organization }: Viewer): string {
  return organization ? `${keyName} of ${organization.name}` : keyName;
}

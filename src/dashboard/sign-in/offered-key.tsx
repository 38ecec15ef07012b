/** A link has brought a key, and somebody has signed in with another one. */

import { Button, Group, Modal } from '@mantine/core';
import type { ViewerQuery } from '../../../schema/generated/graphql.ts';

/** A key that a link has brought, and whose it is. */
export interface Offer {
  readonly key: string;
  readonly viewer: ViewerQuery['viewer'];
}

/** Asks whether to go on with it: a link can be anybody's, and so can the organization that its key is of. */
export function OfferedKey({ offer, stay, accept }: { offer: Offer; stay: () => void; accept: () => void }) {
  const { keyName, organization } = offer.viewer;
  const whose = organization ? `${keyName} of ${organization.name}` : keyName;
  return (
    <Modal opened onClose={stay} title={`Sign in as ${whose}?`}>
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

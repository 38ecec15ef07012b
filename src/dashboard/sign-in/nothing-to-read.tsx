/** For keys that may do something, but nothing that this dashboard shows. */

import { Button } from '@mantine/core';
import { Empty, Page } from '../look/page.tsx';
import { useSession } from './session.tsx';

/** Says what the key is for, and which one to sign in with. */
export function NothingToRead() {
  const { viewer, signOut } = useSession();
  const purpose =
    viewer.role === 'ROOT'
      ? 'A root key makes organizations, and sees what is in none of them.'
      : 'An importer’s key reports imports, and reads nothing.';
  return (
    <Page title="Nothing to show">
      <Empty title={purpose} action={<Button onClick={() => signOut()}>Sign in with another key</Button>}>
        Reading webhooks and deliveries takes a key with the role OPERATOR, MANAGER or ADMIN of an organization.
      </Empty>
    </Page>
  );
}

/** Giving a webhook a new secret while the old one goes on signing for a while. */

import { Modal, Select } from '@mantine/core';
import { useState } from 'react';
import { RotateWebhookSecretDocument } from '../../../schema/generated/graphql.ts';
import { isRefused, useDo } from '../api/ask.ts';
import { Confirm } from '../look/confirm.tsx';
import { SecretShown } from './secret-shown.tsx';
import { webhookName } from './words.ts';

const OVERLAPS = [
  { value: '0', label: 'None: the old one ends at once' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '7 days' },
];

/** The dialog: first how gently, then the new secret, once. */
export function RotateSecret({
  webhook,
  close,
}: {
  webhook: { readonly id: string; readonly url: string; readonly description: string };
  close: () => void;
}) {
  const rotate = useDo(RotateWebhookSecretDocument);
  const [overlap, setOverlap] = useState('86400');
  const [secret, setSecret] = useState<string>();

  async function run() {
    const answer = await rotate({ input: { webhookId: webhook.id, overlapSeconds: Number(overlap) } });
    if (!isRefused(answer) && 'secret' in answer) setSecret(answer.secret);
    return answer;
  }

  if (secret) {
    return (
      <Modal opened onClose={close} title="The new secret" size="lg" closeOnClickOutside={false}>
        <SecretShown secret={secret} done={close} />
      </Modal>
    );
  }
  return (
    <Confirm title={`Rotate the secret of ${webhookName(webhook)}?`} verb="Rotate secret" run={run} close={close}>
      <div className="stack">
        <p>
          Its requests are signed with a new secret from now on. During the overlap they carry the signature of the old
          one as well, so that receivers can change over without missing any.
        </p>
        <Select
          label="Overlap"
          data={OVERLAPS}
          value={overlap}
          onChange={(value) => setOverlap(value ?? '86400')}
          allowDeselect={false}
        />
      </div>
    </Confirm>
  );
}

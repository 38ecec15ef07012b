/** Giving a webhook, or all basic ones, a new secret while the old one goes on signing for a while. */

import { Modal, Select } from '@mantine/core';
import { useState } from 'react';
import { RotateBasicWebhookSecretDocument, RotateWebhookSecretDocument } from '../../../schema/generated/graphql.ts';
import { type Refused, useDo } from '../api/ask.ts';
import { Confirm } from '../look/confirm.tsx';
import { SecretShown } from './secret-shown.tsx';
import { webhookName } from './words.ts';

const OVERLAPS = [
  { value: '0', label: 'None: the old one ends at once' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '7 days' },
];

/** The dialog for one webhook: first how gently, then the new secret, once. */
export function RotateSecret({
  webhook,
  close,
}: {
  webhook: { readonly id: string; readonly url: string; readonly description: string };
  close: () => void;
}) {
  const rotate = useDo(RotateWebhookSecretDocument);
  return (
    <Rotation
      title={`Rotate the secret of ${webhookName(webhook)}?`}
      whose="Its requests are"
      body="json"
      rotate={(overlapSeconds) => rotate({ input: { webhookId: webhook.id, overlapSeconds } })}
      close={close}
    />
  );
}

/** The same for the secret that all basic webhooks of the organization share. */
export function RotateBasicSecret({ close }: { close: () => void }) {
  const rotate = useDo(RotateBasicWebhookSecretDocument);
  return (
    <Rotation
      title="Rotate the secret of basic webhooks?"
      whose="Requests to URLs that came with an import, which share one secret, are"
      body="form"
      rotate={(overlapSeconds) => rotate({ input: { overlapSeconds } })}
      close={close}
    />
  );
}

interface RotationProps {
  readonly title: string;
  /** Begins the sentence that says what is signed with it. */
  readonly whose: string;
  /** What is signed. */
  readonly body: 'json' | 'form';
  readonly rotate: (overlapSeconds: number) => Promise<object | Refused>;
  readonly close: () => void;
}

function Rotation({ title, whose, body, rotate, close }: RotationProps) {
  const [overlap, setOverlap] = useState('86400');
  const [secret, setSecret] = useState<string>();

  async function run() {
    const answer = await rotate(Number(overlap));
    if ('secret' in answer && typeof answer.secret === 'string') setSecret(answer.secret);
    return answer;
  }

  if (secret) {
    return (
      <Modal opened onClose={close} title="The new secret" size="lg" closeOnClickOutside={false}>
        <SecretShown secret={secret} body={body} done={close} />
      </Modal>
    );
  }
  return (
    <Confirm title={title} verb="Rotate secret" run={run} close={close}>
      <div className="stack">
        <p>
          {whose} signed with a new secret from now on. During the overlap they carry the signature of the old one as
          well, so that receivers can change over without missing any.
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

/** A menu of webhooks, of which there may be ten thousand: the server looks for what is typed. */

import { Select } from '@mantine/core';
import { useState } from 'react';
import { WebhookChoicesDocument, type WebhookFilter } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { useTyped } from '../look/typed.ts';
import { useWebhookName } from './webhook-name.tsx';
import { webhookName } from './words.ts';

/** An id as addresses and the API have it, which may be pasted. */
const ID = /^whk_[0-9a-f]{32}$/;

/** One webhook, by a part of its description or URL or by its id; `null` is every one. */
export function WebhookMenu({
  value,
  onChange,
  label,
}: {
  value: string | null;
  onChange: (id: string | null) => void;
  /** To be seen; without one it is called "Webhook" for those who cannot see what it is for. */
  label?: string;
}) {
  const [sought, setSought] = useState('');
  const [typed, setTyped] = useTyped('', setSought);
  const [isOpen, setOpen] = useState(false);
  const name = useWebhookName(value);
  // What is in the field when a webhook is chosen is its name, which nobody has typed.
  const isTyped = sought !== '' && sought !== name;
  const found = useAsk(WebhookChoicesDocument, { filter: isTyped ? filterOf(sought) : {} }, { pause: !isOpen });
  const choices = (found.data?.webhooks.edges ?? []).map(({ node }) => ({ value: node.id, label: webhookName(node) }));
  const isListed = value === null || choices.some((choice) => choice.value === value);

  return (
    <Select
      {...(label ? { label } : { 'aria-label': 'Webhook' })}
      placeholder="Every webhook"
      data={isListed ? choices : [...choices, { value, label: name }]}
      filter={({ options }) => (isListed || !isTyped ? options : options.slice(0, -1))}
      value={value}
      onChange={onChange}
      searchValue={typed}
      onSearchChange={setTyped}
      onDropdownOpen={() => setOpen(true)}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Show every webhook' }}
      nothingFoundMessage={
        found.problem ?? (found.data ? 'No webhook has that in its name, its URL or its id' : 'Looking…')
      }
    />
  );
}

function filterOf(sought: string): WebhookFilter {
  return ID.test(sought) ? { ids: [sought] } : { contains: sought };
}

/** Making an API key, and showing it this once. */

import { Alert, Button, Modal, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { CreateApiKeyDocument, type Role } from '../../../schema/generated/graphql.ts';
import { isRefused, type Refused, useDo } from '../api/ask.ts';
import { Action } from '../look/action.tsx';
import { Copyable } from '../look/copy.tsx';
import { Problem } from '../look/page.tsx';
import { now } from '../look/time.tsx';

const ROLES: readonly { readonly value: Role; readonly label: string }[] = [
  { value: 'IMPORTER', label: 'IMPORTER: reports imports' },
  { value: 'OPERATOR', label: 'OPERATOR: reads, redelivers, cancels' },
  { value: 'MANAGER', label: 'MANAGER: also manages webhooks' },
  { value: 'ADMIN', label: 'ADMIN: everything in this organization' },
];

/** When a key may end, by how many days from now. */
const ENDS = [
  { value: 'never', label: 'Does not expire' },
  { value: '7', label: 'In a week' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'day', label: 'After a day of your choice' },
] as const;

type End = (typeof ENDS)[number]['value'];

/** The dialog: what the key is for and until when, then the key itself. */
export function NewKey({ close }: { close: () => void }) {
  const create = useDo(CreateApiKeyDocument);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('OPERATOR');
  const [end, setEnd] = useState<End>('never');
  const [day, setDay] = useState('');
  const [refused, setRefused] = useState<Refused>();
  const [made, setMade] = useState<string>();

  async function run() {
    setRefused(undefined);
    const expiresAt = endOf(end, day);
    if (expiresAt === undefined) return NO_DAY;
    const answer = await create({ input: { name: name.trim(), role, expiresAt } });
    if (!isRefused(answer) && 'key' in answer) setMade(answer.key);
    return answer;
  }

  if (made) {
    return (
      <Modal opened onClose={close} title="The new key" closeOnClickOutside={false}>
        <div className="stack">
          <Alert color="yellow">This is shown once. Put it where it is used, then go on.</Alert>
          <Copyable text={made} what="API key" />
          <Button onClick={close}>I have kept it</Button>
        </div>
      </Modal>
    );
  }
  return (
    <Modal opened onClose={close} title="New key">
      <div className="stack">
        <TextInput
          label="Name"
          description="Who or what uses it."
          value={name}
          error={problemWith('name', refused)}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label="Role"
          data={ROLES.map((each) => ({ ...each }))}
          value={role}
          onChange={(value) => setRole((value as Role | null) ?? role)}
          allowDeselect={false}
        />
        <Select
          label="Expires"
          description="From then on it lets nobody in."
          data={ENDS.map((each) => ({ ...each }))}
          value={end}
          onChange={(value) => setEnd((value as End | null) ?? end)}
          allowDeselect={false}
        />
        {end === 'day' && (
          <TextInput
            type="date"
            label="Last day"
            description="It is good until midnight, where you are."
            value={day}
            error={problemWith('expiresAt', refused)}
            onChange={(event) => setDay(event.currentTarget.value)}
          />
        )}
        {refused && !refused.problems && <Problem>{refused.message}</Problem>}
        <Action run={run} onRefused={setRefused}>
          Make key
        </Action>
      </div>
    </Modal>
  );
}

/** When the key ends, null for never; undefined as long as no day is chosen. */
function endOf(end: End, day: string): string | null | undefined {
  if (end === 'never') return null;
  if (end !== 'day') return new Date(now() + Number(end) * 86_400_000).toISOString();
  const midnight = new Date(`${day}T24:00`);
  return Number.isNaN(midnight.getTime()) ? undefined : midnight.toISOString();
}

const NO_DAY: Refused = {
  code: 'NO_DAY',
  message: 'Choose a day.',
  problems: [{ path: ['expiresAt'], message: 'Choose a day.' }],
};

function problemWith(field: string, refused: Refused | undefined): string | undefined {
  return refused?.problems?.find(({ path }) => path[0] === field)?.message;
}

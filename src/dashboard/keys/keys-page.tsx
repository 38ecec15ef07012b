/** The API keys of the organization. */

import { Alert, Button, Modal, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import {
  type ApiKeyFieldsFragment,
  ApiKeysDocument,
  CreateApiKeyDocument,
  RevokeApiKeyDocument,
  type Role,
} from '../../../schema/generated/graphql.ts';
import { isRefused, type Refused, useAsk, useDo } from '../api/ask.ts';
import { Action } from '../look/action.tsx';
import { Confirm } from '../look/confirm.tsx';
import { Copyable } from '../look/copy.tsx';
import { Plus } from '../look/icons.tsx';
import { MorePages } from '../look/more-pages.tsx';
import { Empty, LoadingRows, Page, Problem } from '../look/page.tsx';
import { Tag } from '../look/tag.tsx';
import { Ago, Time } from '../look/time.tsx';
import { useWhyNot } from '../sign-in/session.tsx';

const ROLES: readonly { readonly value: Role; readonly label: string }[] = [
  { value: 'IMPORTER', label: 'IMPORTER: reports imports' },
  { value: 'OPERATOR', label: 'OPERATOR: reads, redelivers, cancels' },
  { value: 'MANAGER', label: 'MANAGER: also manages webhooks' },
  { value: 'ADMIN', label: 'ADMIN: everything in this organization' },
];

/** The list; who may not see it is told who may. */
export function KeysPage() {
  const whyNot = useWhyNot('manageKeys');
  if (whyNot) {
    return (
      <Page title="API keys">
        <Empty title="Your key may not see keys">{whyNot}</Empty>
      </Page>
    );
  }
  return <Keys />;
}

function Keys() {
  const [search] = useSearchParams();
  const after = search.get('after');
  const { data, problem, again } = useAsk(ApiKeysDocument, { first: 50, after }, { fresh: true });
  const [making, setMaking] = useState(false);
  const keys = data?.apiKeys;
  return (
    <Page
      title="API keys"
      lead="Each program and each person has one of their own, so that one can be ended without the others."
      actions={
        <Button leftSection={<Plus />} onClick={() => setMaking(true)}>
          New key
        </Button>
      }
    >
      {problem && <Problem again={again}>{problem}</Problem>}
      {!keys && !problem && <LoadingRows />}
      {keys && (
        <>
          <ul className="rows" aria-label="API keys">
            {keys.edges.map(({ node }) => (
              <KeyRow key={node.id} apiKey={node} />
            ))}
          </ul>
          <MorePages path="/keys" after={after} pageInfo={keys.pageInfo} />
        </>
      )}
      {making && <NewKey close={() => setMaking(false)} />}
    </Page>
  );
}

function KeyRow({ apiKey: { id, name, role, prefix, lastUsedAt, revokedAt } }: { apiKey: ApiKeyFieldsFragment }) {
  const revoke = useDo(RevokeApiKeyDocument);
  const [revoking, setRevoking] = useState(false);

  async function run() {
    const answer = await revoke({ input: { apiKeyId: id } });
    if (!isRefused(answer)) setRevoking(false);
    return answer;
  }

  return (
    <li className="card plain-row">
      <span className="plain-row-name">
        <strong className="cut">{name}</strong>
        <span className="quiet small cut">
          <code>{prefix}…</code> ·{' '}
          {lastUsedAt ? (
            <>
              last used <Ago at={lastUsedAt} />
            </>
          ) : (
            'never used'
          )}
        </span>
      </span>
      <Tag tone="plain">{role}</Tag>
      {revokedAt ? (
        <span className="quiet small">
          revoked <Time at={revokedAt} />
        </span>
      ) : (
        <Action size="compact-sm" variant="default" run={() => setRevoking(true)} aria-label={`Revoke ${name}`}>
          Revoke
        </Action>
      )}
      {revoking && (
        <Confirm title={`Revoke ${name}?`} verb="Revoke key" danger run={run} close={() => setRevoking(false)}>
          Whoever uses it is refused at once, and what they watch ends. This cannot be taken back.
        </Confirm>
      )}
    </li>
  );
}

function NewKey({ close }: { close: () => void }) {
  const create = useDo(CreateApiKeyDocument);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('OPERATOR');
  const [refused, setRefused] = useState<Refused>();
  const [made, setMade] = useState<string>();

  async function run() {
    setRefused(undefined);
    const answer = await create({ input: { name: name.trim(), role } });
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
          error={refused?.problems?.[0]?.message}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label="Role"
          data={ROLES.map((each) => ({ ...each }))}
          value={role}
          onChange={(value) => setRole((value as Role | null) ?? role)}
          allowDeselect={false}
        />
        {refused && !refused.problems && <Problem>{refused.message}</Problem>}
        <Action run={run} onRefused={setRefused}>
          Make key
        </Action>
      </div>
    </Modal>
  );
}

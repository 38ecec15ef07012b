/** The saved schemas that webhooks can listen to. */

import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useSearchParams } from 'wouter';
import {
  CreateSavedSchemaDocument,
  DeleteSavedSchemaDocument,
  RenameSavedSchemaDocument,
  type SavedSchemaFieldsFragment,
  SavedSchemasDocument,
} from '../../../schema/generated/graphql.ts';
import { isRefused, useAsk, useDo } from '../api/ask.ts';
import { Action } from '../look/action.tsx';
import { Confirm } from '../look/confirm.tsx';
import { Plus } from '../look/icons.tsx';
import { MorePages } from '../look/more-pages.tsx';
import { Empty, LoadingRows, Page, Problem } from '../look/page.tsx';
import { Time } from '../look/time.tsx';
import { useWhyNot } from '../sign-in/session.tsx';

/** The list, with a field for a new one. */
export function SchemasPage() {
  const [search] = useSearchParams();
  const after = search.get('after');
  const { data, problem, again } = useAsk(SavedSchemasDocument, { first: 50, after }, { fresh: true });
  const schemas = data?.savedSchemas;
  return (
    <Page
      title="Saved schemas"
      lead="Import schemas, by name, that webhooks can listen to. Importers name them by their id."
    >
      <NewSchema />
      {problem && <Problem again={again}>{problem}</Problem>}
      {!schemas && !problem && <LoadingRows />}
      {schemas?.edges.length === 0 && (
        <Empty title="No saved schemas yet">
          Name one above. Then choose it in a webhook, and give its id to your importer.
        </Empty>
      )}
      {schemas && schemas.edges.length > 0 && (
        <>
          <ul className="rows" aria-label="Saved schemas">
            {schemas.edges.map(({ node }) => (
              <SchemaRow key={node.id} schema={node} />
            ))}
          </ul>
          <MorePages path="/schemas" after={after} pageInfo={schemas.pageInfo} />
        </>
      )}
    </Page>
  );
}

function NewSchema() {
  const whyNot = useWhyNot('manageWebhooks');
  const create = useDo(CreateSavedSchemaDocument);
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string>();

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    if (name.trim() === '') return setProblem('Give it a name.');
    const answer = await create({ input: { name: name.trim() } });
    if (isRefused(answer)) return setProblem(answer.problems?.[0]?.message ?? answer.message);
    setName('');
  }

  return (
    <form className="line-form" onSubmit={submit} aria-label="New saved schema">
      <TextInput
        aria-label="Name of the new saved schema"
        placeholder="Name of a new saved schema"
        value={name}
        error={problem}
        onChange={(event) => {
          setName(event.currentTarget.value);
          setProblem(undefined);
        }}
      />
      <Action leftSection={<Plus />} whyNot={whyNot} run={() => submit()}>
        Make
      </Action>
    </form>
  );
}

function SchemaRow({ schema }: { schema: SavedSchemaFieldsFragment }) {
  const whyNot = useWhyNot('manageWebhooks');
  const [renaming, setRenaming] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const remove = useDo(DeleteSavedSchemaDocument);

  async function runDelete() {
    const answer = await remove({ input: { savedSchemaId: schema.id } });
    if (!isRefused(answer)) setDeleting(false);
    return answer;
  }

  return (
    <li className="card plain-row">
      {renaming ? (
        <Rename schema={schema} close={() => setRenaming(false)} />
      ) : (
        <span className="plain-row-name">
          <strong className="cut">{schema.name}</strong>
          <span className="quiet small cut">
            <code>{schema.id}</code> · <Time at={schema.createdAt} />
          </span>
        </span>
      )}
      {!renaming && (
        <span className="plain-row-actions">
          <Action
            size="compact-sm"
            variant="default"
            whyNot={whyNot}
            run={() => setRenaming(true)}
            aria-label={`Rename ${schema.name}`}
          >
            Rename
          </Action>
          <Action
            size="compact-sm"
            variant="default"
            whyNot={whyNot}
            run={() => setDeleting(true)}
            aria-label={`Delete ${schema.name}`}
          >
            Delete
          </Action>
        </span>
      )}
      {deleting && (
        <Confirm
          title={`Delete ${schema.name}?`}
          verb="Delete saved schema"
          danger
          run={runDelete}
          close={() => setDeleting(false)}
        >
          Webhooks that also listen to something else go on without it.
        </Confirm>
      )}
    </li>
  );
}

function Rename({ schema, close }: { schema: SavedSchemaFieldsFragment; close: () => void }) {
  const rename = useDo(RenameSavedSchemaDocument);
  const [name, setName] = useState(schema.name);
  const [problem, setProblem] = useState<string>();

  async function submit(event: FormEvent) {
    event.preventDefault();
    const answer = await rename({ input: { savedSchemaId: schema.id, name: name.trim() } });
    if (!isRefused(answer)) return close();
    setProblem(answer.problems?.[0]?.message ?? answer.message);
  }

  return (
    <form className="line-form" onSubmit={submit} aria-label={`Rename ${schema.name}`}>
      <TextInput
        aria-label="New name"
        autoFocus
        value={name}
        error={problem}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && close()}
      />
      <Button type="submit">Rename</Button>
      <Button variant="default" onClick={close}>
        Cancel
      </Button>
    </form>
  );
}

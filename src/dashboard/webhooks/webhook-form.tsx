/** The form of a webhook, new or not. */

import { Button, Checkbox, MultiSelect, SegmentedControl, TagsInput, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { SavedSchemasDocument } from '../../../schema/generated/graphql.ts';
import { type Refused, useAsk } from '../api/ask.ts';
import { Problem } from '../look/page.tsx';
import { type Field, findWrong, type WebhookValues, type Wrong, wrongOf } from './form-values.ts';
import { HeaderFields } from './header-fields.tsx';
import { WebhookPreview } from './webhook-preview.tsx';
import { EVENTS } from './words.ts';

/** See {@link WebhookForm}. */
export interface WebhookFormProps {
  readonly initial: WebhookValues;
  readonly verb: string;
  /** Saves it, and resolves with why that was declined, if it was. */
  readonly save: (values: WebhookValues) => Promise<Refused | undefined>;
  readonly cancel: ReactNode;
}

/**
 * Says what is wrong with a field once one has left it, and from then on as one types; what the server declines stands
 * beside the field that it concerns until that is changed.
 */
export function WebhookForm({ initial, verb, save, cancel }: WebhookFormProps) {
  const [values, setValues] = useState(initial);
  const [left, setLeft] = useState<ReadonlySet<Field>>(new Set());
  const [declined, setDeclined] = useState<Wrong>({});
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [typing, setTyping] = useState('');
  const wrong = findWrong(values);

  function change<Name extends Field>(name: Name, value: WebhookValues[Name]) {
    setValues((now) => ({ ...now, [name]: value }));
    setDeclined(({ [name]: _, ...rest }) =>
      name === 'savedSchemaIds' ? { ...rest, importIdentifiers: undefined } : rest,
    );
  }

  const leave = (name: Field) => () => setLeft((names) => new Set(names).add(name));
  const error = (name: Field) => declined[name] ?? (left.has(name) ? wrong[name] : undefined);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    setLeft(new Set(Object.keys(values) as Field[]));
    setProblem(undefined);
    if (Object.keys(wrong).length > 0) return focusFirstWrong(form);
    setBusy(true);
    const refused = await save(values);
    setBusy(false);
    if (!refused) return;
    const { fields, rest } = wrongOf(refused);
    setDeclined(fields);
    setProblem(rest);
    focusFirstWrong(form);
  }

  return (
    <form className="form" onSubmit={submit} noValidate aria-label="Webhook">
      <section className="card form-card" aria-labelledby="where">
        <h2 id="where">Where to</h2>
        <TextInput
          label="URL"
          description="Deliveries are POSTed here. It must be reachable from this server."
          placeholder="https://example.com/webhooks/imports"
          required
          inputMode="url"
          value={values.url}
          error={error('url')}
          onChange={(event) => change('url', event.currentTarget.value)}
          onBlur={leave('url')}
        />
        <Textarea
          label="Description"
          description="For people: what it is for."
          value={values.description}
          error={error('description')}
          onChange={(event) => change('description', event.currentTarget.value)}
          onBlur={leave('description')}
        />
      </section>
      <section className="card form-card" aria-labelledby="what">
        <h2 id="what">What it fires for</h2>
        <div>
          <span className="label" id="mode">
            Imports
          </span>
          <SegmentedControl
            aria-labelledby="mode"
            value={values.developmentMode ? 'development' : 'production'}
            onChange={(mode) => change('developmentMode', mode === 'development')}
            data={[
              { value: 'production', label: 'Production' },
              { value: 'development', label: 'Development' },
            ]}
          />
          <p className="quiet small">Production imports or development imports, never both.</p>
        </div>
        <TagsInput
          label="Import identifiers"
          description="Upper and lower case are different. Press Enter after each."
          value={[...values.importIdentifiers]}
          error={error('importIdentifiers')}
          onChange={(identifiers) => change('importIdentifiers', identifiers)}
          onBlur={leave('importIdentifiers')}
          searchValue={typing}
          onSearchChange={setTyping}
          splitChars={['\n']}
          clearable={false}
        />
        <SavedSchemas
          value={values.savedSchemaIds}
          error={error('savedSchemaIds')}
          onChange={(ids) => change('savedSchemaIds', ids)}
        />
        <Checkbox.Group
          label="Events"
          value={[...values.events]}
          error={error('events')}
          onChange={(events) => {
            change('events', events as typeof values.events);
            leave('events')();
          }}
        >
          <div className="checks">
            {EVENTS.map(({ type, name, wire }) => (
              <Checkbox key={type} value={type} label={name} description={wire} />
            ))}
          </div>
        </Checkbox.Group>
      </section>
      <WebhookPreview values={values} typing={typing} />
      <section className="card form-card" aria-labelledby="how">
        <h2 id="how">How</h2>
        <HeaderFields
          headers={values.headers}
          error={error('headers')}
          onChange={(headers) => change('headers', headers)}
          onBlur={leave('headers')}
        />
        <TextInput
          label="Rate limit"
          description="The most attempts in a second, from 0.01. Empty: no limit."
          inputMode="decimal"
          value={values.maxAttemptsPerSecond}
          error={error('maxAttemptsPerSecond')}
          onChange={(event) => change('maxAttemptsPerSecond', event.currentTarget.value)}
          onBlur={leave('maxAttemptsPerSecond')}
        />
        <TextInput
          label="Retry schedule"
          description="Seconds between attempts, separated by commas. Empty: the server’s own schedule."
          placeholder="5, 300, 1800"
          value={values.retrySchedule}
          error={error('retrySchedule')}
          onChange={(event) => change('retrySchedule', event.currentTarget.value)}
          onBlur={leave('retrySchedule')}
        />
      </section>
      {problem && <Problem>{problem}</Problem>}
      <div className="actions">
        <Button type="submit" loading={busy}>
          {verb}
        </Button>
        {cancel}
      </div>
    </form>
  );
}

function SavedSchemas({
  value,
  error,
  onChange,
}: {
  value: readonly string[];
  error: string | undefined;
  onChange: (ids: readonly string[]) => void;
}) {
  const { data } = useAsk(SavedSchemasDocument, { first: 100, after: null }, { fresh: true });
  const schemas = (data?.savedSchemas.edges ?? []).map(({ node }) => ({ value: node.id, label: node.name }));
  return (
    <MultiSelect
      label="Saved schemas"
      description="It fires for imports with one of these as well."
      placeholder={data && schemas.length === 0 ? 'There are none yet' : undefined}
      data={schemas}
      value={[...value]}
      error={error}
      onChange={onChange}
      searchable
      nothingFoundMessage="None is called that"
    />
  );
}

/** After the errors have been drawn, which says where they are. */
function focusFirstWrong(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

/** The fields that a filter is changed by. It is all in the address, so that it can be sent on and gone back to. */

import { MultiSelect, TextInput } from '@mantine/core';
import { useCallback } from 'react';
import { useSearchParams } from 'wouter';
import type { DeliveryErrorCode, DeliveryStatus, EventType } from '../../../schema/generated/graphql.ts';
import { ERRORS, STATUSES } from '../log/words.ts';
import { localOf, readInstant } from '../look/instant-field.tsx';
import { useTyped } from '../look/typed.ts';
import { WebhookMenu } from '../webhooks/webhook-menu.tsx';
import { EVENTS } from '../webhooks/words.ts';
import './filters.css';
import { type Filter, readFilter, readStatuses, withFilter } from './filter.ts';

/** The filter of this page's address, and how to change a part of it. */
export function useFilter(): [Filter, (part: Partial<Filter>) => void] {
  const [search, setSearch] = useSearchParams();
  const change = useCallback(
    (part: Partial<Filter>) => setSearch((now) => withFilter(now, part), { replace: true }),
    [setSearch],
  );
  return [readFilter(search), change];
}

/** The fields, in a grid. `statuses` are those that can be chosen. */
export function FilterFields({
  filter,
  change,
  statuses,
}: {
  filter: Filter;
  change: (part: Partial<Filter>) => void;
  statuses: readonly DeliveryStatus[];
}) {
  const [importId, setImportId] = useTyped(filter.importId ?? '', (text) => change({ importId: text || null }));
  const [answers, setAnswers] = useTyped(filter.responseStatuses.join(', '), (text) =>
    change({ responseStatuses: readStatuses(text) }),
  );
  return (
    <div className="filter-fields">
      <MultiSelect
        label="Status"
        placeholder={filter.statuses.length > 0 ? undefined : 'Any'}
        data={statuses.map((status) => ({ value: status, label: STATUSES[status].name }))}
        value={filter.statuses.filter((status) => statuses.includes(status))}
        onChange={(chosen) => change({ statuses: chosen as DeliveryStatus[] })}
      />
      <WebhookMenu label="Webhook" value={filter.webhookId} onChange={(webhookId) => change({ webhookId })} />
      <MultiSelect
        label="Event"
        placeholder={filter.eventTypes.length > 0 ? undefined : 'Any'}
        data={EVENTS.map(({ type, name }) => ({ value: type, label: name }))}
        value={[...filter.eventTypes]}
        onChange={(chosen) => change({ eventTypes: chosen as EventType[] })}
      />
      <TextInput
        label="Import"
        placeholder="Its id"
        value={importId}
        onChange={(event) => setImportId(event.currentTarget.value)}
      />
      <MultiSelect
        label="Last attempt"
        placeholder={filter.errorCodes.length > 0 ? undefined : 'Whatever came of it'}
        data={Object.entries(ERRORS).map(([value, label]) => ({ value, label }))}
        value={[...filter.errorCodes]}
        onChange={(chosen) => change({ errorCodes: chosen as DeliveryErrorCode[] })}
        searchable
        nothingFoundMessage="Nothing is called that"
      />
      <TextInput
        label="Answered"
        placeholder="500, 503"
        inputMode="numeric"
        value={answers}
        error={/[^\d\s,]/.test(answers) && 'Numbers such as 500, separated by commas.'}
        onChange={(event) => setAnswers(event.currentTarget.value)}
      />
      <InstantInput label="Scheduled from" value={filter.from} onChange={(from) => change({ from })} />
      <InstantInput label="Scheduled before" value={filter.to} onChange={(to) => change({ to })} />
    </div>
  );
}

/** An instant, in the reader's own zone. */
function InstantInput({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | null;
  onChange: (at: string | null) => void;
}) {
  const [text, setText] = useTyped(value ? localOf(value) : '', (typed) => onChange(readInstant(typed) ?? null));
  return (
    <TextInput
      type="datetime-local"
      max="9999-12-31T23:59"
      label={label}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}

/** What the list of imports is filtered by. It is all in the address. */

import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { useSearchParams } from 'wouter';
import type { ImportFilter, ImportStatus } from '../../../schema/generated/graphql.ts';
import { InstantField, readInstant } from '../look/instant-field.tsx';
import { useTyped } from '../look/typed.ts';
import { IMPORT_STATUSES } from './words.ts';

/** The filter that an address names; what is unknown in it is left out. */
export function readImportFilter(search: URLSearchParams): ImportFilter {
  const status = search.get('status') ?? '';
  const mode = search.get('mode');
  const importIdentifier = search.get('identifier');
  const from = readInstant(search.get('from'));
  const to = readInstant(search.get('to'));
  return {
    ...(isStatus(status) ? { status } : {}),
    ...(mode === 'production' || mode === 'development' ? { developmentMode: mode === 'development' } : {}),
    ...(importIdentifier ? { importIdentifier } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
  };
}

function isStatus(text: string): text is ImportStatus {
  return Object.hasOwn(IMPORT_STATUSES, text);
}

/** The fields that change it. */
export function ImportFilters() {
  const [search, setSearch] = useSearchParams();
  const { status, developmentMode, importIdentifier, from, to } = readImportFilter(search);

  function choose(name: string, value: string | null | undefined) {
    const next = new URLSearchParams(search);
    next.delete('after');
    if (value) next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
  }

  const [identifier, setIdentifier] = useTyped(importIdentifier ?? '', (value) => choose('identifier', value));
  return (
    <search className="filters import-filters" aria-label="Filters">
      <SegmentedControl
        aria-label="Mode"
        value={developmentMode === undefined ? 'all' : developmentMode ? 'development' : 'production'}
        onChange={(mode) => choose('mode', mode === 'all' ? null : mode)}
        data={[
          { value: 'all', label: 'All' },
          { value: 'production', label: 'Production' },
          { value: 'development', label: 'Development' },
        ]}
      />
      <Select
        aria-label="Status"
        placeholder="Every status"
        data={Object.entries(IMPORT_STATUSES).map(([value, { name }]) => ({ value, label: name }))}
        value={status ?? null}
        onChange={(value) => choose('status', value)}
        clearable
        clearButtonProps={{ 'aria-label': 'Show every status' }}
      />
      <TextInput
        aria-label="Import identifier"
        placeholder="Import identifier, exactly"
        value={identifier}
        onChange={(event) => setIdentifier(event.currentTarget.value)}
      />
      <div className="instants">
        <InstantField
          label="First reported from"
          word="From"
          value={from ?? undefined}
          onChange={(value) => choose('from', value)}
        />
        <InstantField
          label="First reported before"
          word="To"
          value={to ?? undefined}
          onChange={(value) => choose('to', value)}
        />
      </div>
    </search>
  );
}

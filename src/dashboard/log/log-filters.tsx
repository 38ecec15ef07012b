/** What the log is filtered by. It is all in the address, so that it can be bookmarked, sent on and gone back to. */

import { MultiSelect, TextInput } from '@mantine/core';
import { useSearchParams } from 'wouter';
import type { DeliveryLogFilter, DeliveryLogKind } from '../../../schema/generated/graphql.ts';
import { useTyped } from '../look/typed.ts';
import { WebhookMenu } from '../webhooks/webhook-menu.tsx';
import { KINDS } from './words.ts';

/** The filter that an address names; what is unknown in it is left out. */
export function readFilter(search: URLSearchParams): DeliveryLogFilter {
  const kinds = search.getAll('kind').filter((kind): kind is DeliveryLogKind => Object.hasOwn(KINDS, kind));
  const webhookId = search.get('webhook');
  const importId = search.get('import');
  return {
    ...(kinds.length > 0 ? { kinds } : {}),
    ...(webhookId ? { webhookId } : {}),
    ...(importId ? { importId } : {}),
  };
}

/** The fields that change it. */
export function LogFilters() {
  const [search, setSearch] = useSearchParams();

  function choose(name: string, values: readonly string[]) {
    const next = new URLSearchParams(search);
    next.delete(name);
    for (const value of values) if (value) next.append(name, value);
    setSearch(next, { replace: true });
  }

  const [importId, setImportId] = useTyped(search.get('import') ?? '', (value) => choose('import', [value]));
  return (
    <search className="filters">
      <MultiSelect
        aria-label="What happened"
        placeholder={search.has('kind') ? undefined : 'Everything that happens'}
        data={Object.entries(KINDS).map(([value, { name }]) => ({ value, label: name }))}
        value={search.getAll('kind')}
        onChange={(kinds) => choose('kind', kinds)}
        clearable
        clearButtonProps={{ 'aria-label': 'Show everything that happens' }}
      />
      <WebhookMenu value={search.get('webhook')} onChange={(id) => choose('webhook', [id ?? ''])} />
      <TextInput
        aria-label="Import"
        placeholder="Import id"
        value={importId}
        onChange={(event) => setImportId(event.currentTarget.value)}
      />
    </search>
  );
}

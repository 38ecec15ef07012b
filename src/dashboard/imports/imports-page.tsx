/** The list of imports. */

import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { ImportsDocument } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { useBeat } from '../look/beat.ts';
import { MorePages } from '../look/more-pages.tsx';
import { Empty, LoadingRows, Page, Problem } from '../look/page.tsx';
import { useWhyNot } from '../sign-in/session.tsx';
import { importAddress } from './address.ts';
import { ImportFilters, readImportFilter } from './import-filters.tsx';
import { ImportRow } from './import-row.tsx';

/** How often the list is asked for again, in milliseconds: the log does not tell of imports that nothing fired for. */
const REFRESH_MS = 5_000;

/** All imports, newest first, filtered by the address, a page at a time. */
export function ImportsPage() {
  const [search, setSearch] = useSearchParams();
  const after = search.get('after');
  const filter = readImportFilter(search);
  const { data, problem, again } = useAsk(
    ImportsDocument,
    { filter, first: 50, after },
    { fresh: true, exact: ['filter'] },
  );
  useBeat(again, REFRESH_MS);
  const imports = data?.imports;
  const isFiltered = Object.keys(filter).length > 0;
  const isEmpty = imports?.edges.length === 0;

  return (
    <Page title="Imports" lead="What importers have reported, newest first." actions={<FindImport />}>
      {(!isEmpty || isFiltered) && <ImportFilters />}
      {problem && <Problem again={again}>{problem}</Problem>}
      {!imports && !problem && <LoadingRows count={8} />}
      {isEmpty && isFiltered && (
        <Empty
          title="No import matches"
          action={
            <Button variant="default" onClick={() => setSearch({})}>
              Show all
            </Button>
          }
        >
          Import identifiers are compared exactly, upper and lower case included.
        </Empty>
      )}
      {isEmpty && !isFiltered && <NoImports />}
      {imports && !isEmpty && (
        <>
          <ul className="import-rows card" aria-label="Imports">
            {imports.edges.map(({ node }) => (
              <ImportRow key={node.id} reported={node} />
            ))}
          </ul>
          <MorePages path="/imports" after={after} pageInfo={imports.pageInfo} />
        </>
      )}
    </Page>
  );
}

function NoImports() {
  const whyNot = useWhyNot('manageKeys');
  return (
    <Empty
      title="No imports yet"
      action={
        !whyNot && (
          <Button component={Link} href="/keys">
            Make a key for the importer
          </Button>
        )
      }
    >
      They appear here as they are reported: by the mutation <code>importCompleted</code> and its kin, with a key of the
      role IMPORTER.
    </Empty>
  );
}

/** Goes to an import by its id. */
function FindImport() {
  const [, navigate] = useLocation();
  const [importId, setImportId] = useState('');

  function submit(event: FormEvent) {
    event.preventDefault();
    if (importId.trim()) navigate(importAddress(importId.trim()));
  }

  return (
    <form className="line-form find-import" onSubmit={submit} aria-label="Find an import">
      <TextInput
        aria-label="Import id"
        placeholder="Import id"
        value={importId}
        onChange={(event) => setImportId(event.currentTarget.value)}
      />
      <Button type="submit" variant="default">
        Find
      </Button>
    </form>
  );
}

/** An import's own page: what it is, what happened to it, what was delivered, and why not more. */

import { Alert, Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { usePathname } from 'wouter/use-browser-location';
import { type ErasedFieldsFragment, ImportDocument } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { useChanges } from '../log/use-changes.ts';
import { Action } from '../look/action.tsx';
import { Empty, LoadingRows, Page, Problem } from '../look/page.tsx';
import { Tag } from '../look/tag.tsx';
import { useWhyNot } from '../sign-in/session.tsx';
import { importIdOf } from './address.ts';
import { EraseImport } from './erase-import.tsx';
import { Explanation } from './explanation.tsx';
import { ImportEvents } from './import-events.tsx';
import { ImportFacts } from './import-facts.tsx';
import { IMPORT_STATUSES } from './words.ts';

/** How often the page may be asked for again while its deliveries happen, in milliseconds. */
const REFRESH_MS = 500;

/** The page of the import that the address names. */
export function ImportPage() {
  const importId = importIdOf(usePathname());
  return <OneImport key={importId} importId={importId} />;
}

function OneImport({ importId }: { importId: string }) {
  const { data, problem, again } = useAsk(ImportDocument, { importId }, { fresh: true });
  const [erased, setErased] = useState<ErasedFieldsFragment>();
  const [isErasing, setErasing] = useState(false);
  useChanges({ importId }, again, REFRESH_MS);
  const reported = data?.import;

  if (problem)
    return (
      <Page title="Import">
        <Problem again={again}>{problem}</Problem>
      </Page>
    );
  if (reported === null) return <NoSuchImport importId={importId} again={again} />;
  if (!reported)
    return (
      <Page title="Import">
        <LoadingRows count={3} height={140} />
      </Page>
    );
  const { name, tone } = IMPORT_STATUSES[reported.status];
  const latest = reported.events.at(-1);
  return (
    <Page
      title={reported.filename ?? 'Import'}
      lead={
        <span className="webhook-lead">
          <span className="mono">{importId}</span>
          <Tag tone={tone}>{name}</Tag>
          <Tag tone={reported.developmentMode ? 'test' : 'plain'}>
            {reported.developmentMode ? 'Development' : 'Production'}
          </Tag>
          {reported.erasedAt && <Tag tone="plain">Erased</Tag>}
        </span>
      }
      actions={
        <>
          <Button variant="default" component={Link} href={`/log?import=${encodeURIComponent(importId)}`}>
            Watch it in the log
          </Button>
          {!reported.erasedAt && <Erase open={() => setErasing(true)} />}
        </>
      }
    >
      {erased && <Alert role="status">{whatWasErased(erased)}</Alert>}
      <div className="import-parts">
        <ImportFacts reported={reported} />
        <ImportEvents events={reported.events} importId={importId} />
        {latest && <Explanation reported={reported} latest={latest.type} />}
      </div>
      {isErasing && <EraseImport reported={reported} close={() => setErasing(false)} onErased={setErased} />}
    </Page>
  );
}

function Erase({ open }: { open: () => void }) {
  const whyNot = useWhyNot('eraseData');
  return (
    <Action variant="default" whyNot={whyNot} run={open}>
      Erase…
    </Action>
  );
}

function whatWasErased({ erasedEvents, cancelledDeliveries }: ErasedFieldsFragment): string {
  const bodies = erasedEvents === 1 ? 'one body is' : `${erasedEvents} bodies are`;
  const deliveries = cancelledDeliveries === 1 ? 'one delivery was' : `${cancelledDeliveries} deliveries were`;
  return `Erased: what was personal in it and ${bodies} gone; ${deliveries} cancelled.`;
}

function NoSuchImport({ importId, again }: { importId: string; again: () => void }) {
  return (
    <Page title="Import" lead={<span className="mono">{importId}</span>}>
      <Empty
        title="There is no such import"
        action={
          <span className="actions">
            <Button onClick={again}>Look again</Button>
            <Button variant="default" component={Link} href="/imports">
              To the imports
            </Button>
          </span>
        }
      >
        It has not been reported to this organization under this id, or so long ago that it was removed. See whether the
        importer’s call was refused: its answer says why.
      </Empty>
    </Page>
  );
}

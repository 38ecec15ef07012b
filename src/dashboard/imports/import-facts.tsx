/** What an import is, as the importer reported it. */

import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { ImportQuery } from '../../../schema/generated/graphql.ts';
import { Fact } from '../look/facts.tsx';
import { counted } from '../look/sentence.tsx';
import { Time } from '../look/time.tsx';
import { IMPORT_TYPES } from './words.ts';

/** An import with everything that its page shows. */
export type ShownImport = NonNullable<ImportQuery['import']>;

/** Two cards: the import, and where it comes from. */
export function ImportFacts({ reported }: { reported: ShownImport }) {
  const { importType, importIdentifier, savedSchema, numDataRows, hasData, createdAt, updatedAt, erasedAt } = reported;
  return (
    <>
      <section className="card facts-card" aria-labelledby="what">
        <h2 id="what">What it is</h2>
        <dl className="facts">
          <Fact name="Import identifier">
            {importIdentifier === null ? <None /> : <ImportsNamed identifier={importIdentifier} />}
          </Fact>
          <Fact name="Saved schema">
            {savedSchema ? (
              <Link href="/schemas" className="link">
                {savedSchema.name}
              </Link>
            ) : (
              <None />
            )}
          </Fact>
          <Fact name="Made">{IMPORT_TYPES[importType]}</Fact>
          <Fact name="Data">
            {[
              numDataRows === null ? 'rows not known yet' : counted(numDataRows, 'row'),
              hasData && 'saved by backend sync',
            ]
              .filter(Boolean)
              .join(', ')}
          </Fact>
        </dl>
      </section>
      <section className="card facts-card" aria-labelledby="from">
        <h2 id="from">Where it comes from</h2>
        <dl className="facts">
          <Fact name="User">
            <User reported={reported} />
          </Fact>
          <Fact name="First reported">
            <Time at={createdAt} />
          </Fact>
          {updatedAt !== createdAt && (
            <Fact name="Last reported">
              <Time at={updatedAt} />
            </Fact>
          )}
          {reported.reviewUrl && (
            <Fact name="Review">
              <OutsideLink url={reported.reviewUrl} />
            </Fact>
          )}
          {reported.originalFileDownload && (
            <Fact name="Original file">
              <OutsideLink url={reported.originalFileDownload} />
            </Fact>
          )}
          {erasedAt && (
            <Fact name="Erased">
              <Time at={erasedAt} />
            </Fact>
          )}
        </dl>
      </section>
    </>
  );
}

function None({ children = 'None' }: { children?: ReactNode }) {
  return <span className="quiet">{children}</span>;
}

function ImportsNamed({ identifier }: { identifier: string }) {
  return (
    <Link href={`/imports?identifier=${encodeURIComponent(identifier)}`} className="link mono">
      {identifier}
    </Link>
  );
}

function User({ reported: { user, erasedAt } }: { reported: ShownImport }) {
  if (!user) return <None>{erasedAt ? 'Erased' : 'Not named'}</None>;
  const company = user.companyName ?? user.companyId;
  return (
    <span className="import-user">
      <span>{user.name ?? user.email ?? user.id}</span>
      {user.name && user.email && <span className="quiet small">{user.email}</span>}
      {company && <span className="quiet small">{company}</span>}
      <code className="small">{user.id}</code>
    </span>
  );
}

/** Importers may say anything there: only what leads to a web page is a link. */
function OutsideLink({ url }: { url: string }) {
  if (!/^https?:\/\//i.test(url)) return <span className="mono">{url}</span>;
  return (
    <a href={url} className="link mono" target="_blank" rel="noreferrer">
      {url}
    </a>
  );
}

/** An import in the list. */

import { Link } from 'wouter';
import type { ImportSummaryFragment } from '../../../schema/generated/graphql.ts';
import { counted } from '../look/sentence.tsx';
import { Tag } from '../look/tag.tsx';
import { Ago } from '../look/time.tsx';
import { importAddress } from './address.ts';
import { IMPORT_STATUSES } from './words.ts';

/** One row, all of which is a link to the import's page. */
export function ImportRow({ reported }: { reported: ImportSummaryFragment }) {
  const { importId, status, filename, importIdentifier, developmentMode, numDataRows, createdAt, erasedAt } = reported;
  const { name, tone } = IMPORT_STATUSES[status];
  const about = [filename, importIdentifier].filter((part) => part !== null).join(' · ');
  return (
    <li>
      <Link href={importAddress(importId)} className="import-row">
        <span className="import-row-status">
          <Tag tone={tone}>{name}</Tag>
        </span>
        <span className="import-row-name">
          <strong className="cut">{importId}</strong>
          {about && <span className="quiet small cut">{about}</span>}
        </span>
        <span className="import-row-kind">
          {developmentMode && <Tag tone="test">Development</Tag>}
          {erasedAt && <Tag tone="plain">Erased</Tag>}
        </span>
        <span className="import-row-rows quiet small">{numDataRows !== null && counted(numDataRows, 'row')}</span>
        <span className="import-row-when quiet small">
          <Ago at={createdAt} />
        </span>
      </Link>
    </li>
  );
}

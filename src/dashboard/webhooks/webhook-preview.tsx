/** Beside the form of a webhook: which of the latest imports it would have fired for, as the form is filled in. */

import {
  PreviewWebhookDocument,
  type PreviewWebhookQuery,
  type WebhookPreviewFilter,
} from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { IMPORT_STATUSES } from '../imports/words.ts';
import { LoadingRows, Problem } from '../look/page.tsx';
import { Tag } from '../look/tag.tsx';
import { Ago } from '../look/time.tsx';
import { useSettled } from '../look/typed.ts';
import type { WebhookValues } from './form-values.ts';

type Preview = PreviewWebhookQuery['previewWebhook'];

/** Imports that are tried. */
const LOOKED_AT = 50;

/** See {@link WebhookPreview}. */
export interface WebhookPreviewProps {
  readonly values: Pick<WebhookValues, 'developmentMode' | 'importIdentifiers' | 'savedSchemaIds' | 'events'>;
  /** An import identifier that is being typed, and counts once one leaves the field. */
  readonly typing: string;
}

/** Asks once one pauses, and keeps the last answer until the next is there. */
export function WebhookPreview({ values, typing }: WebhookPreviewProps) {
  const written = JSON.stringify(filterOf(values, typing));
  const settled = useSettled(written);
  const filter: WebhookPreviewFilter = JSON.parse(settled);
  const lacking = whatIsLacking(filter);
  const { data, problem, busy, again } = useAsk(
    PreviewWebhookDocument,
    { filter, last: LOOKED_AT },
    { pause: lacking !== undefined, fresh: true },
  );
  const preview = data?.previewWebhook;

  return (
    <section className="card form-card preview" aria-labelledby="preview" aria-busy={busy}>
      <div className="facts-head">
        <h2 id="preview">What it would have fired for</h2>
        {(busy || written !== settled) && <span className="quiet small">Looking…</span>}
      </div>
      {lacking && <p className="quiet">{lacking}</p>}
      {!lacking && problem && <Problem again={again}>{problem}</Problem>}
      {!lacking && !problem && !preview && <LoadingRows count={3} height={40} />}
      {!lacking && preview && <Answer preview={preview} />}
    </section>
  );
}

function Answer({ preview }: { preview: Preview }) {
  const { imports, matched, considered } = preview;
  return (
    <>
      <p role="status">
        <strong>{inWords(preview)}</strong>
      </p>
      {matched === 0 && considered > 0 && (
        <p className="quiet small">
          Import identifiers are compared exactly, upper and lower case included, and development imports are apart from
          production imports.
        </p>
      )}
      {imports.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must be reachable by keyboard
        <ul className="preview-imports" tabIndex={0} aria-label="Imports that it would have fired for, newest first">
          {imports.map(({ id, importId, filename, status, createdAt }) => (
            <li key={id}>
              <span className="cut">{filename ?? importId}</span>
              <Tag tone={IMPORT_STATUSES[status].tone}>{IMPORT_STATUSES[status].name}</Tag>
              <span className="cut quiet small mono">{filename === null ? '' : importId}</span>
              <span className="quiet small">
                <Ago at={createdAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {matched > imports.length && <p className="quiet small">And {matched - imports.length} more.</p>}
    </>
  );
}

function inWords({ considered, matched, deliveries }: Preview): string {
  if (considered === 0) return 'No import has been reported yet, so there is nothing to try it on.';
  const of = considered < LOOKED_AT ? `the ${considered} imports that there are` : `the last ${considered} imports`;
  const sentence = `It would have fired for ${matched === 0 ? 'none' : matched} of ${considered === 1 ? 'the one import that there is' : of}.`;
  return deliveries > matched ? `${sentence} That is ${deliveries} deliveries: some were reviewed before.` : sentence;
}

function filterOf(
  { developmentMode, importIdentifiers, savedSchemaIds, events }: WebhookPreviewProps['values'],
  typing: string,
): WebhookPreviewFilter {
  const typed = typing.trim();
  return {
    developmentMode,
    importIdentifiers: typed ? [...importIdentifiers, typed] : [...importIdentifiers],
    savedSchemaIds: [...savedSchemaIds],
    events: [...events],
  };
}

function whatIsLacking({ importIdentifiers, savedSchemaIds, events }: WebhookPreviewFilter): string | undefined {
  if (!importIdentifiers?.length && !savedSchemaIds?.length)
    return 'Name an import identifier or a saved schema: the imports of late that it would have fired for are listed here.';
  return events?.length ? undefined : 'Choose an event: without one it never fires.';
}

/** Erasing an import, and what that means. */

import { type ErasedFieldsFragment, EraseImportDocument } from '../../../schema/generated/graphql.ts';
import { isRefused, useDo } from '../api/ask.ts';
import { Confirm } from '../look/confirm.tsx';
import type { ShownImport } from './import-facts.tsx';

/** The dialog; `onErased` gets what went. */
export function EraseImport({
  reported: { importId, filename, events },
  close,
  onErased,
}: {
  reported: ShownImport;
  close: () => void;
  onErased: (erased: ErasedFieldsFragment) => void;
}) {
  const erase = useDo(EraseImportDocument);
  const deliveries = events.flatMap((event) => event.deliveries.edges.map(({ node }) => node));
  const waiting = deliveries.filter(({ status }) => status === 'PENDING').length;

  async function run() {
    const answer = await erase({ input: { importId } });
    if (!isRefused(answer) && 'erasedEvents' in answer) {
      onErased(answer);
      close();
    }
    return answer;
  }

  return (
    <Confirm title={`Erase ${filename ?? importId}?`} verb="Erase for good" danger run={run} close={close}>
      <div className="stack">
        <p>
          <strong>This goes for good:</strong> file name, user and URLs, the bodies of its events and deliveries, and
          what receivers answered.
        </p>
        <p>
          <strong>This stays:</strong> ids, times, statuses, the log, and the SHA-256 of each body.
        </p>
        <p>
          {waiting > 0 && (
            <strong>
              {waiting === 1
                ? 'One delivery waits and is cancelled. '
                : `${waiting} deliveries wait and are cancelled. `}
            </strong>
          )}
          Nothing of it can be delivered again. What is under way may still arrive, and what receivers have is theirs.
        </p>
      </div>
    </Confirm>
  );
}

/** A command that reports an import as an importer does, by the document of `schema/operations/importer.graphql`. */

import {
  ImportCompletedDocument,
  type ImportCompletedInput,
  type OverviewQuery,
} from '../../../schema/generated/graphql.ts';

/** A webhook that the import is to match. */
type Matched = Pick<OverviewQuery['webhooks']['edges'][number]['node'], 'importIdentifiers' | 'developmentMode'>;

/** For a terminal with `KEY` set. Run twice it reports the same import. Without a webhook it is one of the README's example. */
export function reportCommand(origin: string, importId: string, webhook: Matched | undefined): string {
  const input: ImportCompletedInput = {
    importId,
    importIdentifier: webhook?.importIdentifiers[0] ?? 'contacts',
    developmentMode: webhook?.developmentMode ?? false,
    filename: 'contacts.csv',
    numDataRows: 433,
  };
  const query = ImportCompletedDocument.toString().replace(/\s+/g, ' ').trim();
  const body = JSON.stringify({ query, variables: { input } }, null, 2);
  return [
    `curl ${origin}/graphql`,
    `-H "Authorization: Bearer $KEY"`,
    `-H 'Content-Type: application/json'`,
    `-d '${body.replaceAll("'", String.raw`'\''`)}'`,
  ].join(' \\\n  ');
}

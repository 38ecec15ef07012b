/** Erasing, as administrators do it. */

import { ask, type Caller } from '../support/client.ts';

/** What an erasure answers. */
export interface EraseAnswer {
  readonly __typename: string;
  readonly erasedImports?: number;
  readonly erasedEvents?: number;
  readonly cancelledDeliveries?: number;
  readonly code?: string;
}

const FIELDS =
  '__typename ... on ErasePayload { erasedImports erasedEvents cancelledDeliveries } ... on Refusal { code }';

/** Erases one import. */
export async function eraseImport(caller: Caller, importId: string): Promise<EraseAnswer> {
  return await ask(caller, `mutation ($input: EraseImportInput!) { eraseImport(input: $input) { ${FIELDS} } }`, {
    input: { importId },
  });
}

/** Erases all imports of a user. */
export async function eraseUser(caller: Caller, userId: string): Promise<EraseAnswer> {
  return await ask(caller, `mutation ($input: EraseUserInput!) { eraseUser(input: $input) { ${FIELDS} } }`, {
    input: { userId },
  });
}

/** An import with what is left of it. */
export interface ErasedImport {
  readonly importId: string;
  readonly status: string;
  readonly filename: string | null;
  readonly user: object | null;
  readonly reviewUrl: string | null;
  readonly originalFileDownload: string | null;
  readonly erasedAt: string | null;
  readonly events: readonly {
    readonly type: string;
    readonly body: string | null;
    readonly bodySha256: string | null;
    readonly erasedAt: string | null;
  }[];
}

/** Reads an import with its events. */
export async function readImport(caller: Caller, importId: string): Promise<ErasedImport> {
  return await ask(
    caller,
    `query ($importId: String!) {
      import(importId: $importId) {
        importId status filename user { id } reviewUrl originalFileDownload erasedAt
        events { type body bodySha256 erasedAt }
      }
    }`,
    { importId },
  );
}

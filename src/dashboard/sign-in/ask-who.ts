/** Asking the server whose a key is. */

import { ViewerDocument, type ViewerQuery } from '../../../schema/generated/graphql.ts';
import { isRefusedKey, openApi, sentenceOf } from '../api/client.ts';

/** Whoever a key is of. */
export type Viewer = ViewerQuery['viewer'];

/** A key that is good. */
export interface KnownKey {
  readonly key: string;
  readonly viewer: Viewer;
}

/** Why it is not known whether a key is good, or that it is not. */
export interface NoKey {
  readonly why: string;
}

/** What a key looks like; the server says whether it is one. */
const KEY = /^phk_[0-9a-z]{8,32}_[0-9A-Za-z]{32,128}$/;

/** Whether `text` looks like a key. */
export function isKey(text: string): boolean {
  return KEY.test(text);
}

/** Asks; `refused` is what to say when `key` is not good. It never rejects. */
export async function askWho(key: string, refused: string): Promise<KnownKey | NoKey> {
  if (!isKey(key)) return { why: refused };
  const { client } = openApi(key, () => undefined);
  const { data, error } = await client.query<ViewerQuery>(ViewerDocument.toString(), {}).toPromise();
  if (data) return { key, viewer: data.viewer };
  return { why: error && !isRefusedKey(error) ? sentenceOf(error) : refused };
}

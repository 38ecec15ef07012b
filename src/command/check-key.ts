/** Whether the encryption key is the one that the database was written with, asked before anything runs. */

import type { App } from '../app.ts';
import { ConfigError } from '../config.ts';
import { encodeGlobalId } from '../graphql/global-id.ts';
import { findUnreadable } from '../webhook/unreadable.ts';

/** How many ids are told. */
const MOST_NAMED = 10;

/**
 * With a wrong key no attempt can be made, no receiver is to blame, and deliveries would wait without an attempt to show
 * for it: better not to begin. An API alone goes on, with a warning in the log, since it is what new secrets are made by.
 *
 * @throws {ConfigError} when this process is to deliver.
 */
export async function checkEncryptionKey(app: App, { dispatcher }: { readonly dispatcher: boolean }): Promise<void> {
  const { webhookIds, organizationIds } = await findUnreadable(app);
  const ids = [
    ...webhookIds.map((id) => encodeGlobalId('Webhook', id)),
    ...organizationIds.map((id) => encodeGlobalId('Organization', id)),
  ];
  if (ids.length === 0) return;
  if (dispatcher) throw new ConfigError(describe(ids, app.db.kind));
  app.log.warn({ count: ids.length, ids: ids.slice(0, MOST_NAMED) }, 'secrets.unreadable');
}

function describe(ids: readonly string[], database: App['db']['kind']): string {
  const api = database === 'pglite' ? 'api --embedded' : 'api';
  const more = ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} more` : '';
  return [
    `ENCRYPTION_KEY is not the key that these were encrypted with: ${ids.slice(0, MOST_NAMED).join(', ')}${more}.`,
    'Nothing could be delivered to them, so nothing was started. Set the key that was used before, or without the variable put it back as encryption.key in DATA_DIR.',
    `When it is lost, run \`npm run posthorn -- ${api}\`, and make new secrets as docs/operating.md says under "The encryption key".`,
  ].join('\n');
}

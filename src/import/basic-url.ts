/** The URL of a basic webhook, which comes with the import. */

import { isIP } from 'node:net';
import type { App } from '../app.ts';
import { parseWebhookUrl, WebhookUrlRefusedError } from '../webhook/url.ts';
import type { ReportedImport } from './reported-import.ts';

/**
 * Where the basic webhook for what happened goes, or `undefined` when there is none: a completed import tells
 * `webhookUrl`, one that needs review `needsReviewWebhookUrl`, a failed one nobody.
 *
 * Its form is checked here, and its host when it is an address. Names are resolved and vetted when the request is made:
 * reporting an import does not wait for a name server.
 *
 * @throws {WebhookUrlRefusedError}
 */
export function parseBasicUrl(rules: App['rules'], { event, settings }: ReportedImport): URL | undefined {
  const text =
    event === 'import_completed'
      ? settings?.webhookUrl
      : event === 'headless_import_needs_review'
        ? settings?.needsReviewWebhookUrl
        : null;
  if (!text) return undefined;
  const url = parseWebhookUrl(text);
  const address = url.hostname.replace(/^\[|\]$/g, '');
  const reason = isIP(address) === 0 ? undefined : rules.check(address);
  if (reason)
    throw new WebhookUrlRefusedError(
      `${url.hostname} may not be contacted: the address is ${reason}. Only public addresses are allowed, unless ALLOWED_NETWORKS opens private ranges.`,
    );
  return url;
}

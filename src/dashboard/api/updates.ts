/** What a mutation makes stale in the cache beyond the objects that it answers with. */

import type { Cache, UpdateResolver, UpdatesConfig } from '@urql/exchange-graphcache';

/** Lists are asked for again when something was added to them or taken away. */
export const updates: UpdatesConfig = {
  Mutation: {
    createWebhook: forgetting('webhooks'),
    deleteWebhook: forgetting('webhooks', 'webhook'),
    sendTestEvent: forgetting('webhooks', 'webhook'),
    createSavedSchema: forgetting('savedSchemas'),
    renameSavedSchema: forgetting('savedSchemas'),
    deleteSavedSchema: forgetting('savedSchemas', 'webhook', 'webhooks'),
    createApiKey: forgetting('apiKeys'),
    eraseImport: forgetting('import', 'imports', 'explainImport', 'delivery', 'deliveries'),
    startReplay: forgetting('replays'),
  },
};

function forgetting(...fields: readonly string[]): UpdateResolver {
  return (_result, _args, cache) => {
    for (const field of fields) forget(cache, field);
  };
}

function forget(cache: Cache, name: string): void {
  for (const { fieldName, fieldKey } of cache.inspectFields('Query')) {
    if (fieldName === name) cache.invalidate('Query', fieldKey);
  }
}

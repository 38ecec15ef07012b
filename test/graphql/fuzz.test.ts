/**
 * Operations by chance, generated from the schema, so that what is new in it is tried without anybody thinking of it.
 * FUZZ_DOCUMENTS sets how many, FUZZ_SEED from which number on; a failure says what to set to see it again.
 */

import { describe, expect, test } from 'vitest';
import { Role } from '../../prisma/client/client.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { createRandom, pick } from '../chaos/random.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { documentedImport, givenKey, givenWebhook, reportCompleted } from '../support/given.ts';
import { faultOf } from './fuzz/judge.ts';
import { makeOperation, type Operation } from './fuzz/operations.ts';
import { type Answers, sendByGet, sendOverEvents, sendOverHttp, sendOverSocket } from './fuzz/transports.ts';
import type { Known } from './fuzz/values.ts';
import { givenServer } from './servers.ts';
import { acknowledged } from './socket.ts';

const DOCUMENTS = Number(process.env.FUZZ_DOCUMENTS ?? 300);
const SEED = Number(process.env.FUZZ_SEED ?? 1);

/** Faults after which it stops looking for more. */
const ENOUGH = 5;

/** Sent at once. */
const TOGETHER = 8;

/** One of everything that operations can name. */
async function givenThings(app: TestApp): Promise<Known> {
  const { id: webhookId } = await givenWebhook(app, { url: 'http://127.0.0.1:9/' });
  await reportCompleted(app, { settings: { webhookUrl: 'http://127.0.0.1:9/basic' } });
  const { savedSchema } = await ask<{ savedSchema: { id: string } }>(
    app,
    'mutation { createSavedSchema(input: { name: "Fuzz" }) { ... on SavedSchemaPayload { savedSchema { id } } } }',
  );
  const { apiKey } = await ask<{ apiKey: { id: string } }>(
    app,
    'mutation { createApiKey(input: { name: "Fuzz", role: IMPORTER }) { ... on CreateApiKeyPayload { apiKey { id } } } }',
  );
  const { edges, pageInfo } = await ask<{ edges: { node: { id: string } }[]; pageInfo: { endCursor: string } }>(
    app,
    '{ deliveries { edges { node { id } } pageInfo { endCursor } } }',
  );
  return {
    webhookId: [webhookId],
    savedSchemaId: [savedSchema.id],
    apiKeyId: [apiKey.id],
    deliveryId: [edges[0]?.node.id ?? ''],
    id: [webhookId, edges[0]?.node.id ?? '', 'whk_00000000000070008000000000000000'],
    importId: [documentedImport.importId],
    importIdentifier: [documentedImport.importIdentifier],
    after: ['0.0', pageInfo.endCursor],
    before: [pageInfo.endCursor],
    url: ['http://127.0.0.1:9/'],
    createdDate: [documentedImport.completedAt],
    modifiedDate: [documentedImport.completedAt],
    completedAt: [documentedImport.completedAt],
    name: ['Made up'],
  };
}

const TRANSPORTS = {
  HTTP: sendOverHttp,
  GET: sendByGet,
  'server-sent events': sendOverEvents,
  WebSocket: sendOverSocket,
};

/** Those that are refused because of their kind are tried, too, and less often. */
const TRANSPORTS_OF = {
  query: ['HTTP', 'HTTP', 'GET', 'server-sent events', 'WebSocket'],
  mutation: ['HTTP', 'HTTP', 'HTTP', 'HTTP', 'HTTP', 'server-sent events', 'GET', 'WebSocket'],
  subscription: ['WebSocket', 'WebSocket', 'WebSocket', 'server-sent events', 'server-sent events', 'HTTP', 'GET'],
} as const;

describe('whatever is asked', () => {
  test(
    'the server answers it or refuses it with a documented code, says nothing of its insides, and has nothing to log',
    async () => {
      await using app = await createTestApp();
      const lines: string[] = [];
      const log = createLogger('warn', { write: (line) => lines.push(line) });
      const { url } = await givenServer(app, { log });
      const known = await givenThings(app);
      const callers = await Promise.all(
        Object.values(Role).map(async (role) => {
          const caller = { url, key: (await givenKey(app, role)).key ?? '' };
          return { role, caller, socket: await acknowledged(caller) };
        }),
      );

      const admin = pick(
        () => 0,
        callers.filter(({ role }) => role === 'ADMIN'),
      );
      async function tryOne(seed: number): Promise<string | undefined> {
        const random = createRandom(seed);
        const operation = makeOperation(random, known);
        const { role, caller, socket } = random() < 0.5 ? admin : pick(random, callers);
        const transport = pick(random, TRANSPORTS_OF[operation.kind]);
        const { status = 200, answers } =
          transport === 'WebSocket'
            ? await TRANSPORTS[transport](socket, operation)
            : await TRANSPORTS[transport](caller, operation);
        const fault = status >= 500 ? `HTTP ${status}` : answers.map(faultOf).find((found) => found !== undefined);
        const isLogged = lines.length > 0 ? `the log says ${lines.splice(0).join('')}` : undefined;
        const wrong = fault ?? isLogged;
        return wrong && describeCase({ seed, role, transport, wrong }, operation, answers);
      }

      const found: string[] = [];
      for (let seed = SEED; seed < SEED + DOCUMENTS; seed += TOGETHER) {
        const batch = Array.from({ length: Math.min(TOGETHER, SEED + DOCUMENTS - seed) }, (_, index) =>
          tryOne(seed + index),
        );
        found.push(...(await Promise.all(batch)).filter((wrong) => wrong !== undefined));
        if (found.length >= ENOUGH) break;
      }

      expect(found.join('\n\n')).toBe('');
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      for (const { caller, role } of callers) expect(await ask(caller, '{ viewer { role } }')).toEqual({ role });
      expect(lines).toEqual([]);
    },
    60_000 + DOCUMENTS * 200,
  );
});

function describeCase(
  { seed, role, transport, wrong }: Record<'role' | 'transport' | 'wrong', string> & { seed: number },
  { query, variables, operationName }: Operation,
  answers: Answers['answers'],
): string {
  return [
    `${wrong}\n  as ${role} over ${transport}; again with FUZZ_SEED=${seed} FUZZ_DOCUMENTS=1`,
    query.slice(0, 2_000),
    JSON.stringify({ variables, operationName }).slice(0, 2_000),
    JSON.stringify(answers).slice(0, 2_000),
  ].join('\n');
}

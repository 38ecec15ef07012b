import { once } from 'node:events';
import { connect } from 'node:net';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DOCUMENT_LIMITS } from '../../src/graphql/document-limits.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { post, watchWebSocket } from '../support/client.ts';

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});

afterAll(async () => await app.close());

const codesOf = async (query: string) => (await post(app, query)).errors?.map(({ extensions }) => extensions?.code);

describe('a document', () => {
  test('that is too long is refused before it is parsed', async () => {
    expect(await codesOf(`{ viewer { role } } #${' '.repeat(64 * 1024)}`)).toEqual(['OPERATION_TOO_LARGE']);
  });

  test('of too many tokens is refused', async () => {
    expect(await post(app, `{ viewer(a: [${'{} '.repeat(DOCUMENT_LIMITS.tokens)}]) { role } }`)).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_TOO_LARGE', limit: 'tokens', most: DOCUMENT_LIMITS.tokens } }],
    });
  });

  test('may ask for the schema as tools do, and not again and again under aliases', async () => {
    expect(await post(app, getIntrospectionQuery())).toMatchObject({ data: { __schema: {} } });
    expect(await codesOf('{ a: __schema { types { name } } b: __schema { types { name } } }')).toEqual([
      'OPERATION_TOO_LARGE',
    ]);
  });

  test('with a mutation is refused over WebSocket, where numbers would be rounded', async () => {
    await using watching = watchWebSocket(app, 'mutation { rotateBasicWebhookSecret(input: {}) { __typename } }');
    expect(JSON.stringify(await watching.ended)).toContain('MUTATION_OVER_SOCKET');
  });
});

describe('a Host header that is none', () => {
  test('is answered with 400 and without a stack', async () => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.end('GET /graphql HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toMatch(/\n\s+at /);
  });
});

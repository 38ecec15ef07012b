import { getIntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/lib/clock.ts';
import { createTestApp } from '../support/app.ts';
import { post } from '../support/client.ts';
import { errorOf } from './refusal.ts';
import { givenDatabaseAway, givenServer } from './servers.ts';
import { socketAnswer } from './socket.ts';

describe('introspection', () => {
  const INTROSPECT = '{ __schema { types { name } } }';

  test('is answered, deep as editors ask, without a key', async () => {
    await using app = await createTestApp();
    const answer = await post({ url: app.url }, getIntrospectionQuery());
    expect(answer.errors).toBeUndefined();
    expect(JSON.stringify(answer.data)).toContain('importCompleted');
  });

  test('is off when configured so, over HTTP and WebSocket, and so is GraphiQL; __typename is not', async () => {
    await using app = await createTestApp({ config: { introspection: false } });
    expect((await post(app, INTROSPECT)).errors?.[0]).toMatchObject(errorOf('GRAPHQL_VALIDATION_FAILED'));
    expect(await socketAnswer(app, INTROSPECT)).toMatchObject({ type: 'error' });
    expect(await post(app, '{ viewer { __typename } }')).toEqual({ data: { viewer: { __typename: 'Viewer' } } });
    const response = await fetch(`${app.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(await response.text()).not.toContain('graphiql');
  });
});

describe('GraphiQL', () => {
  test('is served to browsers, and loads nothing from anywhere else', async () => {
    await using app = await createTestApp();
    const response = await fetch(`${app.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(response.headers.get('content-type')).toContain('text/html');
    const html = await response.text();
    expect(html).toContain('Posthorn');
    const tags = html.replace(/(<(script|style)\b[^>]*>)[\s\S]*?(?=<\/\2>)/g, '$1');
    const loaded = [...tags.matchAll(/<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)\s*=\s*["']?([^"'\s>]+)/gi)];
    expect(
      loaded.map(([, address]) => address).filter((address) => !/^(data:|\/(?!\/)|#)/.test(address ?? '')),
    ).toEqual([]);
    expect(html).not.toMatch(
      /@import\s|(?:import|fetch|Worker|importScripts)\s*\(?\s*["'`]https?:|unpkg\.com|jsdelivr|cdnjs|esm\.sh/,
    );
  });
});

describe('health', () => {
  const statusOf = async (url: string) => (await fetch(url)).status;

  test('is 200 on both addresses while the database answers', async () => {
    await using app = await createTestApp();
    expect(await statusOf(`${app.url}/healthz`)).toBe(200);
    expect(await statusOf(`${app.url}/readyz?from=probe`)).toBe(200);
  });

  test('leaves no timer behind when the database has answered', async () => {
    await using app = await createTestApp();
    const timers: (AbortSignal | undefined)[] = [];
    const sleep: Clock['sleep'] = (ms, signal) => {
      timers.push(signal);
      return app.clock.sleep(ms, signal);
    };
    const { url } = await givenServer(app, { clock: { ...app.clock, sleep } });
    expect(await statusOf(`${url}/readyz`)).toBe(200);
    expect(timers.map((signal) => signal?.aborted)).toEqual([true]);
  });

  test('says 503 on /readyz, and still 200 on /healthz, when the database is away', async () => {
    await using app = await createTestApp();
    const { url } = await givenServer(app, { db: givenDatabaseAway() });
    expect(await statusOf(`${url}/healthz`)).toBe(200);
    expect(await statusOf(`${url}/readyz`)).toBe(503);
  });
});

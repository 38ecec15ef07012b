import { getIntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { post } from '../support/client.ts';
import { errorOf } from './refusal.ts';
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
    const response = await fetch(app.url, { headers: { accept: 'text/html' } });
    expect(response.url).toBe(`${app.url}/graphql`);
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

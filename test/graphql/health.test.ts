import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { givenDatabaseAway, givenServer } from './servers.ts';

describe('health', () => {
  const statusOf = async (url: string) => (await fetch(url)).status;

  test('is 200 on both addresses while the database answers', async () => {
    await using app = await createTestApp();
    expect(await statusOf(`${app.url}/healthz`)).toBe(200);
    expect(await statusOf(`${app.url}/readyz?from=probe`)).toBe(200);
  });

  test('says 503 on /readyz, and still 200 on /healthz, when the database is away', async () => {
    await using app = await createTestApp();
    const { url } = await givenServer(app, { db: givenDatabaseAway() });
    expect(await statusOf(`${url}/healthz`)).toBe(200);
    expect(await statusOf(`${url}/readyz`)).toBe(503);
  });
});

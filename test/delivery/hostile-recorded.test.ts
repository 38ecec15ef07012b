/** What hostile receivers come to, as operators see it: on the attempt and in the delivery log. */

import { once } from 'node:events';
import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Resolver } from '../../src/webhook/address.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { expiredCertificate, testCertificate, trustTestCertificates } from '../support/certificate.ts';
import { ask } from '../support/client.ts';
import { givenWebhook, reportCompleted } from '../support/given.ts';
import { HOSTILITIES, type Hostility } from '../support/hostile.ts';
import { never, startReceiver } from '../support/receiver.ts';
import { startTcpServer, type Talk } from '../support/tcp.ts';
import { type SeenEntry, watchLog } from './observe.ts';

/** Long enough that on a busy machine nobody misses it but those who mean to. */
const TIMEOUT_MS = 2_000;
/** Other tests share the machine. */
const SLACK_MS = 3_000;

/** One for each thing that can be on record: what it came to, how the body ended, and what is noted. */
const KINDS = [
  ...new Map(
    HOSTILITIES.toReversed().map((kind) => [`${kind.comesTo} ${kind.end} ${kind.warnings?.join(' ')}`, kind]),
  ).values(),
];

/** A handful, for receivers that are reached by IPv6. */
const KINDS_BY_IPV6 = HOSTILITIES.filter(({ what }) =>
  ['silence', 'a gzip bomb', 'a header of 1 MB', 'endless 100 Continue', 'a reset'].includes(what),
);

/** What names resolve to after their webhooks were made. */
const LATER_ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'rebound.test': ['10.0.0.1'],
  'mixed.test': ['127.0.0.1', '10.0.0.1'],
};

/** Whether this machine has `::1`; some containers have no IPv6 at all. */
async function hasIpv6(): Promise<boolean> {
  const server = net.createServer();
  const listening = once(server.listen(0, '::1'), 'listening').then(
    () => true,
    () => false,
  );
  return await listening.finally(() => server.close());
}

interface ShownAttempt {
  readonly outcome: string;
  readonly errorCode: string | null;
  readonly responseEnd: string | null;
  readonly responseWarnings: readonly string[];
  readonly responseBody: string | null;
  readonly remoteAddress: string | null;
  readonly durationMs: number;
}

describe('the record of an attempt', () => {
  let app: TestApp;
  let trusting: Disposable;
  const open: AsyncDisposable[] = [];
  const asked = new Set<string>();
  let attempts = 0;

  beforeAll(async () => {
    trusting = trustTestCertificates();
    let silent = 0;
    const resolver: Resolver = (hostname) => {
      const later = LATER_ADDRESSES[hostname];
      if (later && asked.has(hostname)) return Promise.resolve(later.map((address) => ({ address, family: 4 })));
      asked.add(hostname);
      // It still answers when the webhook is made.
      if (hostname === 'silent.test') silent += 1;
      return hostname === 'silent.test' && silent > 1 ? never : Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    };
    app = await createTestApp({ dispatcher: true, resolver, config: { attemptTimeoutMs: TIMEOUT_MS } });
  });
  afterEach(async () => {
    for (const server of open.splice(0)) await server[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    trusting[Symbol.dispose]();
    await app.close();
  });

  async function opened<Server extends AsyncDisposable>(starting: Promise<Server>): Promise<Server> {
    const server = await starting;
    open.push(server);
    return server;
  }

  /** Has one delivery attempted at this URL; answers how it is shown, and its entry in the log. */
  async function attemptAt(url: string): Promise<{ readonly attempt: ShownAttempt; readonly entry: SeenEntry }> {
    attempts += 1;
    const importId = `import-${attempts}`; // not the URL: ports are used again
    const { id: webhookId } = await givenWebhook(app, { url, importIdentifiers: [importId] });
    await using watching = watchLog(app);
    await reportCompleted(app, { importId, importIdentifier: importId });
    const isOurs = (entry: SeenEntry) => entry.importId === importId && entry.kind.startsWith('ATTEMPT');
    const entry = (await watching.until((entries) => entries.some(isOurs))).find(isOurs);
    const { edges } = await ask<{ edges: { node: { attempts: ShownAttempt[] } }[] }>(
      app,
      `query ($webhookId: ID!) {
        deliveries(filter: { webhookId: $webhookId }) {
          edges { node { attempts { outcome errorCode responseEnd responseWarnings responseBody remoteAddress durationMs } } }
        }
      }`,
      { webhookId },
    );
    const attempt = edges[0]?.node.attempts[0];
    if (!attempt || !entry) throw new Error('the attempt is not on record');
    return { attempt, entry };
  }

  type Expected = Omit<Hostility, 'what' | 'talk'> & { readonly remoteAddress?: string | null };

  const wasRecorded = async (url: string, expected: Expected) => {
    const { comesTo, end, warnings: responseWarnings = [], remoteAddress = '127.0.0.1' } = expected;
    const { attempt, entry } = await attemptAt(url);
    const succeeded = comesTo === 'succeeded';
    const outcome = succeeded ? 'SUCCEEDED' : 'FAILED';
    const errorCode = succeeded ? null : comesTo;
    expect(attempt).toMatchObject({ outcome, errorCode, responseEnd: end, responseWarnings, remoteAddress });
    expect(attempt.durationMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    expect(attempt.responseBody?.length ?? 0).toBeLessThanOrEqual(16_384);
    expect(entry).toMatchObject({
      kind: `ATTEMPT_${outcome}`,
      errorCode,
      deliveryStatus: succeeded ? 'DELIVERED' : 'PENDING',
      attemptNumber: 1,
    });
  };

  test.each(KINDS)('at a receiver that answers with $what says $comesTo (B16, B17)', async (hostility) => {
    const { port } = await opened(startTcpServer(hostility.talk));

    await wasRecorded(`http://127.0.0.1:${port}/`, hostility);
  });

  test.each<{ readonly what: string; readonly talk: Talk; readonly errorCode: string }>([
    { what: 'never ends', talk: () => {}, errorCode: 'TLS_TIMEOUT' },
    { what: 'hangs up in', talk: (socket) => socket.end(), errorCode: 'TLS_FAILED' },
  ])('at a receiver that $what the TLS handshake says $errorCode (B16)', async ({ talk, errorCode }) => {
    const { port } = await opened(startTcpServer(talk));

    await wasRecorded(`https://127.0.0.1:${port}/`, { comesTo: errorCode, end: null });
  });

  test('at a receiver whose certificate has expired says CERTIFICATE_EXPIRED (B16)', async () => {
    const { url } = await opened(startReceiver([200], { tls: expiredCertificate }));

    await wasRecorded(url, { comesTo: 'CERTIFICATE_EXPIRED', end: null });
  });

  test('at a receiver whose certificate is for another host says CERTIFICATE_WRONG_HOST (B16)', async () => {
    const { port } = await opened(startReceiver([200], { tls: testCertificate }));

    await wasRecorded(`https://other.test:${port}/`, { comesTo: 'CERTIFICATE_WRONG_HOST', end: null });
  });

  test('at a receiver whose name servers fall silent says RESOLVER_FAILED at first, though others answer (B16)', async () => {
    const { port } = await opened(startReceiver());
    await wasRecorded(`http://well.test:${port}/`, { comesTo: 'succeeded', end: 'COMPLETE' });

    await wasRecorded(`http://silent.test:${port}/`, { comesTo: 'RESOLVER_FAILED', end: null, remoteAddress: null });
  });

  /** An early response is ANSWERED_EARLY, but a report is never larger than what sockets buffer: see `hostile.test.ts`. */
  test('says of each kind of hostile receiver something else (B16, B17, D36, D37)', async () => {
    const talking = async (what: string) => {
      const talk = HOSTILITIES.find((hostility) => hostility.what === what)?.talk;
      if (!talk) throw new Error(`no receiver answers with ${what}`);
      return `http://127.0.0.1:${(await opened(startTcpServer(talk))).port}/`;
    };
    const { port: tlsPort } = await opened(startReceiver([200], { tls: testCertificate }));
    const { url: expiredUrl } = await opened(startReceiver([200], { tls: expiredCertificate }));
    const { port: muteTlsPort } = await opened(startTcpServer(() => {}));
    const urls = {
      'slow-drip headers': await talking('drip-fed header lines'),
      'slow-drip body': await talking('a drip-fed body'),
      'endless body': await talking('an endless body'),
      '100 MB': await talking('100 MB'),
      'gzip bomb': await talking('a gzip bomb'),
      'brotli bomb': await talking('a brotli bomb, which is kept as it came'),
      '10,000 headers': await talking('10 000 headers'),
      'one 1 MB header': await talking('a header of 1 MB'),
      'invalid UTF-8': await talking('a body that is not UTF-8'),
      'non-ASCII header values': await talking('a header beyond ASCII'),
      'response, then reset': await talking('half a response, and then a reset'),
      'half-closed socket': await talking('half a connection in the body'),
      'TLS that never finishes': `https://127.0.0.1:${muteTlsPort}/`,
      'expired certificate': expiredUrl,
      'wrong-name certificate': `https://other.test:${tlsPort}/`,
      'lying resolver': `http://rebound.test:${tlsPort}/`,
      'mixed answers': `http://mixed.test:${tlsPort}/`,
    };
    const codes = new Map<string, string[]>();
    for (const [kind, url] of Object.entries(urls)) {
      const { attempt } = await attemptAt(url);
      codes.set(kind, [...(attempt.errorCode ? [attempt.errorCode] : []), ...attempt.responseWarnings]);
    }

    expect(Object.fromEntries(codes)).toEqual({
      'slow-drip headers': ['RESPONSE_TIMEOUT'],
      'slow-drip body': ['BODY_TIMEOUT'],
      'endless body': ['BODY_UNANNOUNCED'],
      '100 MB': ['BODY_TOO_LONG'],
      'gzip bomb': ['BODY_EXPANDS'],
      'brotli bomb': ['BODY_ENCODED'],
      '10,000 headers': ['TOO_MANY_HEADERS'],
      'one 1 MB header': ['HEADERS_TOO_LARGE'],
      'invalid UTF-8': ['BODY_NOT_UTF8'],
      'non-ASCII header values': ['HEADERS_NOT_ASCII'],
      'response, then reset': ['CONNECTION_RESET'],
      'half-closed socket': ['CONNECTION_CLOSED'],
      'TLS that never finishes': ['TLS_TIMEOUT'],
      'expired certificate': ['CERTIFICATE_EXPIRED'],
      'wrong-name certificate': ['CERTIFICATE_WRONG_HOST'],
      'lying resolver': ['BLOCKED_NAME'],
      'mixed answers': ['MIXED_ADDRESSES'],
    });
  });

  test.for(KINDS_BY_IPV6)(
    'at an IPv6 receiver that answers with $what says $comesTo (B16, B17)',
    async (hostility, { skip }) => {
      skip(!(await hasIpv6()), 'this machine has no IPv6 loopback address');
      const { port } = await opened(startTcpServer(hostility.talk, '::1'));

      await wasRecorded(`http://[::1]:${port}/`, { ...hostility, remoteAddress: '::1' });
    },
  );
});

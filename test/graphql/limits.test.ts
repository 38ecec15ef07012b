/** docs/limits.md, held to the code. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { MOST_EXAMINED } from '../../src/delivery/log.sql.ts';
import { BUFFER_LIMIT, CATCH_UP_MS } from '../../src/delivery/log-subscriber.ts';
import { LIMITS } from '../../src/graphql/builder.ts';
import { ANONYMOUS_LIMITS } from '../../src/graphql/caller-plugin.ts';
import { PAGE_SIZE } from '../../src/graphql/connection.ts';
import { DOCUMENT_LIMITS, MOST_INTROSPECTION } from '../../src/graphql/document-limits.ts';
import { MOST_ITEMS } from '../../src/graphql/list-plugin.ts';
import { ARRIVE_WITHIN_MS, MOST_BODY_BYTES } from '../../src/graphql/server.ts';
import { KEEP_ALIVE_MS } from '../../src/graphql/socket-transport.ts';
import { IDLE_MS, INTRODUCTION_MS, MOST_OPERATIONS } from '../../src/graphql/sockets.ts';
import { MOST_OPAQUE_BYTES } from '../../src/import/import-input.ts';
import { MOST_IMPORTS } from '../../src/import/report.graphql.ts';
import { MAX_JSON_DEPTH } from '../../src/lib/exact-json.ts';
import { documentedCodes, documentedLimits } from './documented.ts';

const defaults = readConfig({});

/** What each row of the page begins with, and how much there may be. */
const LIMIT_ROWS: readonly (readonly [row: string, most: number | undefined])[] = [
  ['`body`', MOST_BODY_BYTES],
  ['`characters`', DOCUMENT_LIMITS.characters],
  ['`tokens`', DOCUMENT_LIMITS.tokens],
  ['bytes of a body without a key', ANONYMOUS_LIMITS.bytes],
  ['tokens of a document without a key', ANONYMOUS_LIMITS.tokens],
  ['`aliases`', LIMITS.aliases],
  ['`depth`', LIMITS.depth],
  ['`breadth`', LIMITS.breadth],
  ['`complexity`', LIMITS.complexity],
  ['`listItems`', MOST_ITEMS],
  ['`__schema`', MOST_INTROSPECTION.get('__schema')],
  [`nodes of a page (\`first\`, \`last\`); ${PAGE_SIZE.usual} when nobody says`, LIMITS.pageSize],
  ['seconds until a request has arrived whole', ARRIVE_WITHIN_MS / 1_000],
  ['entries of the delivery log that a page looks at', MOST_EXAMINED],
  ['depth of opaque JSON', MAX_JSON_DEPTH],
  ['imports in one `importsCompleted`', MOST_IMPORTS],
  ['bytes of `resultMetadata`', MOST_OPAQUE_BYTES],
  ['WebSockets open at once (`MAX_SOCKETS`)', defaults.maxSockets],
  ['WebSockets of one key (`MAX_SOCKETS_PER_KEY`)', defaults.maxSocketsPerKey],
  ['`eventStreams`', defaults.maxSocketsPerKey],
  ['`operationsPerSocket`', MOST_OPERATIONS],
  ['seconds until `connection_init`', INTRODUCTION_MS / 1_000],
  ['seconds between pings', KEEP_ALIVE_MS / 1_000],
  ['seconds without an operation', IDLE_MS / 1_000],
  ['entries that wait for a subscriber', BUFFER_LIMIT],
  ['seconds that it may take to catch up', CATCH_UP_MS / 1_000],
];

describe('docs/limits.md', () => {
  test('says of every limit how much there may be, and of nothing else', () => {
    expect(documentedLimits.map(({ most }, index) => [LIMIT_ROWS[index]?.[0], most])).toEqual(LIMIT_ROWS);
    for (const [index, [row]] of LIMIT_ROWS.entries()) {
      expect(documentedLimits[index]?.name.slice(0, row.length)).toBe(row);
    }
  });

  test('names every code that errors are given in the code, and no other', () => {
    const given = codesInSource();
    const missing = [...given].filter((code) => !documentedCodes.has(code));
    expect(missing).toEqual([]);
    const ofLibraries = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE'];
    expect([...documentedCodes].filter((code) => !given.has(code) && !ofLibraries.includes(code))).toEqual([]);
  });
});

/** The codes that stand in the sources as codes of errors; those of refusals are fields of their classes. */
function codesInSource(): Set<string> {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const text = files.map((name) => readFileSync(`src/${name}`, 'utf8')).join('\n');
  const ends = readFileSync('src/delivery/log-subscription.ts', 'utf8');
  const found = [
    ...text.matchAll(/extensions: \{[^}]*code: '([A-Z_]+)'/g),
    ...text.matchAll(/(?:refuse\(\d+,|LimitError\(|super\() ?\s*'([A-Z_]+)'/g),
    ...ends.matchAll(/^ {2}([A-Z_]+): '/gm),
  ];
  return new Set(found.map(([, code = '']) => code));
}

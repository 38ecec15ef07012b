/** An importer that reports as fast as it is answered, or at a pace. node:http, because the client must cost less than the server. */

import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { answerCalls } from '../support/child.ts';
import { machineMs } from '../support/clock.ts';
import { exampleImport } from '../support/example.ts';
import { keepPace, type Pace, type Published } from '../support/pace.ts';
import { measureRate } from '../support/rate.ts';

/** Connections are given up before the server does so: one that closes as it is used again fails the report. */
const agent = new Agent({ keepAlive: true, timeout: 2_000 });

const RESULT = '__typename ... on ImportReport { event { id } deliveries duplicate }';
const REPORT = `mutation ($input: ImportCompletedInput!) { importCompleted(input: $input) { ${RESULT} } }`;
const REPORT_MANY = `mutation ($input: ImportsCompletedInput!) { importsCompleted(input: $input) { results { ${RESULT} } } }`;

/** What it can ask, and how it knows a right answer. */
const OPERATIONS = {
  report: {
    query: REPORT,
    variables: () => ({ input: exampleImport() }),
    expected: '"deliveries":1,"duplicate":false',
  },
  nothing: { query: 'mutation { __typename }', variables: () => ({}), expected: '"__typename":"Mutation"' },
} as const;

interface Caller {
  readonly url: string;
  readonly key: string;
}

interface Question {
  readonly query: string;
  readonly variables: object;
  readonly expected: string;
}

/** Who reports, and for which webhooks. */
export interface Target {
  readonly key: string;
  readonly identifier: string;
}

async function ask({ url, key }: Caller, { query, variables, expected }: Question): Promise<void> {
  const body = JSON.stringify({ query, variables });
  const answer = await new Promise<string>((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${key}`,
    };
    request(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => text(response).then(resolve, reject))
      .on('error', reject)
      .end(body);
  });
  if (!answer.includes(expected)) throw new Error(`the answer to ${query} was ${answer}`);
}

async function askFor(caller: Caller, name: keyof typeof OPERATIONS): Promise<void> {
  const { variables, ...operation } = OPERATIONS[name];
  await ask(caller, { ...operation, variables: variables() });
}

const calls = answerCalls({
  /** Asks `count` times, `concurrency` at once, and answers with the operations per second. */
  async run(job: Caller & { operation: keyof typeof OPERATIONS; count: number; concurrency: number }): Promise<number> {
    return await measureRate(job, () => askFor(job, job.operation));
  },
  /** Reports one import, and answers with the instants just before and after. */
  async reportOne(caller: Caller): Promise<{ startMs: number; answeredMs: number }> {
    const startMs = machineMs();
    await askFor(caller, 'report');
    return { startMs, answeredMs: machineMs() };
  },
  /** Reports one import, or `bulk` in one mutation, at the pace, for the targets in turn. */
  async publish({
    url,
    targets,
    bulk = 1,
    ...pace
  }: { url: string; targets: readonly Target[]; bulk?: number } & Pace): Promise<Published[]> {
    const published: Published[] = [];
    await keepPace(pace, async (index) => {
      const route = index % targets.length;
      const target = targets[route];
      if (!target) return;
      const imports = Array.from({ length: bulk }, () => exampleImport(target.identifier));
      const [input] = imports;
      const atMs = machineMs();
      for (const { importId } of imports) published.push({ id: importId, route, atMs });
      const question =
        bulk === 1
          ? { query: REPORT, variables: { input } }
          : { query: REPORT_MANY, variables: { input: { imports } } };
      await ask({ url, key: target.key }, { ...question, expected: '"duplicate":false' });
    });
    return published;
  },
});

/** What the loop can be asked. */
export type GraphqlLoopCalls = typeof calls;

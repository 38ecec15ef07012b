/** An importer that reports as fast as it is answered. node:http, because the client must cost less than the server. */

import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { answerCalls } from '../support/child.ts';
import { machineMs } from '../support/clock.ts';
import { exampleImport } from '../support/example.ts';

const agent = new Agent({ keepAlive: true });

const REPORT = `mutation ($input: ImportCompletedInput!) {
  importCompleted(input: $input) { __typename ... on ImportReport { event { id } deliveries duplicate } }
}`;

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

async function ask({ url, key }: Caller, operation: keyof typeof OPERATIONS): Promise<void> {
  const { query, variables, expected } = OPERATIONS[operation];
  const body = JSON.stringify({ query, variables: variables() });
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
  if (!answer.includes(expected)) throw new Error(`the answer to ${operation} was ${answer}`);
}

const calls = answerCalls({
  /** Asks `count` times, `concurrency` at once, and answers with the operations per second. */
  async run(job: Caller & { operation: keyof typeof OPERATIONS; count: number; concurrency: number }): Promise<number> {
    let left = job.count;
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        await ask(job, job.operation);
      }
    };
    const startMs = machineMs();
    await Promise.all(Array.from({ length: job.concurrency }, worker));
    return (job.count / (machineMs() - startMs)) * 1000;
  },
  /** Reports one import, and answers with the instants just before and after. */
  async reportOne(caller: Caller): Promise<{ startMs: number; answeredMs: number }> {
    const startMs = machineMs();
    await ask(caller, 'report');
    return { startMs, answeredMs: machineMs() };
  },
});

/** What the loop can be asked. */
export type GraphqlLoopCalls = typeof calls;

/** The demo's story: an import is reported once, and two receivers get it, one of them at the third attempt. */

import { z } from 'zod';
import type { App } from '../app.ts';
import type { Service } from '../lib/service.ts';
import { ask, type LogEntry, type Server, watchLog } from './demo-client.ts';
import { EXAMPLE_BODY, EXAMPLE_IMPORT } from './demo-example.ts';
import {
  type Finding,
  print,
  printEntry,
  printFindings,
  printHeading,
  printRequest,
  printTable,
} from './demo-print.ts';
import { createReceiver, headerOf, type ReceivedRequest, type Receiver } from './receiver.ts';

/** What the story left behind. */
export interface Story {
  /** Whether everything happened as told. */
  readonly asTold: boolean;
  /** Ends the receivers and the subscription, which go on printing until then. */
  stop(deadline: AbortSignal): Promise<void>;
}

/** Delays between attempts, in seconds: short, for those who watch. */
export const DEMO_RETRY_SCHEDULE_SECONDS = [0.5, 1, 2, 4];

/** Longest time that the deliveries may take before the story counts as failed, in milliseconds. */
const PATIENCE_MS = 30_000;

/** One of the two who are told about the import. */
interface Character {
  readonly name: string;
  /** What it answers, request by request. */
  readonly answers: readonly number[];
  readonly receiver: Receiver;
  readonly requests: ReceivedRequest[];
}

/**
 * Tells the story on a running server. All that it prints is what came back from the API, the subscription and the
 * receivers.
 *
 * @throws when the API refuses something, or the deliveries take too long; the receivers have stopped by then.
 */
export async function tellStory({ clock }: Pick<App, 'clock'>, server: Server): Promise<Story> {
  const parts: Pick<Service, 'stop'>[] = [];
  const stop = async (deadline: AbortSignal) => void (await Promise.all(parts.map((part) => part.stop(deadline))));
  const meet = (name: string, fail: number): Character => {
    const requests: ReceivedRequest[] = [];
    const receiver = createReceiver({
      ...{ clock, host: '127.0.0.1', port: 0, status: 200, fail, delayMs: 0 },
      onRequest: (request) => {
        printRequest(name, request, !requests.some(({ body }) => body.equals(request.body)));
        requests.push(request);
      },
    });
    parts.push(receiver);
    return { name, answers: [...Array<number>(fail).fill(500), 200], receiver, requests };
  };
  try {
    const crm = meet('crm', 0);
    const warehouse = meet('warehouse', 2);
    await introduce([crm, warehouse]);
    const names = new Map<string, Character>();
    for (const character of [crm, warehouse]) names.set(await createWebhook(server, character), character);

    printHeading('3. Somebody watches the delivery log: a GraphQL subscription over WebSocket');
    const { deliveryLog } = await ask(server, pageShape, '{ deliveryLog(last: 1) { endCursor } }');
    const watch = watchLog(server, deliveryLog.endCursor, (entry) =>
      printEntry(names.get(entry.webhookId ?? '')?.name ?? 'other', entry),
    );
    parts.push(watch);
    print(`  from the cursor ${deliveryLog.endCursor} on, the end of the log as it is now`);

    printHeading("4. The importer reports an import, once: Dromo's documented example (importCompleted)");
    const report = await reportImport(server);
    print(`  accepted as event ${report.event.id}; deliveries committed with it: ${report.deliveries}\n`);
    const isOver = (entries: readonly LogEntry[]) =>
      entries.filter(({ kind }) => kind === 'DELIVERED' || kind === 'EXHAUSTED').length >= names.size;
    const entries = await watch.until(isOver, AbortSignal.timeout(PATIENCE_MS));

    printHeading('5. The importer, unsure whether that worked, reports the same again');
    const again = await reportImport(server);
    print(`  ${again.duplicate ? 'recognised as a duplicate of' : 'accepted as'} event ${again.event.id}`);

    printHeading('What came of it');
    const findings = await judge(server, names, entries, report, again);
    printFindings(findings);
    return { asTold: findings.every(({ holds }) => holds), stop };
  } catch (error) {
    await stop(AbortSignal.abort());
    throw error;
  }
}

async function introduce(characters: readonly Character[]): Promise<void> {
  printHeading('1. Two receivers listen, each verifying signatures with the official standardwebhooks library');
  for (const { receiver } of characters) await receiver.start();
  printTable(
    characters.map(({ name, answers, receiver }) => [
      name,
      `${receiver.url}/${name}, will answer ${answers.join(', ')}`,
    ]),
  );
  printHeading('2. A manager makes a webhook for each (createWebhook), for imports named "contacts"');
}

const createdShape = z.object({
  createWebhook: z.object({ webhook: z.object({ id: z.string(), url: z.string() }), secret: z.string() }),
});

/** @returns the webhook's id. */
async function createWebhook(server: Server, { name, receiver }: Character): Promise<string> {
  const { createWebhook: created } = await ask(
    server,
    createdShape,
    `mutation ($input: CreateWebhookInput!) {
      createWebhook(input: $input) {
        ... on CreateWebhookPayload { webhook { id url } secret }
        ... on Refusal { code message }
      }
    }`,
    { input: { url: `${receiver.url}/${name}`, importIdentifiers: [EXAMPLE_IMPORT.importIdentifier] } },
  );
  receiver.trust(created.secret);
  printTable([[name, `webhook ${created.webhook.id}, signing with ${created.secret.slice(0, 12)}…`]]);
  return created.webhook.id;
}

const pageShape = z.object({ deliveryLog: z.object({ endCursor: z.string() }) });

const reportShape = z.object({ event: z.object({ id: z.string() }), deliveries: z.number(), duplicate: z.boolean() });

async function reportImport(server: Server): Promise<z.output<typeof reportShape>> {
  const { importCompleted } = await ask(
    server,
    z.object({ importCompleted: reportShape }),
    `mutation ($input: ImportCompletedInput!) {
      importCompleted(input: $input) {
        ... on ImportReport { event { id } deliveries duplicate }
        ... on Refusal { code message }
      }
    }`,
    { input: EXAMPLE_IMPORT },
  );
  return importCompleted;
}

const deliveriesShape = z.object({
  deliveries: z.object({ edges: z.array(z.object({ node: z.object({ status: z.string() }) })) }),
});

type Report = z.output<typeof reportShape>;

/** Holds the story against what the receivers got, what the subscription saw, and what the API says now. */
async function judge(
  server: Server,
  names: ReadonlyMap<string, Character>,
  entries: readonly LogEntry[],
  report: Report,
  again: Report,
): Promise<Finding[]> {
  const { deliveries } = await ask(server, deliveriesShape, '{ deliveries { edges { node { status } } } }');
  const delivered = deliveries.edges.filter(({ node }) => node.status === 'DELIVERED').length;
  const requests = [...names.values()].flatMap((character) => character.requests);
  const every = (holds: (request: ReceivedRequest) => boolean) => requests.length > 0 && requests.every(holds);
  return [
    {
      claim: `${delivered} of ${names.size} deliveries are DELIVERED, and there are no others`,
      holds: delivered === names.size && deliveries.edges.length === names.size && report.deliveries === names.size,
    },
    ...[...names].map(([webhookId, character]) => judgeCharacter(webhookId, character, entries)),
    {
      claim: 'every request had a valid signature',
      holds: every(({ verdict }) => verdict.kind === 'verified'),
    },
    {
      claim: 'every request had the same webhook-id, the id of the event, by which receivers tell a retry',
      holds: every((request) => headerOf(request, 'webhook-id') === report.event.id),
    },
    {
      claim: 'every body was the documented one, byte for byte',
      holds: every(({ body }) => body.equals(Buffer.from(EXAMPLE_BODY))),
    },
    {
      claim: 'the second report led to the same event, and to nothing else',
      holds: again.duplicate && again.event.id === report.event.id,
    },
  ];
}

function judgeCharacter(
  webhookId: string,
  { name, answers, requests }: Character,
  entries: readonly LogEntry[],
): Finding {
  const given = requests.map(({ status }) => status);
  const attempts = requests.map((request) => headerOf(request, 'posthorn-attempt'));
  const seen = entries.filter((entry) => entry.webhookId === webhookId).map(({ kind }) => kind);
  const expected = answers.map((status) => (status < 300 ? 'ATTEMPT_SUCCEEDED' : 'ATTEMPT_FAILED'));
  return {
    claim: `${name} was sent ${requests.length === 1 ? 'one request' : `${requests.length} requests`}, answered ${given.join(', ')}, and the log told every step in order`,
    holds:
      given.join() === answers.join() &&
      attempts.join() === answers.map((_, index) => index + 1).join() &&
      seen.join() === ['SCHEDULED', ...expected, 'DELIVERED'].join(),
  };
}

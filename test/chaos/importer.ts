/** The importer of a run: reports imports at a steady rate, repeats what was not answered, and remembers the answers. */

import { setTimeout as delay } from 'node:timers/promises';
import { documentedImport, REPORT_FIELDS, type ReportAnswer } from '../support/given.ts';
import { headlessDetails } from '../support/report.ts';
import { BASIC, hooksOf, IDENTIFIERS } from './hooks.ts';
import { pick, type Random } from './random.ts';

/** An import that was reported, and what we were told. */
export interface Reported {
  readonly importId: string;
  /** The paths it must be delivered to. */
  readonly hooks: readonly string[];
  /** The event's id; undefined while no report of it was answered. */
  eventId: string | undefined;
}

/** See {@link startImporter}. */
export interface Importer {
  readonly reported: ReadonlyMap<string, Reported>;
  /** Reports nothing new any more. Resolves when everything that was reported is answered. */
  stop(): Promise<void>;
}

/** What an importer needs. */
export interface ImporterOptions {
  /** The API, by way of a network that fails. */
  readonly url: string;
  readonly key: string;
  readonly receiverUrl: string;
  readonly random: Random;
  /** Calls a second. */
  readonly rate: number;
  readonly complain: (complaint: string) => void;
}

/** Calls that wait for an answer at the same time; more are not begun while the API is away. */
const MOST_CALLS = 40;

/** How long a call waits for an answer, and how long until it is repeated, in milliseconds. */
const ANSWER_MS = 15_000;
const REPEAT_MS = 100;

/** One call in so many is repeated although it was answered; one in so many is in bulk, and has so many imports. */
const CALLS_PER_REPETITION = 20;
const CALLS_PER_BULK = 20;
const IMPORTS_IN_BULK = 5;

/** One import in so many brings a basic webhook along, and one in so many is headless. */
const IMPORTS_PER_BASIC_WEBHOOK = 10;
const IMPORTS_PER_HEADLESS = 5;

const SINGLE = `mutation ($input: ImportCompletedInput!) { answer: importCompleted(input: $input) { ${REPORT_FIELDS} } }`;
const BULK = `mutation ($input: ImportsCompletedInput!) {
  answer: importsCompleted(input: $input) { results { ${REPORT_FIELDS} } }
}`;

/** Starts reporting. */
export function startImporter({ url, key, receiverUrl, random, rate, complain }: ImporterOptions): Importer {
  const reported = new Map<string, Reported>();
  const calls = new Set<Promise<void>>();
  const inOne = (count: number) => random() < 1 / count;

  function nextImport() {
    const importIdentifier = pick(random, IDENTIFIERS);
    const hasBasicWebhook = inOne(IMPORTS_PER_BASIC_WEBHOOK);
    const importId = `import-${reported.size}`;
    reported.set(importId, { importId, hooks: hooksOf(importIdentifier, hasBasicWebhook), eventId: undefined });
    return {
      ...documentedImport,
      ...(inOne(IMPORTS_PER_HEADLESS) ? { importType: 'HEADLESS', headless: headlessDetails } : {}),
      ...(hasBasicWebhook ? { settings: { webhookUrl: `${receiverUrl}/${BASIC}` } } : {}),
      importId,
      importIdentifier,
    };
  }

  /** Reports until there is an answer, and again if it is to be repeated. */
  async function call(): Promise<void> {
    const isBulk = inOne(CALLS_PER_BULK);
    const imports = Array.from({ length: isBulk ? IMPORTS_IN_BULK : 1 }, nextImport);
    const input = isBulk ? { imports } : imports[0];
    const times = inOne(CALLS_PER_REPETITION) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      let tries = 1;
      let answers = await ask(isBulk ? BULK : SINGLE, input);
      for (; !answers; tries += 1) {
        await delay(REPEAT_MS);
        answers = await ask(isBulk ? BULK : SINGLE, input);
      }
      for (const [index, { importId }] of imports.entries()) check(importId, answers[index], tries + time);
    }
  }

  /** Undefined when there was no answer, or that of a server that has no database just now. */
  async function ask(query: string, input: unknown): Promise<readonly ReportAnswer[] | undefined> {
    try {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ query, variables: { input } }),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const { data } = (await response.json()) as { data?: { answer?: ReportAnswer & { results?: ReportAnswer[] } } };
      return data?.answer ? (data.answer.results ?? [data.answer]) : undefined;
    } catch {
      return undefined;
    }
  }

  function check(importId: string, answer: ReportAnswer | undefined, tries: number): void {
    const entry = reported.get(importId);
    if (!entry || !answer?.event) {
      complain(`${importId} was refused: ${answer?.code} ${answer?.message}`);
      return;
    }
    const { event, duplicate, deliveries } = answer;
    if (entry.eventId !== undefined && entry.eventId !== event.id) complain(`${importId} has two events`);
    if (entry.eventId !== undefined && !duplicate) complain(`${importId} was accepted twice`);
    if (tries === 1 && duplicate) complain(`${importId} was a duplicate when it was reported for the first time`);
    if (deliveries !== entry.hooks.length)
      complain(`${importId} has ${deliveries} deliveries, not ${entry.hooks.length}`);
    entry.eventId = event.id;
  }

  function begin(): void {
    if (calls.size >= MOST_CALLS) return;
    const running: Promise<void> = call().finally(() => calls.delete(running));
    calls.add(running);
  }

  const timer = setInterval(begin, 1000 / rate);
  return {
    reported,
    async stop() {
      clearInterval(timer);
      await Promise.all(calls);
    },
  };
}

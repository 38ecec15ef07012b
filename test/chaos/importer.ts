/** The importer of a run: reports imports at a steady rate, repeats what was not answered, and remembers the answers. */

import { setTimeout as delay } from 'node:timers/promises';
import { documentedImport, REPORT_FIELDS, type ReportAnswer } from '../support/given.ts';
import { headlessDetails, headlessImport } from '../support/report.ts';
import { BASIC, hooksOf, IDENTIFIERS } from './hooks.ts';
import { pick, type Random } from './random.ts';

/** An import that was reported, and what we were told. */
export interface Reported {
  readonly importId: string;
  /** The paths it must be delivered to. */
  readonly hooks: readonly string[];
  /** The id of the event of its end; undefined while no report of it was answered. */
  eventId: string | undefined;
  /** Of one that needed review before, to the same paths: the id of that event. */
  readonly review: { eventId: string | undefined } | undefined;
}

/** The ids of all events that were reported, of reviews and of ends. */
export function eventsOf({ eventId, review }: Reported): (string | undefined)[] {
  return review ? [review.eventId, eventId] : [eventId];
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

/** One call in so many is about an import that needs review, and is completed at most so long after, in milliseconds. */
const CALLS_PER_REVIEW = 6;
const LONGEST_REVIEW_MS = 600;

/** What of an import is reported. */
type What = 'review' | 'end';

const SINGLE = `mutation ($input: ImportCompletedInput!) { answer: importCompleted(input: $input) { ${REPORT_FIELDS} } }`;
const REVIEW = `mutation ($input: HeadlessImportNeedsReviewInput!) {
  answer: headlessImportNeedsReview(input: $input) { ${REPORT_FIELDS} }
}`;
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
    const importId = note(hooksOf(importIdentifier, hasBasicWebhook), false);
    return {
      ...documentedImport,
      ...(inOne(IMPORTS_PER_HEADLESS) ? { importType: 'HEADLESS', headless: headlessDetails } : {}),
      ...(hasBasicWebhook ? { settings: { webhookUrl: `${receiverUrl}/${BASIC}` } } : {}),
      importId,
      importIdentifier,
    };
  }

  /** Notes where one more import must be delivered to, and answers with its id. */
  function note(hooks: readonly string[], isReviewed: boolean): string {
    const importId = `import-${reported.size}`;
    const review = isReviewed ? { eventId: undefined } : undefined;
    reported.set(importId, { importId, hooks, eventId: undefined, review });
    return importId;
  }

  /** An import that needs review, completed soon after: while the review waits, is attempted, or has arrived. */
  async function callWithReview(): Promise<void> {
    const importIdentifier = pick(random, IDENTIFIERS);
    const importId = note(hooksOf(importIdentifier, false), true);
    const input = { ...headlessImport, importId, importIdentifier };
    await report(REVIEW, input, [importId], 'review');
    await delay(random() * LONGEST_REVIEW_MS);
    await report(SINGLE, input, [importId], 'end');
  }

  async function call(): Promise<void> {
    if (inOne(CALLS_PER_REVIEW)) return await callWithReview();
    const isBulk = inOne(CALLS_PER_BULK);
    const imports = Array.from({ length: isBulk ? IMPORTS_IN_BULK : 1 }, () => nextImport());
    const ids = imports.map(({ importId }) => importId);
    await report(isBulk ? BULK : SINGLE, isBulk ? { imports } : imports[0], ids, 'end');
  }

  /** Reports until there is an answer, and again if it is to be repeated. */
  async function report(query: string, input: unknown, ids: readonly string[], what: What): Promise<void> {
    const times = inOne(CALLS_PER_REPETITION) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      let tries = 1;
      let answers = await ask(query, input);
      for (; !answers; tries += 1) {
        await delay(REPEAT_MS);
        answers = await ask(query, input);
      }
      for (const [index, importId] of ids.entries()) check(importId, what, answers[index], tries + time);
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

  function check(importId: string, what: What, answer: ReportAnswer | undefined, tries: number): void {
    const entry = reported.get(importId);
    const about = `the ${what} of ${importId}`;
    const noted = what === 'review' ? entry?.review : entry;
    if (!entry || !noted || !answer?.event) {
      complain(`${about} was refused: ${answer?.code} ${answer?.message}`);
      return;
    }
    const { event, duplicate, deliveries } = answer;
    if (noted.eventId !== undefined && noted.eventId !== event.id) complain(`${about} has two events`);
    if (noted.eventId !== undefined && !duplicate) complain(`${about} was accepted twice`);
    if (tries === 1 && duplicate) complain(`${about} was a duplicate when it was reported for the first time`);
    if (deliveries !== entry.hooks.length) complain(`${about} has ${deliveries} deliveries, not ${entry.hooks.length}`);
    noted.eventId = event.id;
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

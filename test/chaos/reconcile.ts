/** The end of a run: the importer's, the receivers' and our own ledger, held against each other line by line. */

import { BASIC, HOOKS } from './hooks.ts';
import { eventsOf, type Reported } from './importer.ts';
import { type Chance, matchRequests } from './match.ts';
import type { Receipt } from './receivers.ts';
import { LAST_KINDS, type LogEntry } from './watcher.ts';

/** A delivery as the API shows it, with all its attempts. */
export interface ShownDelivery {
  readonly id: string;
  readonly status: string;
  readonly importId: string;
  readonly event: { readonly id: string };
  readonly webhook: { readonly id: string } | null;
  readonly attempts: readonly ShownAttempt[];
}

/** An attempt as the API shows it. */
export interface ShownAttempt {
  readonly id: string;
  readonly number: number;
  readonly outcome: 'SUCCEEDED' | 'FAILED';
  readonly responseStatus: number | null;
  readonly leaseLost: boolean;
}

/** Everything that was said and done in a run. */
export interface Evidence {
  readonly reported: ReadonlyMap<string, Reported>;
  readonly receipts: readonly Receipt[];
  readonly deliveries: readonly ShownDelivery[];
  /** The delivery log, read at the end. */
  readonly log: readonly LogEntry[];
  /** The delivery log, as each of the subscribers saw it. */
  readonly watched: readonly (readonly LogEntry[])[];
  /** The path of each webhook, by its id. */
  readonly hooks: ReadonlyMap<string, string>;
  /** Under what each request of a delivery can have been made. */
  readonly chancesOf: (delivery: ShownDelivery) => readonly Chance[];
}

/** What came of a run. */
export interface Account {
  /** Events that we have accepted. */
  readonly accepted: number;
  /** Of those, the ones that every webhook they match has received, and taken. */
  readonly delivered: number;
  /** Reviews that not every webhook has received, because the import moved on before. */
  readonly superseded: number;
  /** Requests for what that webhook had received before and not declined. */
  readonly duplicates: number;
  /** Accepted, and neither delivered nor superseded. */
  readonly lost: number;
  /** Attempts whose lease was another's when they were written down. */
  readonly leasesLost: number;
  /** Retries after a receiver had declined. */
  readonly retries: number;
  /** Everything that should not be, a line each. */
  readonly unexplained: readonly string[];
}

/** A clock has some play: two that run on the same machine are apart by no more, in milliseconds. */
const CLOCK_PLAY_MS = 5;

/** Reconciles the ledgers. */
export function reconcile(evidence: Evidence): Account {
  const unexplained: string[] = [];
  const receipts = groupBy(evidence.receipts, ({ deliveryId }) => deliveryId);
  const deliveries = groupBy(evidence.deliveries, ({ event }) => event.id);
  const reviews = new Set([...evidence.reported.values()].flatMap(({ review }) => review?.eventId ?? []));
  const tally = { accepted: 0, delivered: 0, superseded: 0, duplicates: 0, leasesLost: 0, retries: 0 };

  for (const entry of evidence.reported.values()) {
    for (const eventId of eventsOf(entry)) {
      const { importId, hooks } = entry;
      const about = `${reviews.has(eventId ?? '') ? 'the review of ' : ''}${importId}`;
      tally.accepted += 1;
      const ours = deliveries.get(eventId ?? '') ?? [];
      const paths = ours.map(({ webhook }) => pathOf(evidence, webhook?.id));
      if (paths.toSorted().join() !== hooks.toSorted().join()) {
        unexplained.push(`${about} has deliveries to ${paths.join(', ') || 'nobody'}, not to ${hooks.join(', ')}`);
      }
      const arrived = ours.filter(({ id }) => receipts.get(id)?.some(({ answer }) => answer?.status === 200));
      const missing = ours.filter((delivery) => !arrived.includes(delivery) && delivery.status !== 'SUPERSEDED');
      if (arrived.length === hooks.length) tally.delivered += 1;
      else if (ours.length === hooks.length && missing.length === 0 && reviews.has(eventId ?? ''))
        tally.superseded += 1;
      else unexplained.push(`${about} is lost: ${missingPaths(evidence, hooks, arrived)} never got it`);
    }
    unexplained.push(...checkOrder(evidence, entry));
  }

  for (const delivery of evidence.deliveries) {
    const got = receipts.get(delivery.id) ?? [];
    const wrong = checkDelivery(evidence, delivery, got, reviews.has(delivery.event.id));
    unexplained.push(...wrong.map((what) => `${delivery.id} ${what}`));
    const declined = got.filter(({ answer }) => answer?.status === 500).length;
    tally.duplicates += Math.max(0, got.length - declined - 1);
    tally.retries += new Set(got.map(({ attempt }) => attempt)).size - Math.min(1, got.length);
    if (delivery.status === 'SUPERSEDED') continue; // which takes its lease away
    tally.leasesLost += delivery.attempts.filter(({ leaseLost }) => leaseLost).length;
  }

  const accepted = new Set([...evidence.reported.values()].flatMap(eventsOf));
  for (const { id, event } of evidence.deliveries)
    if (!accepted.has(event.id)) unexplained.push(`${id} delivers ${event.id}, which was not answered`);
  const known = new Set(evidence.deliveries.map(({ id }) => id));
  for (const [id] of receipts) if (!known.has(id)) unexplained.push(`${id} was received and is not in our log`);
  unexplained.push(...checkLog(evidence));
  return { ...tally, lost: tally.accepted - tally.delivered - tally.superseded, unexplained };
}

/** What is wrong with a delivery and the requests for it. */
function checkDelivery(
  evidence: Evidence,
  delivery: ShownDelivery,
  got: readonly Receipt[],
  isReview: boolean,
): string[] {
  const { status, event, importId, webhook, attempts } = delivery;
  const path = pathOf(evidence, webhook?.id);
  const wrong: string[] = [];
  const isSuperseded = isReview && status === 'SUPERSEDED';
  if (status !== 'DELIVERED' && !isSuperseded) wrong.push(`is ${status}`);
  if (got.some(({ eventId }) => eventId !== event.id)) wrong.push('was sent under another webhook-id');
  if (got.some((receipt) => receipt.importId !== importId)) wrong.push('was sent with the body of another import');
  if (new Set(got.map(({ bodyHash }) => bodyHash)).size > 1) wrong.push('was sent with different bodies');
  if (got.some(({ hook }) => hook !== path)) wrong.push('was sent to another webhook');

  const counted = attempts.filter(({ leaseLost }) => !leaseLost);
  if (counted.some(({ number }, index) => number !== index + 1))
    wrong.push('has attempts that are not numbered in turn');
  const last = isSuperseded ? -1 : counted.length - 1;
  if (counted.some(({ outcome }, index) => (outcome === 'SUCCEEDED') !== (index === last))) {
    wrong.push('was attempted again after it had been delivered');
  }

  const chances = evidence.chancesOf(delivery);
  if (wasSettledByLoser(chances)) wrong.push('was settled under a lease that had been taken over');
  const { requests, attempts: unheard } = matchRequests(got, chances);
  for (const { attempt, hook } of requests)
    wrong.push(`was sent to ${hook} once more, as attempt ${attempt}, and nothing explains it`);
  for (const { number } of unheard) wrong.push(`has an answer to attempt ${number} that its receiver never gave`);
  return [...wrong, ...checkRetries(path, got)];
}

function missingPaths(evidence: Evidence, hooks: readonly string[], arrived: readonly ShownDelivery[]): string {
  const paths = arrived.map(({ webhook }) => pathOf(evidence, webhook?.id));
  return hooks.filter((hook) => !paths.includes(hook)).join(', ');
}

/** No receiver hears that an import needs review once it has heard how it ended. */
function checkOrder({ receipts }: Evidence, { importId, eventId, review }: Reported): string[] {
  if (!review) return [];
  const about = receipts.filter((receipt) => receipt.importId === importId);
  const late = about.filter(
    ({ hook, at, ...receipt }) =>
      receipt.eventId === review.eventId &&
      about.some((end) => end.eventId === eventId && end.hook === hook && end.at < at),
  );
  return late.map(({ hook }) => `${hook} got the review of ${importId} after its end`);
}

/** Of leases for the same attempt, only the last can have settled it. */
function wasSettledByLoser(chances: readonly Chance[]): boolean {
  const losers = chances.filter(({ attempt }) => attempt?.leaseLost);
  return chances.some(
    ({ from, attempt }) =>
      attempt &&
      !attempt.leaseLost &&
      losers.some((lost) => lost.attempt?.number === attempt.number && lost.from > from),
  );
}

/** A retry never comes earlier than scheduled, whatever the clocks of the processes say. */
function checkRetries(path: string, got: readonly Receipt[]): string[] {
  const { retryScheduleSeconds = [] } = HOOKS[path] ?? {};
  return got.flatMap(({ attempt, answer }) => {
    const delayMs = (retryScheduleSeconds[attempt - 1] ?? 0) * 1000;
    const next = got.find((later) => later.attempt === attempt + 1);
    if (answer?.status !== 500 || !next) return [];
    const waitedMs = next.at - answer.at;
    return waitedMs + CLOCK_PLAY_MS < delayMs ? [`was retried after ${waitedMs.toFixed(0)} ms, not ${delayMs}`] : [];
  });
}

/** What is wrong with the log, and with what subscribers saw of it. */
function checkLog({ log, watched, deliveries }: Evidence): string[] {
  const wrong = watched.flatMap((seen) => compareLogs(log, seen));
  const key = ({ importId, eventType, webhookId }: LogEntry) => `${eventType} of ${importId} at ${webhookId ?? BASIC}`;
  const byDelivery = groupBy(log, key);
  for (const [about, entries] of byDelivery) {
    const kinds = entries.map(({ kind }) => kind);
    if (kinds.indexOf('SCHEDULED') !== 0 || kinds.lastIndexOf('SCHEDULED') !== 0)
      wrong.push(`the log of ${about} does not begin with SCHEDULED, once`);
    const ends = kinds.filter((kind) => LAST_KINDS.has(kind)).join();
    if (ends === 'SUPERSEDED' && entries.every(({ eventType }) => eventType === REVIEW)) continue;
    if (ends !== 'DELIVERED') wrong.push(`the log of ${about} has not one DELIVERED`);
    if (kinds[kinds.indexOf('DELIVERED') - 1] !== 'ATTEMPT_SUCCEEDED')
      wrong.push(`the log of ${about} has DELIVERED without success`);
  }
  if (byDelivery.size !== deliveries.length)
    wrong.push(`the log is about ${byDelivery.size} deliveries; there are ${deliveries.length}`);
  return wrong;
}

/** The events that later ones of the same import supersede. */
const REVIEW = 'HEADLESS_IMPORT_NEEDS_REVIEW';

function compareLogs(log: readonly LogEntry[], watched: readonly LogEntry[]): string[] {
  const line = (entry: LogEntry | undefined) =>
    entry ? `${entry.cursor} ${entry.kind} of ${entry.importId}` : 'nothing';
  for (let index = 0; index < Math.max(log.length, watched.length); index += 1) {
    const [written, seen] = [log[index], watched[index]];
    if (written?.cursor === seen?.cursor && written?.kind === seen?.kind) continue;
    return [`the subscriber saw ${line(seen)} where the log has ${line(written)}`]; // everything after it is shifted
  }
  return [];
}

function pathOf({ hooks }: Evidence, webhookId: string | undefined): string {
  return webhookId === undefined ? BASIC : (hooks.get(webhookId) ?? webhookId);
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** The signature doctor: from what a receiver says it got, and what was sent, to what is wrong. */

import { timingSafeEqual } from 'node:crypto';
import { compareBodies } from './body-difference.ts';
import { sign } from './signature.ts';
import type { Claim } from './signature-claim.ts';
import { type Finding, finding } from './signature-finding.ts';

/** A signing secret that is still stored. */
export interface StoredSecret {
  readonly secret: string;
  /** When it ends, or ended; null for the current one. */
  readonly endsAt: Date | null;
}

/** The signed headers of an attempt, as they are recorded. */
export interface SentRequest {
  readonly attemptNumber: number;
  /** Unix seconds. */
  readonly timestamp: number;
  /** In base64, without their version. */
  readonly signatures: readonly string[];
}

/** A delivery of the event, with what its requests are signed with. */
export interface SignedDelivery {
  /** Null for a basic webhook. */
  readonly webhookId: string | null;
  /** Its `webhook-id`. */
  readonly messageId: string;
  /** Null once it was erased. */
  readonly body: string | null;
  readonly secrets: readonly StoredSecret[];
  readonly sent: readonly SentRequest[];
}

/** What is known to us. */
export interface Evidence {
  /** The delivery that was asked for; null when the webhook has none with this id. */
  readonly asked: SignedDelivery | null;
  /** Whether the organization has an event with the id that was received. */
  readonly isEventKnown: boolean;
  /** Deliveries of that event to others, of the same organization. */
  readonly others: readonly SignedDelivery[];
}

/** What the receiver says. */
export interface Received {
  readonly claim: Claim;
  readonly body: Buffer;
  /** By the receiver's clock; null when it does not say. */
  readonly receivedAt: Date | null;
}

/** What is wrong: at least one finding, and `VALID` only when it is the only one. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** The attempt that the signature is of, if it is recorded. */
  readonly attemptNumber: number | null;
}

/** How far the time of a request may be from the receiver's, in seconds; the libraries of Standard Webhooks have it so. */
const TOLERANCE_SECONDS = 5 * 60;

/**
 * Finds what is wrong with a request whose signature did not hold. Pure: nothing but its arguments decides.
 *
 * It speaks of signatures over what was really sent, never over what it is asked about: whoever has no signature of ours
 * learns nothing from it. No finding has a secret or a signature in it.
 */
export function diagnose(received: Received, { asked, isEventKnown, others }: Evidence, now: Date): Diagnosis {
  const { claim, body, receivedAt } = received;
  const spelling = [...claim.findings, ...checkTime(claim, receivedAt)];
  if (!asked) {
    const missing = claim.id === null ? [] : [finding(isEventKnown ? 'EVENT_NOT_DELIVERED' : 'EVENT_UNKNOWN')];
    const foreign = findSigner(claim, others);
    return { findings: [...spelling, ...(foreign ? [foreign] : missing)], attemptNumber: null };
  }
  const known = recognise(claim, asked);
  const findings = [
    ...spelling,
    ...checkId(claim, asked),
    ...(known ? checkKnown(claim, known, asked, now) : checkUnknown(claim, asked, others)),
    ...(asked.body === null ? [finding('BODY_ERASED')] : compareBodies(body, asked.body)),
  ];
  const isValid = known && findings.length === 0;
  return { findings: isValid ? [valid(known, receivedAt)] : findings, attemptNumber: known?.attemptNumber ?? null };
}

function checkTime({ timestamp }: Claim, receivedAt: Date | null): Finding[] {
  if (timestamp === null || receivedAt === null) return [];
  const seconds = Math.floor(receivedAt.getTime() / 1000) - timestamp;
  if (Math.abs(seconds) <= TOLERANCE_SECONDS) return [];

  const message =
    seconds > 0
      ? `By the receiver's clock it came ${seconds} seconds after it was signed, and ${TOLERANCE_SECONDS} are accepted: that clock is ahead, or the request waited before it was checked.`
      : `By the receiver's clock it came ${-seconds} seconds before it was signed, and ${TOLERANCE_SECONDS} are accepted: that clock is behind.`;
  return [finding('TIMESTAMP_OUT_OF_TOLERANCE', { header: 'webhook-timestamp', message, seconds })];
}

function checkId({ id }: Claim, { messageId }: SignedDelivery): Finding[] {
  if (id === null || id === messageId) return [];
  const message = `The header \`webhook-id\` was sent as "${messageId}", and is now "${id.slice(0, 80)}".`;
  return [finding('ID_ALTERED', { header: 'webhook-id', message })];
}

/** A signature that we made. */
interface Known {
  /** The attempt that had it; null when none is recorded. */
  readonly attemptNumber: number | null;
  /** The time that it is for, in Unix seconds. */
  readonly timestamp: number;
  /** What made it; `undefined` when that is not stored any more, or cannot be told without the body. */
  readonly secret: StoredSecret | undefined;
}

/** Finds a signature among those of recorded attempts, or else by what the stored secrets make for the claimed time. */
function recognise({ signatures, timestamp }: Claim, delivery: SignedDelivery): Known | undefined {
  const attempt = delivery.sent.find((sent) => sent.signatures.some((each) => includes(signatures, each)));
  if (attempt) return { ...attempt, secret: findMaker(signatures, attempt.timestamp, delivery) };
  if (timestamp === null) return undefined;
  const secret = findMaker(signatures, timestamp, delivery);
  return secret && { attemptNumber: null, timestamp, secret };
}

/** The secret that made one of the signatures for this time; the current one if it made any. */
function findMaker(
  signatures: readonly string[],
  timestamp: number,
  { messageId, body, secrets }: SignedDelivery,
): StoredSecret | undefined {
  if (body === null || signatures.length === 0) return undefined;
  return secrets
    .toSorted((a, b) => Number(a.endsAt !== null) - Number(b.endsAt !== null))
    .find(({ secret }) => includes(signatures, makeSignature(secret, messageId, timestamp, body)));
}

function makeSignature(secret: string, messageId: string, timestamp: number, body: string): string {
  return sign([secret], messageId, new Date(timestamp * 1000), body)['webhook-signature'].slice('v1,'.length);
}

/** In constant time for each, as signatures are compared. */
function includes(signatures: readonly string[], wanted: string): boolean {
  const bytes = Buffer.from(wanted);
  return signatures
    .map((each) => Buffer.from(each))
    .some((each) => each.length === bytes.length && timingSafeEqual(each, bytes));
}

function checkKnown(claim: Claim, { timestamp, secret }: Known, { body }: SignedDelivery, now: Date): Finding[] {
  const findings: Finding[] = [];
  if (claim.timestamp !== null && claim.timestamp !== timestamp) {
    const message = `The header \`webhook-timestamp\` was sent as ${timestamp}, and is now ${claim.timestamp}.`;
    findings.push(finding('TIMESTAMP_ALTERED', { header: 'webhook-timestamp', message }));
  }
  if (secret?.endsAt === null || body === null) return findings;
  return [...findings, finding('OLD_SECRET', { message: oldSecret(secret, now) })];
}

function oldSecret(secret: StoredSecret | undefined, now: Date): string {
  if (!secret?.endsAt) return 'The signature is ours, but the secret that made it has been replaced, and has ended.';
  const end = secret.endsAt.toISOString();
  return secret.endsAt <= now
    ? `The signature is ours, but the secret that made it has been replaced, and ended at ${end}.`
    : `The signature is ours, but the secret that made it has been replaced, and ends at ${end}. That of the current secret is not there: the request was sent before the rotation, or not all of its signatures were passed on.`;
}

function checkUnknown(claim: Claim, asked: SignedDelivery, others: readonly SignedDelivery[]): Finding[] {
  if (claim.signatures.length === 0) return [];
  const header = 'webhook-signature';
  const ours = [...asked.sent.flatMap(({ signatures }) => signatures), ...makeAll(claim, asked)];
  const damage = claim.signatures.map((each) => damageTo(ours, each)).find((each) => each !== undefined);
  if (damage) return [finding('SIGNATURE_MALFORMED', { header, message: damage })];
  const foreign = findSigner(claim, others);
  if (foreign) return [foreign];
  return ours.length === 0 ? [] : [finding('SIGNATURE_NOT_OURS', { header })];
}

/** What the stored secrets make for the claimed time. */
function makeAll({ timestamp }: Claim, { messageId, body, secrets }: SignedDelivery): string[] {
  if (timestamp === null || body === null) return [];
  return secrets.map(({ secret }) => makeSignature(secret, messageId, timestamp, body));
}

/** Half of a signature is more than anybody guesses. */
const TELLING_LENGTH = 22;

function damageTo(ours: readonly string[], signature: string): string | undefined {
  if (ours.some((each) => each.toLowerCase() === signature.toLowerCase())) {
    return 'The signature is ours, but for upper and lower case, which are different in base64.';
  }
  const isPart = signature.length >= TELLING_LENGTH && ours.some((each) => each.startsWith(signature));
  return isPart ? 'The signature is ours, but its end is missing.' : undefined;
}

/** The delivery of the same event to another webhook that the signature was made for. */
function findSigner(claim: Claim, others: readonly SignedDelivery[]): Finding | undefined {
  const signer = others.find((delivery) => recognise(claim, delivery));
  if (!signer) return undefined;
  if (signer.webhookId !== null) return finding('WRONG_WEBHOOK', { webhookId: signer.webhookId });
  return finding('WRONG_WEBHOOK', {
    message: "The signature was made with the organization's secret for basic webhooks.",
  });
}

function valid({ attemptNumber, timestamp }: Known, receivedAt: Date | null): Finding {
  const which = attemptNumber === null ? '' : ` as attempt ${attemptNumber}`;
  const clock = receivedAt
    ? ''
    : ` Whether the receiver's clock is right cannot be told without \`receivedAt\`; it was signed at ${new Date(timestamp * 1000).toISOString()}.`;
  return finding('VALID', { message: `It is what was sent${which}, and signed with the current secret.${clock}` });
}

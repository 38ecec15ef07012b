import { describe, expect, test } from 'vitest';
import { formatAccount } from './format.ts';
import type { Chance } from './match.ts';
import type { Receipt } from './receivers.ts';
import { type Account, type Evidence, reconcile } from './reconcile.ts';
import type { LogEntry } from './watcher.ts';

const got: Receipt = {
  hook: 'failing',
  eventId: 'evt_1',
  deliveryId: 'dlv_1',
  attempt: 1,
  importId: 'import-1',
  isReview: false,
  bodyHash: 'hash',
  at: 1000,
  answer: { status: 200, at: 1001 },
};

const succeeded = { id: 'att_1', number: 1, outcome: 'SUCCEEDED', responseStatus: 200, leaseLost: false } as const;

const recorded: Chance = { from: 999, attempt: succeeded, killedAt: undefined };

const killed: Chance = { from: 900, attempt: undefined, killedAt: 950 };

function entry(kind: string, index: number): LogEntry {
  const about = {
    importId: 'import-1',
    eventType: 'IMPORT_COMPLETED',
    webhookId: 'whk_1',
    attemptNumber: null,
    reason: null,
  };
  return { cursor: `1.${index}`, kind, deliveryStatus: 'DELIVERED', ...about };
}

const log = ['SCHEDULED', 'ATTEMPT_SUCCEEDED', 'DELIVERED'].map(entry);

/** One import, delivered to one webhook. */
const sound: Evidence = {
  reported: new Map([['import-1', { importId: 'import-1', hooks: ['failing'], eventId: 'evt_1', review: undefined }]]),
  receipts: [got],
  deliveries: [
    {
      id: 'dlv_1',
      status: 'DELIVERED',
      importId: 'import-1',
      event: { id: 'evt_1' },
      webhook: { id: 'whk_1' },
      attempts: [succeeded],
    },
  ],
  log,
  watched: [log, log],
  hooks: new Map([['whk_1', 'failing']]),
  chancesOf: () => [recorded],
};

/** The same import, which needed review before; the log says so, and that it was superseded. */
const reviewed: Evidence = {
  ...sound,
  reported: new Map([
    ['import-1', { importId: 'import-1', hooks: ['failing'], eventId: 'evt_1', review: { eventId: 'evt_0' } }],
  ]),
  deliveries: [
    ...sound.deliveries,
    {
      id: 'dlv_0',
      status: 'SUPERSEDED',
      importId: 'import-1',
      event: { id: 'evt_0' },
      webhook: { id: 'whk_1' },
      attempts: [],
    },
  ],
  log: [...['SCHEDULED', 'SUPERSEDED'].map(reviewEntry), ...log],
  watched: [[...['SCHEDULED', 'SUPERSEDED'].map(reviewEntry), ...log]],
  chancesOf: ({ id }) => (id === 'dlv_1' ? [recorded] : []),
};

function reviewEntry(kind: string, index: number): LogEntry {
  return { ...entry(kind, index), cursor: `0.${index}`, eventType: 'HEADLESS_IMPORT_NEEDS_REVIEW' };
}

describe('the account of a run', () => {
  test('is one line when everything arrived once', () => {
    expect(formatAccount(reconcile(sound))).toBe('1 accepted, 1 delivered, 0 duplicates, 0 lost\n');
  });

  test('counts what a killed process had sent as a duplicate, and has nothing against it', () => {
    const earlier = { ...got, at: 940, answer: null };
    const account = reconcile({ ...sound, receipts: [earlier, got], chancesOf: () => [killed, recorded] });
    expect(account).toMatchObject({ delivered: 1, duplicates: 1, lost: 0, unexplained: [] });
  });

  test('has nothing against a review that was superseded, and counts it', () => {
    expect(reconcile(reviewed)).toMatchObject({ accepted: 2, delivered: 1, superseded: 1, lost: 0, unexplained: [] });
    expect(formatAccount(reconcile(reviewed))).toBe(
      '1 superseded: reviews that the end of their import overtook\n2 accepted, 1 delivered, 0 duplicates, 0 lost\n',
    );
  });

  test('tells a review that came after the end of its import (H62)', () => {
    const late = { ...got, eventId: 'evt_0', deliveryId: 'dlv_0', at: 2000 };
    const chancesOf = () => [{ ...recorded, attempt: { ...succeeded, leaseLost: true } }];
    const account = reconcile({ ...reviewed, receipts: [got, late], chancesOf });
    expect(account.unexplained).toEqual(['failing got the review of import-1 after its end']);
  });

  test.each<{ what: string; evidence: Partial<Evidence>; says: string | RegExp }>([
    { what: 'an event that no receiver got', evidence: { receipts: [] }, says: /import-1 is lost: failing/ },
    {
      what: 'an event that its receiver declined',
      evidence: { receipts: [{ ...got, answer: { status: 500, at: 1001 } }] },
      says: /import-1 is lost/,
    },
    { what: 'an event without deliveries', evidence: { deliveries: [] }, says: /has deliveries to nobody/ },
    {
      what: 'a request that no kill explains',
      evidence: { receipts: [got, { ...got, at: 2000 }] },
      says: /sent to failing once more/,
    },
    {
      what: 'a request that came after the kill',
      evidence: {
        receipts: [
          { ...got, at: 8000 },
          { ...got, at: 9000 },
        ],
        chancesOf: () => [killed, recorded],
      },
      says: /sent to failing once more/,
    },
    {
      what: 'two requests for one kill',
      evidence: { receipts: [{ ...got, at: 941 }, { ...got, at: 942 }, got], chancesOf: () => [killed, recorded] },
      says: /sent to failing once more/,
    },
    {
      what: 'another webhook-id the second time',
      evidence: { receipts: [{ ...got, at: 940, eventId: 'evt_2' }, got], chancesOf: () => [killed, recorded] },
      says: /under another webhook-id/,
    },
    {
      what: 'another body the second time',
      evidence: { receipts: [{ ...got, at: 940, bodyHash: 'other' }, got], chancesOf: () => [killed, recorded] },
      says: /with different bodies/,
    },
    {
      what: 'an answer that was never given',
      evidence: { receipts: [{ ...got, at: 940 }], chancesOf: () => [killed, { ...recorded, from: 970 }] },
      says: /an answer to attempt 1 that its receiver never gave/,
    },
    {
      what: 'a retry that came too early',
      evidence: {
        receipts: [
          { ...got, at: 1, answer: { status: 500, at: 2 } },
          { ...got, attempt: 2, at: 2900 },
        ],
      },
      says: /was retried after 2898 ms, not 3000/,
    },
    {
      what: 'a delivery that nobody accepted',
      evidence: { receipts: [got, { ...got, deliveryId: 'dlv_2' }] },
      says: /dlv_2 was received and is not in our log/,
    },
    {
      what: 'a delivery that was settled by the one who had lost it (A5)',
      evidence: {
        receipts: [{ ...got, at: 990 }, got],
        chancesOf: () => [
          { ...recorded, from: 980 },
          { ...recorded, attempt: { ...succeeded, leaseLost: true } },
        ],
      },
      says: /settled under a lease that had been taken over/,
    },
    {
      what: 'an end that was superseded',
      evidence: { deliveries: sound.deliveries.map((delivery) => ({ ...delivery, status: 'SUPERSEDED' })) },
      says: /dlv_1 is SUPERSEDED/,
    },
    {
      what: 'a subscriber who missed an entry',
      evidence: { watched: [log, log.slice(1)] },
      says: /the subscriber saw/,
    },
    {
      what: 'a subscriber who saw an entry twice',
      evidence: { watched: [[...log, ...log.slice(2)], log] },
      says: /the subscriber saw 1\.2 DELIVERED of import-1 where the log has nothing/,
    },
    {
      what: 'a log that says DELIVERED twice',
      evidence: { log: [...log, entry('DELIVERED', 3)], watched: [[...log, entry('DELIVERED', 3)]] },
      says: /has not one DELIVERED/,
    },
  ])('tells $what', ({ evidence, says }) => {
    const account: Account = reconcile({ ...sound, ...evidence });
    expect(account.unexplained.join('\n')).toMatch(says);
  });
});

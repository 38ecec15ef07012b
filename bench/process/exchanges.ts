/** What sending costs in Posthorn's own way, without leases and settlements. */

import '../../src/lib/young-generation.ts';
import { createSender } from '../../src/delivery/send.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createAddressRules } from '../../src/webhook/address.ts';
import { answerCalls } from '../support/child.ts';
import { createCollections } from '../support/collections.ts';
import { exampleRequest } from '../support/example.ts';
import { measureRate } from '../support/rate.ts';

const sender = createSender({
  rules: createAddressRules(['127.0.0.0/8']),
  resolver: () => Promise.reject(new Error('the receiver is an address')),
  clock: systemClock,
  timeoutMs: 15_000,
  userAgent: 'bench',
});
const { signal } = new AbortController();

const calls = answerCalls({
  collections: createCollections(),
  /** Sends `count` requests, `concurrency` at once. */
  async run({ url, ...amount }: { url: string; count: number; concurrency: number }): Promise<void> {
    await measureRate(amount, async () => {
      const outcome = await sender.send({ url, ...exampleRequest(), signal });
      if (outcome.kind !== 'succeeded') throw new Error(`a request failed: ${outcome.errorCode}`);
    });
  },
});

/** What it can be asked. */
export type ExchangesCalls = typeof calls;

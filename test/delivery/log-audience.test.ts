import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeliveryLogEntry } from '../../prisma/client/client.ts';
import { LOG_START, type LogFilter, matchesFilter } from '../../src/delivery/log.ts';
import { createAudience } from '../../src/delivery/log-audience.ts';
import { createSubscriber, type Subscriber } from '../../src/delivery/log-subscriber.ts';
import { NO_FILTER } from './log-entries.ts';

/** Few of each, so that they meet. */
const organizationId = fc.constantFrom('organization-1', 'organization-2');
const webhookId = fc.constantFrom('1', '2', null);
const importId = fc.constantFrom('1', '2', 'import 1', null);
const kind = fc.constantFrom('SCHEDULED', 'DELIVERED');

const subscribers = fc
  .record({ organizationId, webhookId, importId, kinds: fc.option(fc.subarray(['SCHEDULED', 'DELIVERED'] as const)) })
  .map(({ organizationId: id, ...filter }) => subscriberOf(id, filter));
const entries = fc
  .record({ organizationId, webhookId, importId, kind })
  .map((said) => ({ ...anyEntry, ...said }) as DeliveryLogEntry);

const anyEntry = { deliveryStatus: 'PENDING', eventType: 'IMPORT_COMPLETED', isTest: false };

function subscriberOf(id: string, filter: Partial<LogFilter>): Subscriber {
  return createSubscriber({
    organizationId: id,
    keyId: randomUUID(),
    keyExpiresAt: null,
    after: LOG_START,
    filter: { ...NO_FILTER, ...filter },
  });
}

describe('the audience of the delivery log', () => {
  test('has for each entry exactly those of its organization whose filter lets it through', () => {
    fc.assert(
      fc.property(fc.array(subscribers), fc.array(subscribers), fc.array(entries), (staying, leaving, written) => {
        const audience = createAudience();
        for (const subscriber of [...staying, ...leaving]) audience.add(subscriber);
        for (const subscriber of leaving) audience.delete(subscriber);

        expect([...audience]).toEqual(staying);
        expect(audience.size).toBe(staying.length);
        for (const entry of written) {
          const wanted = staying.filter(
            (each) => each.organizationId === entry.organizationId && matchesFilter(entry, each.filter),
          );
          expect(new Set(audience.of(entry))).toEqual(new Set(wanted));
        }
      }),
    );
  });

  test('is not asked who wants another import, another webhook or another organization', () => {
    const audience = createAudience();
    let asked = 0;
    const watched = (id: string, filter: Partial<LogFilter>) => {
      const subscriber = subscriberOf(id, filter);
      const counting = new Proxy(subscriber.filter, {
        get: (target, name) => {
          if (name === 'kinds') asked += 1;
          return Reflect.get(target, name);
        },
      });
      audience.add({ ...subscriber, filter: counting });
    };
    for (let index = 0; index < 1_000; index += 1) {
      watched('ours', { importId: `other-${index}` });
      watched('ours', { webhookId: `other-${index}` });
      watched('theirs', {});
    }
    watched('ours', { importId: 'this' });
    watched('ours', { webhookId: 'this' });
    watched('ours', {});

    const entry = { ...anyEntry, organizationId: 'ours', importId: 'this', webhookId: 'this', kind: 'SCHEDULED' };
    expect([...audience.of(entry as DeliveryLogEntry)]).toHaveLength(3);
    expect(asked).toBe(3);
  });

  test('may lose those whom it tells of an entry while it does', () => {
    const audience = createAudience();
    const three = [1, 2, 3].map(() => subscriberOf('ours', {}));
    for (const subscriber of three) audience.add(subscriber);
    const told: Subscriber[] = [];
    for (const subscriber of audience.of({ ...anyEntry, organizationId: 'ours' } as DeliveryLogEntry)) {
      told.push(subscriber);
      audience.delete(subscriber);
    }
    expect(told).toEqual(three);
    expect([...audience]).toEqual([]);
  });
});

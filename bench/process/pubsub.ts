/** A subscription without Posthorn: Yoga with its in-memory PubSub, as its documentation shows it. No database, no keys. */

import { createServer } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { listen } from '../../src/lib/http.ts';
import { answerCalls } from '../support/child.ts';
import { machineMs } from '../support/clock.ts';
import { type Cost, costSoFar } from '../support/cost.ts';
import { exampleImport } from '../support/example.ts';
import { keepPace, type Pace, type Published } from '../support/pace.ts';

/** What is published: as much as subscribers ask Posthorn for. */
interface Entry {
  readonly cursor: string;
  readonly at: string;
  readonly kind: string;
  readonly deliveryStatus: string;
  readonly importId: string;
}

const pubSub = createPubSub<{ entry: [Entry] }>();
const yoga = createYoga({
  schema: createSchema({
    typeDefs: `
      type Query { nothing: Boolean }
      type Subscription { deliveryLog: DeliveryLogEntry! }
      type DeliveryLogEntry { cursor: String! at: String! kind: String! deliveryStatus: String! importId: String }`,
    resolvers: {
      Subscription: {
        deliveryLog: { subscribe: () => pubSub.subscribe('entry'), resolve: (entry: Entry) => entry },
      },
    },
  }),
  logging: false,
});
const server = createServer(yoga);
const sockets = new WebSocketServer({ server, path: '/graphql' });
useServer(
  {
    onSubscribe: (_context, _id, { query }) => {
      const { parse, schema } = yoga.getEnveloped();
      return { schema, document: parse(query) };
    },
  },
  sockets,
);
const url = await listen(server, 0, '127.0.0.1');

const calls = answerCalls({
  url: () => url,
  /** Publishes at the pace. */
  async publish(pace: Pace): Promise<Published[]> {
    const published: Published[] = [];
    await keepPace(pace, (index) => {
      const { importId } = exampleImport();
      published.push({ id: importId, route: 0, atMs: machineMs() });
      const at = new Date().toISOString();
      pubSub.publish('entry', { cursor: `1.${index}`, at, kind: 'SCHEDULED', deliveryStatus: 'PENDING', importId });
      return Promise.resolve();
    });
    return published;
  },
  cost: (): Cost => costSoFar(),
});

/** What this process can be asked. */
export type PubSubCalls = typeof calls;

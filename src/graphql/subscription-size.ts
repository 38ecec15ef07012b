/** A Pothos plugin: the limits on operations, held before a subscription begins. */

import SchemaBuilder, { type SchemaTypes } from '@pothos/core';
import { PothosComplexityPlugin } from '@pothos/plugin-complexity';
import type { GraphQLFieldResolver } from 'graphql';

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      subscriptionSize: SubscriptionSizePlugin<Types>;
    }
  }
}

const NAME = 'subscriptionSize';

export default NAME;

/**
 * Measures a subscription as the complexity plugin measures queries and mutations, with the same options. That one does
 * so when a root field resolves, and a subscription's resolves for each event: one that is too large would begin, be
 * served, and be refused event by event.
 */
class SubscriptionSizePlugin<Types extends SchemaTypes> extends PothosComplexityPlugin<Types> {
  override wrapResolve(resolver: GraphQLFieldResolver<unknown, Types['Context'], object>) {
    return resolver;
  }

  override wrapSubscribe(subscriber: GraphQLFieldResolver<unknown, Types['Context'], object> | undefined) {
    if (!subscriber) return subscriber;
    const bounded: typeof subscriber = (parent, args, context, info) => {
      this.checkComplexity(context, info);
      return subscriber(parent, args, context, info);
    };
    return bounded;
  }
}

SchemaBuilder.registerPlugin(NAME, SubscriptionSizePlugin);

/** The schema builder: plugins, scalars and the rules that hold for every field. */

import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type PrismaTypes from '../../prisma/client/pothos.ts';
import { getDatamodel } from '../../prisma/client/pothos.ts';
import type { Context } from '../context.ts';
import { mayDo, type Permission } from '../organization/role.ts';
import { CONNECTION_DESCRIPTIONS, fieldCost, PAGE_SIZE } from './connection.ts';
import { decodeGlobalId, encodeGlobalId, isNodeType } from './global-id.ts';
import { missingPermission } from './missing-permission.ts';
import { ForbiddenError, OperationTooLargeError, UnauthenticatedError } from './request-error.ts';
import SubscriptionSizePlugin from './subscription-size.ts';

/**
 * What one operation may cost, how deep and wide it may be, and how often it may rename a field, which multiplies what
 * the field does. With those of requests and sockets, docs/limits.md lists them.
 */
export const LIMITS = { complexity: 20_000, depth: 12, breadth: 200, aliases: 50, pageSize: PAGE_SIZE.most } as const;

export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: false;
  AuthScopes: { signedIn: boolean; may: Permission };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: string; Output: Date };
    JSON: { Input: unknown; Output: unknown };
  };
}>({
  plugins: [ErrorsPlugin, ScopeAuthPlugin, RelayPlugin, PrismaPlugin, ComplexityPlugin, SubscriptionSizePlugin],
  defaultFieldNullability: false,
  prisma: {
    client: ({ app }) => app.db.prisma,
    dmmf: getDatamodel(),
    exposeDescriptions: false,
    filterConnectionTotalCount: true,
    maxConnectionSize: PAGE_SIZE.most,
    defaultConnectionSize: PAGE_SIZE.usual,
  },
  relay: {
    clientMutationId: 'omit',
    cursorType: 'String',
    encodeGlobalID: (typename, id) => {
      if (!isNodeType(typename)) throw new Error(`${typename} has no id prefix`);
      return encodeGlobalId(typename, String(id));
    },
    decodeGlobalID: decodeGlobalId,
    nodesQueryOptions: false,
    nodeQueryOptions: false,
    nodeTypeOptions: { description: 'Something with an id of its own.' },
    ...CONNECTION_DESCRIPTIONS,
  },
  errors: { directResult: true, defaultTypes: [] },
  scopeAuth: {
    authorizeOnSubscribe: true,
    treatErrorsAsUnauthorized: false,
    authScopes: ({ viewer }) => ({
      signedIn: viewer !== null,
      may: (permission) => viewer !== null && mayDo(viewer.role, permission),
    }),
    unauthorizedError: (_parent, { viewer }, _info, { failure }) =>
      viewer ? new ForbiddenError(viewer, missingPermission(failure)) : new UnauthenticatedError(),
  },
  complexity: {
    fieldComplexity: (args, _context, field) => fieldCost(args, field),
    limit: { complexity: LIMITS.complexity, depth: LIMITS.depth, breadth: LIMITS.breadth },
    complexityError: (_kind, actual) => OperationTooLargeError.ofSize(actual, LIMITS),
  },
});

builder.queryType({ description: 'What can be read. Everything belongs to the organization of the API key.' });
builder.mutationType({
  description:
    'What can be changed. Every result is a union of what was made and the refusals that are to be expected; `... on Refusal` matches them all.',
});
builder.subscriptionType({
  description: 'What can be watched, over WebSocket (graphql-transport-ws) or server-sent events.',
});

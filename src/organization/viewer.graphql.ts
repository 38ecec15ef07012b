/** GraphQL: `viewer`, roles, organizations. */

import { z } from 'zod';
import { type Organization, Role } from '../../prisma/client/client.ts';
import { InputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { parseInput } from '../graphql/parse-input.ts';
import { exposeRefusal } from '../graphql/refusal.ts';
import { storableText } from '../lib/text.ts';
import { createOrganization, OrganizationNameTakenError } from './organization.ts';
import type { Viewer } from './viewer.ts';

/** `Role`. */
export const RoleType = builder.enumType('Role', {
  description: 'What an API key may do.',
  values: {
    IMPORTER: { value: Role.IMPORTER, description: 'Reports imports, and nothing else.' },
    OPERATOR: {
      value: Role.OPERATOR,
      description: 'Reads webhooks, imports, deliveries and the delivery log; redelivers and cancels deliveries.',
    },
    MANAGER: { value: Role.MANAGER, description: 'What an operator may, and manages webhooks and saved schemas.' },
    ADMIN: {
      value: Role.ADMIN,
      description: 'What a manager may; reports imports, manages keys, and erases what is personal.',
    },
    ROOT: { value: Role.ROOT, description: "The instance's own: makes organizations. Made on the command line only." },
  },
});

const OrganizationType = builder.prismaNode('Organization', {
  description: 'A tenant. It owns its keys, webhooks, imports and deliveries, and sees no other.',
  id: { field: 'id', description: 'Opaque.' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in this instance.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: builder.objectRef<Viewer>('Viewer').implement({
      description: 'Who is calling.',
      fields: (f) => ({
        role: f.expose('role', { type: RoleType, description: "The key's role." }),
        keyName: f.exposeString('keyName', { description: "The key's name." }),
        organization: f.prismaField({
          type: 'Organization',
          nullable: true,
          description: 'Null for a root key.',
          resolve: (query, { organizationId }, _args, { app }) =>
            organizationId
              ? app.db.prisma.organization.findUniqueOrThrow({ ...query, where: { id: organizationId } })
              : null,
        }),
      }),
    }),
    description: 'Who is calling: the role and the organization of the API key.',
    authScopes: { signedIn: true },
    resolve: (_root, _args, { viewer }) => {
      if (!viewer) throw new Error('the scope let nobody in');
      return viewer;
    },
  }),
);

builder.queryField('organizations', (t) =>
  t.prismaConnection({
    type: 'Organization',
    cursor: 'id',
    description: 'All organizations of the instance. Root key only.',
    authScopes: { may: 'manageOrganizations' },
    resolve: (query, _root, _args, { app }) =>
      app.db.prisma.organization.findMany({ ...query, orderBy: { id: 'asc' } }),
    totalCount: (_root, _args, { app }) => app.db.prisma.organization.count(),
  }),
);

exposeRefusal(OrganizationNameTakenError, 'Another organization has that name.');

const CreateOrganizationInput = builder.inputType('CreateOrganizationInput', {
  description: 'A new organization.',
  fields: (t) => ({ name: t.string({ required: true, description: '1 to 200 characters, unique in this instance.' }) }),
});

const createOrganizationSchema = z.object({ name: storableText(1, 200) });

builder.mutationField('createOrganization', (t) =>
  t.field({
    type: builder.objectRef<{ organization: Organization; key: string }>('CreateOrganizationPayload').implement({
      description: 'The new organization.',
      fields: (f) => ({
        organization: f.field({
          type: OrganizationType,
          description: 'As it was made.',
          resolve: ({ organization }) => organization,
        }),
        adminKey: f.exposeString('key', { description: 'Its first admin key, shown this once.' }),
      }),
    }),
    description: 'Makes an organization and its first admin key. Root key only.',
    authScopes: { may: 'manageOrganizations' },
    errors: {
      types: [InputError, OrganizationNameTakenError],
      union: { name: 'CreateOrganizationResult', description: 'What became of it.' },
    },
    args: { input: t.arg({ type: CreateOrganizationInput, required: true, description: 'The organization.' }) },
    resolve: (_root, { input }, { app }) => createOrganization(app, parseInput(createOrganizationSchema, input)),
  }),
);

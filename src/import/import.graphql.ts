/** GraphQL: `Import`, and the queries that return it. */

import { ImportStatus, ImportType, type Prisma } from '../../prisma/client/client.ts';
import { organizationOf } from '../context.ts';
import '../delivery/delivery.graphql.ts';
import { builder } from '../graphql/builder.ts';
import { SavedSchemaType } from '../webhook/saved-schema.graphql.ts';
import type { ImportUser } from './reported-import.ts';

const ImportStatusEnum = builder.enumType('ImportStatus', {
  description: 'Where an import stands.',
  values: {
    NEEDS_REVIEW: {
      value: ImportStatus.NEEDS_REVIEW,
      description: 'A person has to look at it; it may still complete or fail.',
    },
    FAILED: { value: ImportStatus.FAILED, description: 'It failed, for good.' },
    COMPLETED: { value: ImportStatus.COMPLETED, description: 'It is finished.' },
  },
});

/** `ImportType`. */
export const ImportTypeEnum = builder.enumType('ImportType', {
  description: 'How the import was made.',
  values: {
    EMBEDDED: { value: ImportType.EMBEDDED, description: 'By a person, in an embedded importer.' },
    HEADLESS: { value: ImportType.HEADLESS, description: 'By a program.' },
  },
});

const ImportUserType = builder.objectRef<ImportUser>('ImportUser').implement({
  description: 'Who made an import, as the importer knows them.',
  fields: (t) => ({
    id: t.exposeString('id', { description: "The importer's own id of the user." }),
    name: t.exposeString('name', { nullable: true, description: 'Their name.' }),
    email: t.exposeString('email', { nullable: true, description: 'Their address.' }),
    companyId: t.exposeString('companyId', { nullable: true, description: "The importer's own id of their company." }),
    companyName: t.exposeString('companyName', { nullable: true, description: "Their company's name." }),
  }),
});

/** `Import`. */
export const ImportNode = builder.prismaNode('Import', {
  description: 'The latest state of one import.',
  authScopes: { may: 'readDeliveries' },
  id: { field: 'id', description: 'Opaque; importId is the importer’s own.' },
  fields: (t) => ({
    importId: t.exposeString('importId', { description: "The importer's own id." }),
    status: t.expose('status', { type: ImportStatusEnum, description: 'Where it stands.' }),
    importType: t.expose('importType', { type: ImportTypeEnum, description: 'How it was made.' }),
    filename: t.exposeString('filename', { nullable: true, description: 'Null for manual input.' }),
    user: t.field({
      type: ImportUserType,
      nullable: true,
      description: 'Who made it.',
      select: { user: true },
      resolve: ({ user }): ImportUser | null => (user === null ? null : JSON.parse(user)),
    }),
    developmentMode: t.exposeBoolean('developmentMode', { description: 'Only webhooks in the same mode fire for it.' }),
    importIdentifier: t.exposeString('importIdentifier', { nullable: true, description: 'What webhooks match by.' }),
    savedSchema: t.field({
      type: SavedSchemaType,
      nullable: true,
      description:
        'What webhooks match by as well; null when the importer named none, or one that is not there any more.',
      authScopes: { may: 'readWebhooks' },
      select: { savedSchemaId: true },
      resolve: ({ savedSchemaId }, _args, context) =>
        savedSchemaId === null
          ? null
          : context.app.db.prisma.savedSchema.findUnique({
              where: { id: savedSchemaId, organizationId: organizationOf(context) },
            }),
    }),
    numDataRows: t.exposeInt('numDataRows', { nullable: true, description: 'Rows in it, once it is completed.' }),
    hasData: t.exposeBoolean('hasData', { description: 'Whether results were saved by backend sync.' }),
    reviewUrl: t.exposeString('reviewUrl', {
      nullable: true,
      description: 'Where to review it; never delivered to receivers.',
    }),
    originalFileDownload: t.exposeString('originalFileDownload', {
      nullable: true,
      description: 'Where the original file is; never delivered to receivers.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was first reported.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last reported.' }),
    erasedAt: t.expose('erasedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When file name, user and URLs were erased, with the bodies of its events; null: they were not.',
    }),
    events: t.relation('events', {
      description: 'What happened to it, in order; at most one of each type.',
      complexity: { field: 1, multiplier: 3 },
      query: { orderBy: { id: 'asc' } },
    }),
  }),
});

const ImportFilter = builder.inputType('ImportFilter', {
  description: 'Which imports; what is left out does not matter.',
  fields: (t) => ({
    status: t.field({ type: ImportStatusEnum, description: 'In this state.' }),
    developmentMode: t.boolean({ description: 'Of this mode.' }),
    importIdentifier: t.string({ description: 'With this import identifier.' }),
    from: t.field({ type: 'DateTime', description: 'First reported then or later.' }),
    to: t.field({ type: 'DateTime', description: 'First reported before.' }),
  }),
});

function whereImport(
  organizationId: string,
  filter: typeof ImportFilter.$inferInput | null | undefined,
): Prisma.ImportWhereInput {
  const { status, developmentMode, importIdentifier, from, to } = filter ?? {};
  return {
    organizationId,
    ...(status ? { status } : {}),
    ...(typeof developmentMode === 'boolean' ? { developmentMode } : {}),
    ...(importIdentifier ? { importIdentifier } : {}),
    ...(from || to ? { createdAt: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } } : {}),
  };
}

builder.queryField('imports', (t) =>
  t.prismaConnection({
    type: 'Import',
    cursor: 'id',
    description: 'The imports of the organization, newest first.',
    authScopes: { may: 'readDeliveries' },
    args: { filter: t.arg({ type: ImportFilter, description: 'Which ones; absent: all.' }) },
    resolve: (query, _root, { filter }, context) =>
      context.app.db.prisma.import.findMany({
        ...query,
        where: whereImport(organizationOf(context), filter),
        orderBy: { id: 'desc' },
      }),
  }),
);

builder.queryField('import', (t) =>
  t.prismaField({
    type: 'Import',
    nullable: true,
    description: 'One import, or null when the organization has no such import.',
    authScopes: { may: 'readDeliveries' },
    args: { importId: t.arg.string({ required: true, description: "The importer's own id." }) },
    resolve: (query, _root, { importId }, context) =>
      context.app.db.prisma.import.findUnique({
        ...query,
        where: { organizationId_importId: { organizationId: organizationOf(context), importId } },
      }),
  }),
);

builder.prismaObjectField('Event', 'import', (t) =>
  t.relation('import', {
    nullable: true,
    description: 'The import that it happened to; null for a test.',
    authScopes: { may: 'readDeliveries' },
  }),
);

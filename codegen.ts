/** What GraphQL Code Generator makes of `schema/operations`: typed documents for TypeScript clients such as the dashboard. */

import type { CodegenConfig } from '@graphql-codegen/cli';

/** For `schema/generate.ts`, and for editors. Documents come out as text, so a client needs no GraphQL library. */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: 'schema/operations/*.graphql',
  generates: {
    'schema/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false, skipIndexFile: true },
      config: {
        documentMode: 'string',
        enumType: 'string-literal',
        useTypeImports: true,
        strictScalars: true,
        scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown' },
        emitLegacyCommonJSImports: false,
        importExtension: '.ts',
      },
    },
  },
};

export default config;

import { readFile } from 'node:fs/promises';
import {
  type GraphQLField,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { printedSchema } from '../../schema/print.ts';
import { schema } from '../../src/graphql/schema.ts';

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

/** Everything in a type that can have a description, by its schema coordinate. */
function describables(type: GraphQLNamedType): { coordinate: string; description?: string | null | undefined }[] {
  const { name } = type;
  const own = { coordinate: name, description: type.description };
  if (isEnumType(type)) {
    return [own, ...type.getValues().map((value) => ({ ...value, coordinate: `${name}.${value.name}` }))];
  }
  if (isInputObjectType(type)) {
    return [
      own,
      ...Object.values(type.getFields()).map((field) => ({ ...field, coordinate: `${name}.${field.name}` })),
    ];
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [own];
  const fields: readonly GraphQLField<unknown, unknown>[] = Object.values(type.getFields());
  return [
    own,
    ...fields.flatMap((field) => [
      { coordinate: `${name}.${field.name}`, description: field.description },
      ...field.args.map((arg) => ({
        coordinate: `${name}.${field.name}(${arg.name}:)`,
        description: arg.description,
      })),
    ]),
  ];
}

describe('the schema', () => {
  test('is the one that is committed in schema/schema.graphql', async () => {
    expect(await readFile('schema/schema.graphql', 'utf8')).toBe(printedSchema);
  });

  test('describes every type, field, argument, enum value and input field', () => {
    const silent = types.flatMap(describables).filter(({ description }) => !description?.trim());
    expect(silent.map(({ coordinate }) => coordinate)).toEqual([]);
  });

  test('gives every mutation exactly one argument, a required `input` of a type named after it', () => {
    const others = mutations.filter(
      ({ name, args }) =>
        args.length !== 1 ||
        args[0]?.name !== 'input' ||
        String(args[0].type) !== `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`,
    );
    expect(others.map(({ name, args }) => `${name}(${args.map(({ name: arg, type }) => `${arg}: ${type}`)})`)).toEqual(
      [],
    );
  });

  test('answers every mutation with a payload or a refusal, so that `... on Refusal` matches whatever is declined', () => {
    const refusals = schema.getPossibleTypes(schemaInterface('Refusal')).map(({ name }) => name);
    const unions = types.filter(isUnionType);
    expect(unions).not.toEqual([]);
    for (const union of unions) {
      const accepted = union.getTypes().filter(({ name }) => !refusals.includes(name));
      expect(accepted.map(({ name }) => name, union.name)).toEqual([expect.stringMatching(/(Payload|Report)$/)]);
    }
  });

  test('calls exactly those types errors that are refusals', () => {
    const refusals = schema.getPossibleTypes(schemaInterface('Refusal')).map(({ name }) => name);
    const errors = types.filter(({ name }) => name.endsWith('Error')).map(({ name }) => name);
    expect(refusals.toSorted()).toEqual(errors.toSorted());
  });
});

function schemaInterface(name: string) {
  const type = schema.getType(name);
  if (!isInterfaceType(type)) throw new Error(`${name} is no interface`);
  return type;
}

/** Ids as clients see them: the type's prefix and the row's UUID without dashes, such as `whk_01a1ff9f9ef978a1b44ebc9368cc8548`. */

import { BadArgumentError } from './request-error.ts';

const PREFIXES = {
  Organization: 'org',
  ApiKey: 'key',
  SavedSchema: 'sch',
  Webhook: 'whk',
  Destination: 'dst',
  Import: 'imp',
  Event: 'evt',
  Delivery: 'dlv',
  Attempt: 'att',
  Replay: 'rpl',
} as const;

/** The types that have an id of their own. */
export type NodeType = keyof typeof PREFIXES;

const TYPES = new Map<string, string>(Object.entries(PREFIXES).map(([type, prefix]) => [prefix, type]));

const FORMAT = /^([a-z]{3})_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** The id of the `type` with this UUID. */
export function encodeGlobalId(type: NodeType, uuid: string): string {
  return `${PREFIXES[type]}_${uuid.replaceAll('-', '')}`;
}

/** The type and UUID of an id, or `undefined` when it is none. */
export function parseGlobalId(id: string): { type: string; uuid: string } | undefined {
  const [, prefix = '', ...parts] = FORMAT.exec(id) ?? [];
  const type = TYPES.get(prefix);
  return type ? { type, uuid: parts.join('-') } : undefined;
}

/** @throws {BadArgumentError} when `id` is not one of ours. */
export function decodeGlobalId(id: string): { typename: string; id: string } {
  const parsed = parseGlobalId(id);
  if (!parsed) throw new BadArgumentError(`"${id.slice(0, 80)}" is not an id of this server.`);
  return { typename: parsed.type, id: parsed.uuid };
}

/** Whether Pothos's name of a type is one that has ids. */
export function isNodeType(name: string): name is NodeType {
  return name in PREFIXES;
}

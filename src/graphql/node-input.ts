/** Ids in inputs. */

import { z } from 'zod';
import { type NodeType, parseGlobalId } from './global-id.ts';

/** The UUID behind an id of `type`; anything else is a problem of the input. */
export function globalId(type: NodeType) {
  return z.string().transform((id, context) => {
    const parsed = parseGlobalId(id);
    if (parsed?.type === type) return parsed.uuid;
    context.addIssue({ code: 'custom', message: `is not the id of a ${type}.` });
    return z.NEVER;
  });
}

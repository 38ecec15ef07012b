/** GraphQL: `EventType`. */

import { EventType } from '../../prisma/client/client.ts';
import { builder } from '../graphql/builder.ts';

/** `EventType`. */
export const EventTypeEnum = builder.enumType('EventType', {
  description: 'What can happen to an import.',
  values: {
    IMPORT_COMPLETED: {
      value: EventType.IMPORT_COMPLETED,
      description: 'It is finished; receivers see `import_completed`.',
    },
    HEADLESS_IMPORT_NEEDS_REVIEW: {
      value: EventType.HEADLESS_IMPORT_NEEDS_REVIEW,
      description: 'A person has to look at it; receivers see `headless_import_needs_review`.',
    },
    HEADLESS_IMPORT_FAILED: {
      value: EventType.HEADLESS_IMPORT_FAILED,
      description: 'It failed; receivers see `headless_import_failed`.',
    },
  },
});

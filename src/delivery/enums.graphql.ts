/** GraphQL: the enums of deliveries and of their log. */

import { AttemptStatus, DeliveryLogKind, DeliveryStatus, ResponseEnd } from '../../prisma/client/client.ts';
import { builder } from '../graphql/builder.ts';
import { ERROR_CODES, type ErrorCode, RESPONSE_WARNINGS, type ResponseWarning } from './outcome.ts';

/** `DeliveryStatus`. */
export const DeliveryStatusEnum = builder.enumType('DeliveryStatus', {
  description: 'Where a delivery stands.',
  values: {
    PENDING: { value: DeliveryStatus.PENDING, description: 'Due now or later; will be attempted.' },
    DELIVERED: { value: DeliveryStatus.DELIVERED, description: 'The receiver has it.' },
    FAILED: {
      value: DeliveryStatus.FAILED,
      description: 'Given up: the retry schedule is used up, or no retry can help.',
    },
    CANCELLED: { value: DeliveryStatus.CANCELLED, description: 'Called off before it was delivered.' },
    SUPERSEDED: { value: DeliveryStatus.SUPERSEDED, description: 'Overtaken by a later event of the same import.' },
  },
});

/** `DeliveryLogKind`. */
export const DeliveryLogKindEnum = builder.enumType('DeliveryLogKind', {
  description: 'What an entry of the delivery log tells.',
  values: {
    SCHEDULED: {
      value: DeliveryLogKind.SCHEDULED,
      description:
        'The delivery was accepted. nextAttemptAt says when it is due: at once, unless it waits for an attempt of the event that it supersedes.',
    },
    ATTEMPT_SUCCEEDED: { value: DeliveryLogKind.ATTEMPT_SUCCEEDED, description: 'A request was answered with 2xx.' },
    ATTEMPT_FAILED: {
      value: DeliveryLogKind.ATTEMPT_FAILED,
      description: 'A request failed; nextAttemptAt says when the next is due, if any.',
    },
    DELIVERED: { value: DeliveryLogKind.DELIVERED, description: 'The delivery is done.' },
    EXHAUSTED: {
      value: DeliveryLogKind.EXHAUSTED,
      description: 'The delivery is given up; there will be no further attempt.',
    },
    HELD: {
      value: DeliveryLogKind.HELD,
      description: 'The whole destination gets nothing until nextAttemptAt, or until it is enabled when that is null.',
    },
    CANCELLED: { value: DeliveryLogKind.CANCELLED, description: 'The delivery was called off.' },
    SUPERSEDED: {
      value: DeliveryLogKind.SUPERSEDED,
      description: 'A later event of the same import overtook the delivery.',
    },
    REDELIVERY_REQUESTED: {
      value: DeliveryLogKind.REDELIVERY_REQUESTED,
      description: 'Somebody asked for it to be delivered again.',
    },
    RESUMED: {
      value: DeliveryLogKind.RESUMED,
      description: 'The destination is not held any more: it has recovered, or its webhook was enabled.',
    },
  },
});

/** `AttemptOutcome`. */
export const AttemptOutcomeEnum = builder.enumType('AttemptOutcome', {
  description: 'What an attempt came to.',
  values: {
    SUCCEEDED: { value: AttemptStatus.SUCCEEDED, description: 'The receiver answered with 2xx.' },
    FAILED: { value: AttemptStatus.FAILED, description: 'It did not, or could not be reached; errorCode says why.' },
  },
});

/** `ResponseEnd`. */
export const ResponseEndEnum = builder.enumType('ResponseEnd', {
  description: "How a response's body ended.",
  values: {
    COMPLETE: { value: ResponseEnd.COMPLETE, description: 'All of it was read.' },
    CUT: { value: ResponseEnd.CUT, description: 'There was more than is read of any body; the connection was closed.' },
    UNDECODABLE: { value: ResponseEnd.UNDECODABLE, description: 'It was not compressed as its header said.' },
    TIMEOUT: { value: ResponseEnd.TIMEOUT, description: "The attempt's deadline passed before its end." },
    RESET: {
      value: ResponseEnd.RESET,
      description: 'The connection was closed, or something invalid came, before its end.',
    },
    ABORTED: { value: ResponseEnd.ABORTED, description: 'This server was shutting down.' },
  },
});

/** `DeliveryErrorCode`. */
export const ErrorCodeEnum = builder.enumType('DeliveryErrorCode', {
  description: 'Why an attempt failed.',
  values: valuesOf<ErrorCode>(ERROR_CODES),
});

/** `ResponseWarning`. */
export const ResponseWarningEnum = builder.enumType('ResponseWarning', {
  description: 'What may be odd about a response. No warning makes an attempt fail.',
  values: valuesOf<ResponseWarning>(RESPONSE_WARNINGS),
});

/** One value per code: the same keys, which `Object.fromEntries` forgets. */
function valuesOf<Code extends string>(descriptions: Readonly<Record<Code, string>>) {
  return Object.fromEntries(
    Object.entries<string>(descriptions).map(([code, description]) => [code, { value: code, description }]),
  ) as { [Each in Code]: { value: Each; description: string } };
}

/** Structured logs, one JSON object a line. */

import pino, { type DestinationStream, type Logger as PinoLogger } from 'pino';

/**
 * Logs `noun.past_participle` events with ids: `log.info({ deliveryId }, 'delivery.attempted')`. Never a payload, a
 * secret or the value of a header.
 */
export type Logger = PinoLogger;

/** The levels of `LOG_LEVEL`, most talkative first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Writes to `destination`, standard error unless told otherwise, so that standard output stays free for answers. */
export function createLogger(level: (typeof LOG_LEVELS)[number], destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? pino.destination({ dest: 2, sync: false }),
  );
}

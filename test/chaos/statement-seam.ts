/** The seam between a process and PostgreSQL for one statement: stops the process at a moment of its transaction. */

import type { Inspector, Link } from './relay.ts';
import { createSplitter, type Message, readBind, readParse, readQuery } from './wire.ts';

/** Moments of a transaction, by what has happened of it when the process is stopped. */
export const MOMENTS = {
  before: 'the process has sent the statement; the database has not got it',
  uncommitted: 'the statement is done, the commit has not got to the database',
  committed: 'the database has committed; the process has not heard so',
} as const;

/** One of {@link MOMENTS}. */
export type Moment = keyof typeof MOMENTS;

/** Where to stop: at a statement, by its text, in a transaction of its own or with others. */
export interface Stop {
  readonly statement: string;
  readonly moment: Moment;
  /** Called in that very instant; from then on nothing passes. */
  readonly reached: () => void;
}

/** Watches one connection. */
export function stopAt(link: Link, { statement, moment, reached }: Stop): Inspector {
  const texts = new Map<string, string>();
  const split = {
    client: createSplitter({ startsUntyped: true }),
    server: createSplitter({ startsUntyped: false }),
  };
  let isDone = false;
  let isCommitting = false;

  function stop(): void {
    link.hold();
    reached();
  }

  function onClient({ type, bytes, body }: Message): void {
    if (type === 'P') {
      const { name, text } = readParse(body);
      texts.set(name, text);
    }
    const text = type === 'B' ? texts.get(readBind(body).name) : type === 'Q' ? readQuery(body) : undefined;
    const isCommit = text === 'commit' && isDone;
    if ((moment === 'before' && text === statement) || (moment === 'uncommitted' && isCommit)) {
      stop();
      return;
    }
    if (text === statement) isDone = true;
    if (isCommit) isCommitting = true;
    link.toServer(bytes);
  }

  function onServer({ type, bytes }: Message): void {
    if (!isCommitting) link.toClient(bytes);
    else if (type === 'Z') stop();
  }

  return {
    fromClient: (chunk) => split.client(chunk).forEach(onClient),
    fromServer: (chunk) => split.server(chunk).forEach(onServer),
  };
}

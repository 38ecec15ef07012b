/** How a command ends that could not do its work. */

import { describeDatabaseError, isPassing } from '../database/database-error.ts';

/** Errors whose message is written for whoever typed the command. */
const EXPLAINED = /^(Config|Command|DataDirectoryLocked|Migration\w+|SecretBox)Error$/;

/** Says on standard error what went wrong and sets the exit status to 1. */
export function reportFailure(error: unknown): void {
  process.exitCode = 1;
  process.stderr.write(`${explain(error)}\n`);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (EXPLAINED.test(error.name)) return error.message;
  if ('code' in error && error.code === 'EADDRINUSE')
    return `${error.message}. Stop what listens there, or set PORT to another port.`;
  if (isPassing(error))
    return `The database cannot be reached: ${describeDatabaseError(error)}. Check DATABASE_URL, and that the server runs.`;
  return error.stack ?? error.message;
}

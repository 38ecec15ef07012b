/** How a command ends that could not do its work. */

import { describeDatabaseError, isPassing } from '../database/database-error.ts';
import { ListenError } from '../lib/http.ts';

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
  if (error instanceof ListenError) return explainListening(error);
  if (isPassing(error))
    return `The database cannot be reached: ${describeDatabaseError(error)}. Check DATABASE_URL, and that the server runs.`;
  return error.stack ?? error.message;
}

/** The look-up of a host fails with the same codes as that of a database's. */
function explainListening({ code, message }: ListenError): string {
  switch (code) {
    case 'EADDRINUSE':
      return `${message}. Stop what listens there, or set PORT to another port.`;
    case 'EACCES':
      return `${message}. Set PORT to a port that this user may listen on, such as 4000.`;
    default:
      return `${message}. Set HOST to an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them.`;
  }
}

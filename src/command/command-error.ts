/** What a command refuses. */

/** The command line asks for something that cannot be. The message is all that is shown. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

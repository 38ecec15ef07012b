/** Why a database could not be brought up to date. Each message says what to do. */

import { describeDatabaseError, sqlState } from './database-error.ts';

/** A migration's SQL was refused. It ran in one transaction, so nothing of it is in the database. */
export class MigrationFailedError extends Error {
  override readonly name = 'MigrationFailedError';
  readonly migration: string;
  /** PostgreSQL's code for what went wrong (its documentation, appendix A), or undefined when the connection was lost. */
  readonly sqlState: string | undefined;

  constructor(migration: string, script: string, cause: unknown) {
    const state = sqlState(cause);
    super(
      `The migration ${migration} failed${lineOf(script, cause)}: ${describeDatabaseError(cause)}. ` +
        (state ? 'Nothing of it was kept.' : 'Whether it was committed before that, the next start will find out.') +
        ' Remove the cause and start again.',
      { cause },
    );
    this.migration = migration;
    this.sqlState = state;
  }
}

/**
 * The database says that a migration failed and that nobody looked after it since. `migrate` leaves no such record;
 * Prisma's own `migrate deploy` and `migrate dev` do.
 */
export class MigrationUnresolvedError extends Error {
  override readonly name = 'MigrationUnresolvedError';
  readonly migration: string;

  constructor(migration: string) {
    super(
      `The migration ${migration} failed earlier and may have left some of its changes. ` +
        'Look at the database. If nothing of it is there, or you have undone it, run ' +
        `\`npm run prisma -- migrate resolve --rolled-back ${migration}\` and start again; ` +
        `if all of it is there, run \`npm run prisma -- migrate resolve --applied ${migration}\`.`,
    );
    this.migration = migration;
  }
}

/** The text of a migration is not what was applied to this database. */
export class MigrationEditedError extends Error {
  override readonly name = 'MigrationEditedError';
  readonly migration: string;

  constructor(migration: string) {
    super(
      `The migration ${migration} was edited after it was applied to this database. ` +
        'Put back the file as it was, and make the change in a new migration. ' +
        'A database for development can be made anew with `npm run prisma -- migrate reset`, which deletes its data.',
    );
    this.migration = migration;
  }
}

/** The database has a migration that this program does not have. */
export class MigrationUnknownError extends Error {
  override readonly name = 'MigrationUnknownError';
  readonly migration: string;

  constructor(migration: string) {
    super(
      `The database has the migration ${migration}, which this version of Posthorn does not know: ` +
        'a newer version has used it. Start that version or a later one, or restore a backup made before it.',
    );
    this.migration = migration;
  }
}

/** Both drivers give the place as a one-based position in the text that was sent. */
function lineOf(script: string, cause: unknown): string {
  if (!(cause instanceof Error) || !('position' in cause)) return '';
  const position = Number(cause.position);
  return position > 0 ? ` in line ${script.slice(0, position - 1).split('\n').length}` : '';
}

/** Refusals: what we say, typed, when the caller asked for something that we decline. */

/**
 * Something the caller did that we decline. GraphQL shows it as a member of the mutation's result, so the message is
 * for the caller: what was wrong and what would be right. Anything thrown that is not one is a bug, logged and masked.
 */
export abstract class DomainError extends Error {
  /** Stable, in SCREAMING_SNAKE_CASE; clients may branch on it. */
  abstract readonly code: string;

  override get name(): string {
    return this.constructor.name;
  }
}

/** One thing wrong with an input. */
export interface InputProblem {
  /** Where: names of fields and indexes of list items, outermost first. */
  readonly path: readonly string[];
  /** What is wrong there, and what would be right. */
  readonly message: string;
}

/** The input itself is wrong, whatever the state of the database. All problems are reported at once. */
export class InputError extends DomainError {
  readonly code = 'INVALID_INPUT';
  readonly problems: readonly InputProblem[];

  constructor(problems: readonly InputProblem[]) {
    super(problems.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join(' '));
    this.problems = problems;
  }
}

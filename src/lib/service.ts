/** What a part of the program with a life of its own looks like from outside. */

/** Something that runs until it is told to stop. */
export interface Service {
  /** Resolves once it does its work; rejects, having stopped again, when it cannot. */
  start(): Promise<void>;
  /**
   * Takes on nothing new, finishes what is under way and resolves. When `deadline` is aborted it cuts short what is
   * left, losing nothing that was accepted. Stopping twice is stopping once.
   */
  stop(deadline: AbortSignal): Promise<void>;
}

/**
 * What goes wrong in a build: thrown inside one step, caught by the build, which answers it in Docker's
 * words (a plain Go error, or `jsonmessage.JSONError` with a code for a RUN that failed).
 */
export class BuildFailure extends Error {
  override readonly name = 'BuildFailure';
  constructor(
    message: string,
    /** Exit code of the RUN, in `errorDetail`. */
    readonly code?: number,
    /** Status, while nothing has been answered yet. */
    readonly status = 500,
  ) {
    super(message);
  }
}

/** `errors.Wrap`: puts words before the message of what `work` throws. */
export function wrapFailure<T>(words: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BuildFailure)) throw error;
    throw new BuildFailure(`${words}: ${error.message}`, error.code, error.status);
  }
}

/**
 * The one error that a command throws (docker/cli: cli.StatusError and plain errors alike): its
 * text goes to stderr with a line feed, and the program ends with its code. program.ts catches
 * it.
 */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    message: string,
    readonly exitCode = 1,
    /** HTTP status where a daemon answered it. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/** Several failures of one command, a line each, as `strings.Join(errs, "\n")`. */
export function failAll(messages: readonly string[]): void {
  if (messages.length > 0) throw new CliError(messages.join('\n'));
}

/** A part of the real client that this simulation does not have. */
export function notSimulated(what: string): CliError {
  return new CliError(`not simulated: ${what}`, 125);
}

/** The message of a CliError; anything else is not ours to handle. */
export function messageOf(error: unknown): string {
  if (error instanceof CliError) return error.message;
  throw error;
}

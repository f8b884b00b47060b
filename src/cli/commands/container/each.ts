/** The same call for each of several containers: names on stdout, errors together at the end. */
import type { Sys } from '../../../kernel';
import { CliError, failAll, messageOf } from '../../errors';
import { err, line } from '../../invocation';

export function* forEach(names: readonly string[], call: (name: string) => Sys<void>): Sys<void> {
  const failures: string[] = [];
  for (const name of names) {
    try {
      yield* call(name);
      yield* line(name);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  failAll(failures);
}

/** `start` and `rename` print each error where it happens and end with one of their own. */
export function* report(error: unknown): Sys<void> {
  if (!(error instanceof CliError)) throw error;
  yield* err(`${error.message}\n`);
}

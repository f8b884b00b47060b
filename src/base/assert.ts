/**
 * Assertions that stay on in production: a failed one is our own mistake, never the user's. It stops
 * the cluster, and the host shows the seed and the step so that the run can be repeated.
 */

/** Thrown by `assert`; hosts catch it and stop the clock. */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
}

/** Throws when a condition that our own code guarantees does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailure(message);
}

/** Marks a branch that the types say cannot be reached. */
export function unreachable(value: never, what = 'value'): never {
  throw new AssertionFailure(`unexpected ${what}: ${String(value)}`);
}

/** A property of the cluster does not hold: the end of a seed. */
export class Violation extends Error {
  override readonly name = 'Violation';
  constructor(
    /** Which checker saw it: "election safety", "lost write", ... */
    readonly property: string,
    readonly detail: string,
  ) {
    super(`${property}: ${detail}`);
  }
}

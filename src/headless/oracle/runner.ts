/** What every kind of oracle data is run by. */

/** What one kind of oracle data can do. */
export interface OracleOptions {
  /** Only cases whose name starts with one of these; empty for all. */
  readonly only: readonly string[];
  /** Write what the simulator answered to this folder. */
  readonly write: ((file: string, content: unknown) => void) | undefined;
  readonly print: (line: string) => void;
}
export interface OracleCount {
  readonly passed: number;
  readonly failed: number;
}
/** Runs one file; undefined where the file is not of this kind's format. */
export type OracleRunner = (
  file: string,
  content: unknown,
  options: OracleOptions,
) => OracleCount | undefined | Promise<OracleCount | undefined>;

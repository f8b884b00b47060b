/** The kinds of oracle data, each loaded when it is asked for. */
import type { OracleRunner } from './runner';

export const KINDS: Readonly<Record<string, () => Promise<OracleRunner>>> = {
  raft: async () => (await import('./run-raft')).runRaftFile,
};

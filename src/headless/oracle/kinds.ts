/** The kinds of oracle data, each loaded when it is asked for. */
import type { OracleRunner } from './runner';

export const KINDS: Readonly<Record<string, () => Promise<OracleRunner>>> = {
  transcript: async () => (await import('./run-transcript')).runTranscriptFile,
  api: async () => (await import('./run-api')).runApiFile,
  timing: async () => (await import('./run-timing')).runTimingFile,
  shell: async () => (await import('./shell')).runShellFile,
  raft: async () => (await import('./run-raft')).runRaftFile,
  dockerfile: async () => (await import('./run-dockerfile')).runDockerfileFile,
  layers: async () => (await import('./run-layers')).runLayersFile,
  overlayfs: async () => (await import('./run-overlayfs')).runOverlayfsFile,
};

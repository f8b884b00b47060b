export * from './inline-cluster';
export type { ExecRun, TypedTerminal } from './sessions';

export * from './cluster-host';
export type { ExecAnswer, ExecRequest, SimulatedHost } from './sim-host';

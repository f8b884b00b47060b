export * from './answers';
export type { ControlRequest } from './context';
export { networkResource } from './networks';
export { ControlServer } from './server';

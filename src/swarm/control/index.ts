export * from './answers';
export type { ControlRequest } from './context';
export * from './frontend';
export { isShownNetwork, networkResource, type NetworkFilters } from './networks';
export { SECRET_ROUTES } from './secret-routes';
export { ControlServer } from './server';
export { SERVICE_ROUTES } from './service-routes';
export { INIT_REQUEST, JOIN_REQUEST, UNLOCK_REQUEST } from './shapes';
export { SWARM_ROUTES } from './swarm-routes';

export { Allocator } from './allocator';
export { needsIngress, serviceNetworks } from './service-endpoints';
export * from './ipv4';

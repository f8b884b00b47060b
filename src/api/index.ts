export * from './engine-wire';
export * from './http';
export * from './machine';
export * from './screen';
export * from './swarm-wire';
export * from './xray';

export * from './cluster-host';

export * from './inline-cluster';

export * from './check';
export * from './lab';
export * from './library';
export * from './progress';

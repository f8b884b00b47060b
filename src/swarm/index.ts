export * from './leader';
export * from './seams';
export * from './store';

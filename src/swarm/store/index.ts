export * from './clock';
export * from './failure';
export * from './records';
export * from './store';
export * from './views';

export * from './assert';
export * from './bytes';
export * from './clone';
export * from './elementary';
export * from './hash';
export * from './heap';
export * from './random';
export * from './runtime';

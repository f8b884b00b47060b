export * from './seams';

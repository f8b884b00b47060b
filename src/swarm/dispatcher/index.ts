export { Dispatcher } from './dispatcher';
export * from './protocol';

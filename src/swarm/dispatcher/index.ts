export { Dispatcher } from './dispatcher';

export { App } from './App';
export { optionsFromAddress, startSession } from './state/session';

export { LogBroker } from './log-broker';

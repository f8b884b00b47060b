export { AgentStreams } from './agent-streams';
export { Dispatcher } from './dispatcher';

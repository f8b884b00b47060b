export { Agent } from './agent';
export { NoStorage, type TaskStorage } from './task-storage';

export { Allocator } from './allocator';

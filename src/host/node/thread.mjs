/** Makes a worker thread able to load TypeScript, then goes on there. */
import { register } from 'tsx/esm/api';

register();
await import('./thread-entry.ts');

/**
 * The real machines on this thread; loaded only when a cluster is to live here.
 */
import { createMachine } from '../node';
import { connectLocal } from './local-connection';

export const connectInline = connectLocal(createMachine);

/** The programs of Python images. */
export { python } from './python';
export { pip } from './pip';

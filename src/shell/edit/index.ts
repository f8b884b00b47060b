/** Door of the line editor. */
export { LineEditor, type EditorResult } from './editor';
export type { Candidate, Completer, Completion } from './completing';

/** Door of the reader: text in, trees or complaints out. */
export * from './ast';
export * from './faults';
export { Lexer } from './lexer';
export { Parser, parseNested } from './parser';
export { wordOf } from './words';
export { printNode, printFunction } from './printer';

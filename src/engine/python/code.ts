/** What the compiler makes of a function, class body or file: instructions for the machine in vm.ts. */
import type { Parameter } from './tree';

/** Instructions. Their meaning stands with their handlers, in operations.ts and its neighbours. */
export const OPS = [
  ...['CONST', 'POP', 'DUP', 'DUP2', 'SWAP', 'ROT3', 'LOCAL', 'OUTER', 'GLOBAL', 'NAME'],
  ...['SET_LOCAL', 'SET_OUTER', 'SET_GLOBAL', 'SET_NAME', 'DEL_LOCAL', 'DEL_OUTER', 'DEL_GLOBAL'],
  ...['DEL_NAME', 'ATTR', 'SET_ATTR', 'DEL_ATTR', 'ITEM', 'SET_ITEM', 'DEL_ITEM', 'BINARY'],
  ...['INPLACE', 'UNARY', 'COMPARE', 'JUMP', 'JUMP_FALSE', 'JUMP_TRUE', 'KEEP_FALSE', 'KEEP_TRUE'],
  ...['LIST', 'TUPLE', 'SET', 'DICT', 'APPEND', 'EXTEND', 'ADD', 'PUT', 'UPDATE', 'TO_TUPLE'],
  ...['CALL', 'CALL_EX', 'ITER', 'FOR', 'UNPACK', 'UNPACK_STAR', 'SLICE', 'FUNCTION', 'CLASS'],
  ...['RETURN', 'YIELD', 'DELEGATE', 'RAISE', 'RAISE_FROM', 'RERAISE', 'SETUP', 'POP_BLOCK'],
  ...['MATCHES', 'HANDLED', 'ENTER', 'LEAVE', 'CATCH', 'IMPORT', 'IMPORT_FROM', 'IMPORT_STAR'],
  ...['FORMAT', 'JOIN', 'SHOW', 'MERGE'],
] as const;
export type OpName = (typeof OPS)[number];
export const OP_NUMBERS: ReadonlyMap<string, number> = new Map(OPS.map((name, i) => [name, i]));

/** Frozen, and shared by all clones. */
export interface Code {
  readonly name: string;
  readonly file: string;
  readonly kind: 'module' | 'function' | 'class';
  readonly params: readonly Parameter[];
  readonly ops: readonly number[];
  readonly args: readonly unknown[];
  readonly lines: readonly number[];
  readonly generates: boolean;
  /** First statement, where it is a string. */
  readonly doc: string | null;
  readonly line: number;
}

export interface CallShape {
  readonly count: number;
  readonly names: readonly string[];
}

/** Awk programs as trees. */
export type Expr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  /** Alone it is matched against the record. */
  | { readonly kind: 'regex'; readonly source: string }
  | { readonly kind: 'var'; readonly name: string }
  | { readonly kind: 'field'; readonly index: Expr }
  | { readonly kind: 'element'; readonly name: string; readonly subscripts: readonly Expr[] }
  | {
      readonly kind: 'assign';
      readonly op: string;
      readonly target: Target;
      readonly value: Expr;
    }
  | { readonly kind: 'choice'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly kind: 'and' | 'or'; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'in'; readonly subscripts: readonly Expr[]; readonly name: string }
  | { readonly kind: 'match'; readonly not: boolean; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'unary'; readonly op: string; readonly operand: Expr }
  | {
      readonly kind: 'step';
      readonly by: 1 | -1;
      readonly before: boolean;
      readonly target: Target;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[] }
  | { readonly kind: 'builtin'; readonly name: string; readonly args: readonly Expr[] }
  /** A list in parentheses, before `in` or of `print`. */
  | { readonly kind: 'list'; readonly items: readonly Expr[] }
  | {
      readonly kind: 'getline';
      readonly from: 'input' | 'file' | 'command';
      readonly source: Expr | undefined;
      readonly target: Target | undefined;
    };

export type Target = Extract<Expr, { kind: 'var' | 'field' | 'element' }>;

export interface Redirect {
  readonly kind: '>' | '>>' | '|';
  readonly to: Expr;
}

export type Statement =
  | { readonly kind: 'block'; readonly body: readonly Statement[] }
  | { readonly kind: 'expression'; readonly value: Expr }
  | {
      readonly kind: 'print' | 'printf';
      readonly items: readonly Expr[];
      readonly redirect: Redirect | undefined;
    }
  | {
      readonly kind: 'if';
      readonly test: Expr;
      readonly yes: Statement;
      readonly no: Statement | undefined;
    }
  | { readonly kind: 'while' | 'do'; readonly test: Expr; readonly body: Statement }
  | {
      readonly kind: 'for';
      readonly first: Statement | undefined;
      readonly test: Expr | undefined;
      readonly step: Statement | undefined;
      readonly body: Statement;
    }
  | {
      readonly kind: 'each';
      readonly variable: string;
      readonly array: string;
      readonly body: Statement;
    }
  | { readonly kind: 'delete'; readonly name: string; readonly subscripts: readonly Expr[] }
  | { readonly kind: 'exit' | 'return'; readonly value: Expr | undefined }
  | { readonly kind: 'next' | 'nextfile' | 'break' | 'continue' };

export interface AwkRule {
  readonly kind: 'begin' | 'end' | 'pattern' | 'range';
  readonly from: Expr | undefined;
  readonly to: Expr | undefined;
  /** Undefined: print the record. */
  readonly body: Statement | undefined;
}

export interface AwkFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Statement;
}

export interface AwkProgram {
  readonly rules: readonly AwkRule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}

/** A program that is none; `token` is empty at its end. */
export class AwkFault extends Error {
  constructor(
    readonly line: number,
    readonly token: string,
    readonly missing = '',
  ) {
    super('syntax error');
  }
}

export const BUILTINS: ReadonlySet<string> = new Set([
  'atan2',
  'close',
  'cos',
  'exp',
  'fflush',
  'gsub',
  'index',
  'int',
  'length',
  'log',
  'match',
  'rand',
  'sin',
  'split',
  'sprintf',
  'sqrt',
  'srand',
  'sub',
  'substr',
  'system',
  'systime',
  'strftime',
  'tolower',
  'toupper',
]);

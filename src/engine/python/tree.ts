/** The syntax tree of Python, after the grammar of CPython 3.10 (`Parser/Python.asdl`). Frozen by use. */
import type { Value } from './values';

export interface Argument {
  /** `name=value`; for `*value` and `**value` see `star`. */
  readonly name?: string | undefined;
  readonly star?: 1 | 2 | undefined;
  readonly value: Expr;
}
export interface Parameter {
  readonly name: string;
  readonly kind: 'plain' | 'args' | 'named' | 'kwargs';
  readonly fallback?: Expr | undefined;
}
export interface Loop {
  readonly target: Expr;
  readonly source: Expr;
  readonly tests: readonly Expr[];
}
export interface FormatPart {
  readonly text?: string;
  readonly value?: Expr;
  readonly conversion?: string | undefined;
  readonly format?: Expr | undefined;
}
interface At {
  readonly line: number;
}
export type Expr = At &
  (
    | { readonly t: 'const'; readonly value: Value }
    | { readonly t: 'name'; readonly id: string }
    | { readonly t: 'format'; readonly parts: readonly FormatPart[] }
    | { readonly t: 'tuple' | 'list' | 'set'; readonly items: readonly Expr[] }
    | {
        readonly t: 'dict';
        readonly keys: readonly (Expr | undefined)[];
        readonly values: readonly Expr[];
      }
    | { readonly t: 'unary'; readonly op: string; readonly value: Expr }
    | { readonly t: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr }
    | { readonly t: 'and' | 'or'; readonly items: readonly Expr[] }
    | {
        readonly t: 'compare';
        readonly left: Expr;
        readonly ops: readonly string[];
        readonly rights: readonly Expr[];
      }
    | { readonly t: 'call'; readonly fn: Expr; readonly args: readonly Argument[] }
    | { readonly t: 'attr'; readonly value: Expr; readonly name: string }
    | { readonly t: 'item'; readonly value: Expr; readonly index: Expr }
    | { readonly t: 'slice'; readonly parts: readonly (Expr | undefined)[] }
    | { readonly t: 'lambda'; readonly params: readonly Parameter[]; readonly body: Expr }
    | { readonly t: 'if'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
    | {
        readonly t: 'comp';
        readonly kind: 'list' | 'set' | 'dict' | 'gen';
        readonly item: Expr;
        readonly value?: Expr | undefined;
        readonly loops: readonly Loop[];
      }
    | { readonly t: 'star'; readonly value: Expr }
    | { readonly t: 'yield' | 'from'; readonly value?: Expr | undefined }
    | { readonly t: 'walrus'; readonly id: string; readonly value: Expr }
  );

export interface Handler extends At {
  readonly type?: Expr | undefined;
  readonly name?: string | undefined;
  readonly body: readonly Stmt[];
}
export interface ImportName {
  readonly name: string;
  readonly as?: string | undefined;
}
export interface FunctionNode extends At {
  readonly t: 'def';
  readonly name: string;
  readonly params: readonly Parameter[];
  readonly body: readonly Stmt[];
  readonly decorators: readonly Expr[];
}
export interface ClassNode extends At {
  readonly t: 'class';
  readonly name: string;
  readonly args: readonly Argument[];
  readonly body: readonly Stmt[];
  readonly decorators: readonly Expr[];
}
export type Stmt =
  | FunctionNode
  | ClassNode
  | (At &
      (
        | { readonly t: 'expr'; readonly value: Expr }
        | { readonly t: 'assign'; readonly targets: readonly Expr[]; readonly value: Expr }
        | { readonly t: 'aug'; readonly target: Expr; readonly op: string; readonly value: Expr }
        | { readonly t: 'note'; readonly target: Expr; readonly value?: Expr | undefined }
        | { readonly t: 'return'; readonly value?: Expr | undefined }
        | {
            readonly t: 'raise';
            readonly value?: Expr | undefined;
            readonly cause?: Expr | undefined;
          }
        | { readonly t: 'break' | 'continue' | 'pass' }
        | { readonly t: 'global' | 'nonlocal'; readonly names: readonly string[] }
        | { readonly t: 'del'; readonly targets: readonly Expr[] }
        | { readonly t: 'assert'; readonly test: Expr; readonly message?: Expr | undefined }
        | { readonly t: 'import'; readonly names: readonly ImportName[] }
        | {
            readonly t: 'import-from';
            readonly module: string;
            readonly level: number;
            readonly names: readonly ImportName[];
          }
        | {
            readonly t: 'if' | 'while';
            readonly test: Expr;
            readonly body: readonly Stmt[];
            readonly other: readonly Stmt[];
          }
        | {
            readonly t: 'for';
            readonly target: Expr;
            readonly source: Expr;
            readonly body: readonly Stmt[];
            readonly other: readonly Stmt[];
          }
        | {
            readonly t: 'try';
            readonly body: readonly Stmt[];
            readonly handlers: readonly Handler[];
            readonly other: readonly Stmt[];
            readonly last: readonly Stmt[];
          }
        | {
            readonly t: 'with';
            readonly items: readonly { readonly value: Expr; readonly target?: Expr | undefined }[];
            readonly body: readonly Stmt[];
          }
      ));

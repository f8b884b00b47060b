/**
 * The tree of a shell program: plain frozen data, so that a subshell gets its part of it as the
 * `image` of a spawned process and clones of a machine share it. Models the grammar of POSIX.1
 * (2.10) with bash's additions. Words keep their quoting; expansion happens in exec/.
 */

/** What a dialect's reader accepts and how it complains. */
export type Dialect = 'bash' | 'dash' | 'ash';

export interface Word {
  readonly parts: readonly WordPart[];
  /** As written, for error texts and printed functions. */
  readonly text: string;
}

export type WordPart =
  /** Unquoted text: tilde, globs and braces are alive in it. */
  | { readonly t: 'lit'; readonly s: string }
  /** Text whose quotes have been taken off. */
  | { readonly t: 'quoted'; readonly s: string }
  | { readonly t: 'dq'; readonly parts: readonly WordPart[] }
  | ParamPart
  | { readonly t: 'cmd'; readonly body: ListNode; readonly source: string }
  /** `$((...))`; the inside is expanded as in double quotes, then computed. */
  | { readonly t: 'arith'; readonly inner: Word }
  | { readonly t: 'proc'; readonly write: boolean; readonly body: ListNode };

export interface ParamPart {
  readonly t: 'param';
  /** Name, digit(s) or one special character; empty when `bad`. */
  readonly name: string;
  /** `[...]` behind an array's name. */
  readonly index?: Word;
  /** `${#x}` */
  readonly length?: boolean;
  /** `${!x}` */
  readonly indirect?: boolean;
  /** `${!prefix*}` or `${!prefix@}` */
  readonly prefix?: '*' | '@';
  readonly op?: string;
  readonly arg?: Word;
  /** Replacement of `/`, length of `:`. */
  readonly arg2?: Word;
  /** The whole text when it is no valid expansion. */
  readonly bad?: string;
  readonly text: string;
}

export interface Assign {
  readonly name: string;
  readonly index?: Word;
  readonly append: boolean;
  readonly value?: Word;
  readonly array?: readonly Word[];
  readonly text: string;
}

export interface Redirect {
  readonly fd?: number;
  /** `{name}>file` */
  readonly fdName?: string;
  readonly op: '<' | '>' | '>>' | '>|' | '<>' | '<&' | '>&' | '&>' | '&>>' | '<<' | '<<-' | '<<<';
  readonly target: Word;
  /** Body of a here-document; filled when its lines have been read. */
  readonly body?: Word;
  readonly line: number;
}

export interface SimpleNode {
  readonly k: 'simple';
  readonly assigns: readonly Assign[];
  readonly words: readonly (Word | Assign)[];
  readonly redirects: readonly Redirect[];
  readonly line: number;
}
export interface PipelineNode {
  readonly k: 'pipeline';
  readonly negate: boolean;
  readonly timed?: 'bash' | 'posix';
  readonly commands: readonly Node[];
  /** `|&` behind command i. */
  readonly both: readonly boolean[];
  readonly line: number;
}
export interface AndOrNode {
  readonly k: 'and' | 'or';
  readonly left: Node;
  readonly right: Node;
  readonly line: number;
}
export interface ListItem {
  readonly node: Node;
  readonly background: boolean;
}
export interface ListNode {
  readonly k: 'list';
  readonly items: readonly ListItem[];
  readonly line: number;
}
interface Compound {
  readonly redirects: readonly Redirect[];
  readonly line: number;
}
export interface IfNode extends Compound {
  readonly k: 'if';
  readonly clauses: readonly { readonly test: ListNode; readonly body: ListNode }[];
  readonly otherwise?: ListNode;
}
export interface WhileNode extends Compound {
  readonly k: 'while';
  readonly until: boolean;
  readonly test: ListNode;
  readonly body: ListNode;
}
export interface ForNode extends Compound {
  readonly k: 'for' | 'select';
  readonly name: string;
  /** Absent: the positional parameters. */
  readonly words?: readonly Word[];
  readonly body: ListNode;
}
export interface ArithForNode extends Compound {
  readonly k: 'arith-for';
  readonly parts: readonly [Word, Word, Word];
  readonly body: ListNode;
}
export interface CaseItem {
  readonly patterns: readonly Word[];
  readonly body: ListNode;
  readonly end: ';;' | ';&' | ';;&';
}
export interface CaseNode extends Compound {
  readonly k: 'case';
  readonly word: Word;
  readonly items: readonly CaseItem[];
}
export interface SubshellNode extends Compound {
  readonly k: 'subshell';
  readonly body: ListNode;
}
export interface BraceNode extends Compound {
  readonly k: 'brace';
  readonly body: ListNode;
}
export interface FunctionNode {
  readonly k: 'function';
  readonly name: string;
  readonly body: Node;
  readonly line: number;
}
export interface ArithNode extends Compound {
  readonly k: 'arith';
  readonly inner: Word;
}
export type CondExpr =
  | { readonly c: 'unary'; readonly op: string; readonly arg: Word }
  | { readonly c: 'binary'; readonly op: string; readonly left: Word; readonly right: Word }
  | { readonly c: 'not'; readonly inner: CondExpr }
  | { readonly c: 'and' | 'or'; readonly left: CondExpr; readonly right: CondExpr }
  | { readonly c: 'group'; readonly inner: CondExpr };
export interface CondNode extends Compound {
  readonly k: 'cond';
  readonly expr: CondExpr;
}
export type CompoundNode =
  | IfNode
  | WhileNode
  | ForNode
  | ArithForNode
  | CaseNode
  | SubshellNode
  | BraceNode
  | ArithNode
  | CondNode;
export type Node = SimpleNode | PipelineNode | AndOrNode | ListNode | FunctionNode | CompoundNode;

/** A word that is an assignment in an argument position (`export a=1`, `declare x=(1 2)`). */
export function isAssign(word: Word | Assign): word is Assign {
  return 'append' in word;
}

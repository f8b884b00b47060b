/**
 * The tree of a parsed Go template, and how a node reads in an error message ("at <.Names>").
 * Names follow text/template/parse/node.go.
 */

export interface Pipe {
  readonly kind: 'pipe';
  readonly pos: number;
  readonly assign: boolean;
  readonly declares: readonly string[];
  readonly commands: readonly Command[];
}
export interface Command {
  readonly kind: 'command';
  readonly pos: number;
  readonly args: readonly Operand[];
}
export type Operand =
  | { readonly kind: 'identifier'; readonly pos: number; readonly name: string }
  | { readonly kind: 'field'; readonly pos: number; readonly names: readonly string[] }
  | { readonly kind: 'variable'; readonly pos: number; readonly names: readonly string[] }
  | {
      readonly kind: 'chain';
      readonly pos: number;
      readonly node: Operand;
      readonly names: readonly string[];
    }
  | { readonly kind: 'dot'; readonly pos: number }
  | { readonly kind: 'nil'; readonly pos: number }
  | {
      readonly kind: 'literal';
      readonly pos: number;
      readonly value: string | number | boolean;
      readonly text: string;
    }
  | Pipe;

export type Statement =
  | { readonly kind: 'text'; readonly pos: number; readonly text: string }
  | { readonly kind: 'action'; readonly pos: number; readonly pipe: Pipe }
  | { readonly kind: 'break' | 'continue'; readonly pos: number }
  | {
      readonly kind: 'if' | 'range' | 'with';
      readonly pos: number;
      readonly pipe: Pipe;
      readonly list: readonly Statement[];
      readonly otherwise: readonly Statement[] | undefined;
    }
  | {
      readonly kind: 'template';
      readonly pos: number;
      readonly name: string;
      readonly pipe: Pipe | undefined;
    };

export type TemplateNode = Operand | Command | Statement;

/** The source of a node as Go's `String()` gives it. */
export function nodeText(node: TemplateNode): string {
  switch (node.kind) {
    case 'identifier':
      return node.name;
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'variable':
      return node.names.join('.');
    case 'chain': {
      const inner = nodeText(node.node);
      const shown = node.node.kind === 'pipe' ? `(${inner})` : inner;
      return shown + node.names.map((name) => `.${name}`).join('');
    }
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'literal':
      return node.text;
    case 'pipe': {
      const head =
        node.declares.length > 0 ? `${node.declares.join(', ')} ${node.assign ? '=' : ':='} ` : '';
      return head + node.commands.map(nodeText).join(' | ');
    }
    case 'command':
      return node.args
        .map((arg) => (arg.kind === 'pipe' ? `(${nodeText(arg)})` : nodeText(arg)))
        .join(' ');
    case 'text':
      return JSON.stringify(node.text);
    case 'action':
      return `{{${nodeText(node.pipe)}}}`;
    case 'template': {
      const rest = node.pipe ? ` ${nodeText(node.pipe)}` : '';
      return `{{template ${JSON.stringify(node.name)}${rest}}}`;
    }
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    default: {
      const list = node.list.map(nodeText).join('');
      const other = node.otherwise ? `{{else}}${node.otherwise.map(nodeText).join('')}` : '';
      return `{{${node.kind} ${nodeText(node.pipe)}}}${list}${other}{{end}}`;
    }
  }
}

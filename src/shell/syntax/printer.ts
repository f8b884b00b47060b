/**
 * Prints a command again: for `jobs`, and as `declare -f` and `type` show a function. Models bash 5.2
 * `print_cmd.c` and, for the ash family, `jobs.c: cmdtxt`.
 */
import type { CompoundNode, CondExpr, ListNode, Node, Redirect, SimpleNode } from './ast';

/**
 * `function`: bash's own layout, one command a line. `job`: the same for loops, but lists stay on a
 * line. `ash`: all on one line.
 */
type Layout = 'function' | 'job' | 'ash';

function redirectText(r: Redirect): string {
  const fd = r.fdName !== undefined ? `{${r.fdName}}` : r.fd === undefined ? '' : `${r.fd}`;
  const tight = r.op === '<&' || r.op === '>&' || r.op === '<<' || r.op === '<<-';
  const implied = r.op === '>&' && fd === '' ? '' : fd;
  return ` ${implied}${r.op}${tight ? '' : ' '}${r.target.text}`;
}

/** A redirection as ash writes it, without a blank. */
function ashRedirect(r: Redirect): string {
  if (r.op.startsWith('<<')) return ` ${r.fd ?? ''}<<...`;
  return ` ${r.fd ?? ''}${r.op}${r.target.text}`;
}

function conditionText(expr: CondExpr): string {
  switch (expr.c) {
    case 'unary':
      return `${expr.op} ${expr.arg.text}`;
    case 'binary':
      return `${expr.left.text} ${expr.op} ${expr.right.text}`;
    case 'not':
      return `! ${conditionText(expr.inner)}`;
    case 'group':
      return `( ${conditionText(expr.inner)} )`;
    default: {
      const op = expr.c === 'and' ? '&&' : '||';
      return `${conditionText(expr.left)} ${op} ${conditionText(expr.right)}`;
    }
  }
}

class Printer {
  constructor(private readonly layout: Layout) {}

  private redirects(list: readonly Redirect[]): string {
    return list.map(this.layout === 'ash' ? ashRedirect : redirectText).join('');
  }

  /** Bodies of here-documents, which follow the command. */
  private documents(list: readonly Redirect[]): string {
    if (this.layout === 'ash') return '';
    return list
      .filter((r) => r.op.startsWith('<<') && r.op !== '<<<')
      .map((r) => `\n${r.body?.text ?? ''}${r.target.text.replace(/['"\\]/g, '')}\n`)
      .join('');
  }

  private simple(node: SimpleNode): string {
    const words = [...node.assigns.map((a) => a.text), ...node.words.map((w) => w.text)];
    const line = (words.join(' ') + this.redirects(node.redirects)).trimStart();
    return line + this.documents(node.redirects);
  }

  /** Commands one after another; `pad` stands before each that begins a line. */
  list(node: ListNode, pad: string): string {
    let text = '';
    node.items.forEach((item, i) => {
      const last = i === node.items.length - 1;
      const command = this.node(item.node, pad);
      const sign = item.background ? ' &' : last || command.endsWith('\n') ? '' : ';';
      text += command + sign;
      if (!last) text += this.layout === 'function' ? `\n${pad}` : ' ';
    });
    return text;
  }

  /** A list within a loop or a condition, closed by a semicolon. */
  private block(node: ListNode, pad: string): string {
    const inner = this.list(node, `${pad}    `);
    const open = node.items.at(-1)?.background || inner.endsWith('\n');
    const closed = open ? inner : `${inner};`;
    return this.layout === 'ash' ? ` ${closed} ` : `\n${pad}    ${closed}\n${pad}`;
  }

  node(node: Node, pad: string): string {
    switch (node.k) {
      case 'simple':
        return this.simple(node);
      case 'pipeline': {
        const timed = node.timed ? (node.timed === 'posix' ? 'time -p ' : 'time ') : '';
        const prefix = timed + (node.negate ? '! ' : '');
        return prefix + node.commands.map((c) => this.node(c, pad)).join(' | ');
      }
      case 'and':
      case 'or':
        return `${this.node(node.left, pad)} ${node.k === 'and' ? '&&' : '||'} ${this.node(node.right, pad)}`;
      case 'list':
        return this.list(node, pad);
      case 'function':
        if (this.layout === 'ash') return `${node.name}() {...}`;
        return `function ${node.name} () \n${pad}${new Printer('function').node(node.body, pad)}`;
      default:
        return this.compound(node, pad) + this.redirects(node.redirects);
    }
  }

  /** The test of a loop or an `if`, always on one line. */
  private test(node: ListNode): string {
    return new Printer(this.layout === 'ash' ? 'ash' : 'job').list(node, '');
  }

  private compound(node: CompoundNode, pad: string): string {
    const flat = this.layout === 'ash';
    switch (node.k) {
      case 'if': {
        let text = '';
        node.clauses.forEach((clause, i) => {
          text += `${i === 0 ? 'if' : 'elif'} ${this.test(clause.test)}; then${this.block(clause.body, pad)}`;
        });
        if (node.otherwise) text += `else${this.block(node.otherwise, pad)}`;
        return `${text}fi`;
      }
      case 'while':
        return `${node.until ? 'until' : 'while'} ${this.test(node.test)}; do${this.block(node.body, pad)}done`;
      case 'for':
      case 'select': {
        const words = node.words ? ` in ${node.words.map((w) => w.text).join(' ')}` : ' in "$@"';
        return `${node.k} ${node.name}${words}${flat ? '; ' : `;\n${pad}`}do${this.block(node.body, pad)}done`;
      }
      case 'arith-for':
        return `for ((${node.parts.map((p) => p.text).join(';')}))\n${pad}do${this.block(node.body, pad)}done`;
      case 'case': {
        const items = node.items.map((item) => {
          const patterns = item.patterns.map((w) => w.text).join(' | ');
          if (flat) return `${patterns}) ${this.list(item.body, pad)} ${item.end}`;
          const inner = `${pad}        `;
          return `    ${patterns})\n${inner}${this.list(item.body, inner)}\n${pad}    ${item.end}`;
        });
        const gap = flat ? ' ' : `\n${pad}`;
        return `case ${node.word.text} in ${flat ? '' : gap}${[...items, 'esac'].join(gap)}`;
      }
      case 'subshell':
        return flat ? `(${this.list(node.body, pad)})` : `( ${this.list(node.body, pad)} )`;
      case 'brace': {
        const inner = this.list(node.body, `${pad}    `);
        if (this.layout === 'function') return `{ \n${pad}    ${inner}\n${pad}}`;
        const open = node.body.items.at(-1)?.background;
        return `{ ${inner}${open ? '' : ';'} }`;
      }
      case 'arith':
        return `((${node.inner.text}))`;
      case 'cond':
        return `[[ ${conditionText(node.expr)} ]]`;
    }
  }
}

/** The command as a job shows it. */
export function printNode(node: Node, layout: 'job' | 'ash'): string {
  return new Printer(layout).node(node, '');
}

export function printFunction(name: string, body: Node): string {
  const printer = new Printer('function');
  // bash puts braces around a body that is no group.
  const wrapped =
    body.k === 'brace' ? printer.node(body, '') : `{ \n    ${printer.node(body, '    ')}\n}`;
  return `${name} () \n${wrapped}\n`;
}

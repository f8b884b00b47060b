/**
 * Prints a command again: on one line for `jobs`, and as `declare -f` and `type` show a function.
 * Models bash 5.2 `print_cmd.c` and, for the ash family, `jobs.c: cmdtxt`.
 */
import { type ListNode, type Node, type Redirect, type SimpleNode } from './ast';

/** Layout: bash's own text for `jobs` is on one line; functions are indented. */
class Printer {
  constructor(private readonly multi: boolean) {}

  redirects(list: readonly Redirect[]): string {
    return list
      .map((r) => {
        const fd = r.fdName !== undefined ? `{${r.fdName}}` : r.fd === undefined ? '' : `${r.fd}`;
        const tight = r.op === '<&' || r.op === '>&' || r.op === '<<' || r.op === '<<-';
        const implied = r.op === '>&' && fd === '' ? '' : fd;
        return ` ${implied}${r.op}${tight ? '' : ' '}${r.target.text}`;
      })
      .join('');
  }

  private simple(node: SimpleNode): string {
    const words = [...node.assigns.map((a) => a.text), ...node.words.map((w) => w.text)];
    return (words.join(' ') + this.redirects(node.redirects)).trimStart();
  }

  list(node: ListNode, pad: string): string {
    if (!this.multi) {
      let text = '';
      node.items.forEach((item, i) => {
        const last = i === node.items.length - 1;
        text +=
          this.node(item.node, pad) +
          (item.background ? ' &' : last ? '' : ';') +
          (last ? '' : ' ');
      });
      return text;
    }
    let text = '';
    node.items.forEach((item, i) => {
      const last = i === node.items.length - 1;
      text +=
        pad +
        this.node(item.node, pad) +
        (item.background ? ' &' : last ? '' : ';') +
        (last ? '' : '\n');
    });
    return text;
  }

  /** A list within a construct, closed by a semicolon. */
  private block(node: ListNode, pad: string): string {
    const text = this.list(node, `${pad}    `);
    const closed = node.items.at(-1)?.background ? text : `${text};`;
    return this.multi ? `\n${closed}\n${pad}` : ` ${closed} `;
  }

  node(node: Node, pad: string): string {
    switch (node.k) {
      case 'simple':
        return this.simple(node);
      case 'pipeline': {
        const prefix =
          (node.timed ? (node.timed === 'posix' ? 'time -p ' : 'time ') : '') +
          (node.negate ? '! ' : '');
        return prefix + node.commands.map((c) => this.node(c, pad)).join(' | ');
      }
      case 'and':
      case 'or':
        return `${this.node(node.left, pad)} ${node.k === 'and' ? '&&' : '||'} ${this.node(node.right, pad)}`;
      case 'list':
        return this.list(node, pad);
      case 'function':
        return `function ${node.name} () \n${pad}${this.node(node.body, pad)}`;
      default:
        return this.compound(node, pad) + this.redirects(node.redirects);
    }
  }

  private compound(
    node: Exclude<Node, { k: 'simple' | 'pipeline' | 'and' | 'or' | 'list' | 'function' }>,
    pad: string,
  ): string {
    switch (node.k) {
      case 'if': {
        let text = '';
        node.clauses.forEach((clause, i) => {
          const flat = new Printer(false);
          text += `${i === 0 ? 'if' : 'elif'} ${flat.list(clause.test, '')}; then${this.block(clause.body, pad)}`;
        });
        if (node.otherwise) text += `else${this.block(node.otherwise, pad)}`;
        return `${text}fi`;
      }
      case 'while': {
        const test = new Printer(false).list(node.test, '');
        return `${node.until ? 'until' : 'while'} ${test}; do${this.block(node.body, pad)}done`;
      }
      case 'for':
      case 'select': {
        const words = node.words ? ` in ${node.words.map((w) => w.text).join(' ')}` : ' in "$@"';
        const break_ = this.multi ? `;\n${pad}` : '; ';
        return `${node.k} ${node.name}${words}${break_}do${this.block(node.body, pad)}done`;
      }
      case 'arith-for':
        return `for ((${node.parts.map((p) => p.text).join(';')}))${this.multi ? `\n${pad}` : '; '}do${this.block(node.body, pad)}done`;
      case 'case': {
        const nl = this.multi ? `\n${pad}` : ' ';
        const items = node.items.map((item) => {
          const patterns = item.patterns.map((w) => w.text).join(' | ');
          const body = this.multi
            ? `\n${this.list(item.body, `${pad}        `)}\n${pad}    ${item.end}`
            : ` ${this.list(item.body, pad)} ${item.end}`;
          return `${this.multi ? '    ' : ''}${patterns})${body}`;
        });
        return `case ${node.word.text} in ${[...items, 'esac'].join(nl).replace(/^/, this.multi ? `\n${pad}` : '')}`;
      }
      case 'subshell':
        return `( ${new Printer(this.multi).list(node.body, '').trimStart()} )`;
      case 'brace':
        return `{${this.multi ? ' ' : ''}${this.block(node.body, pad)}}`;
      case 'arith':
        return `((${node.inner.text}))`;
      case 'cond':
        return '[[ ... ]]';
    }
  }
}

export function printNode(node: Node): string {
  return new Printer(false).node(node, '');
}

export function printFunction(name: string, body: Node): string {
  return `${name} () \n${new Printer(true).node(body, '')}\n`;
}

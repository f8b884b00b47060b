/**
 * Runs a parsed template on a value (text/template/exec.go of Go 1.19), with Go's error
 * sentences: what failed, at which byte of which line, in which piece of the template.
 */
import { encodeUtf8 } from '../../base';
import { FunctionError, rangeItems, type TemplateFunction } from './functions';
import type { Command, Operand, Pipe, Statement, TemplateNode } from './nodes';
import { nodeText } from './nodes';
import { TemplateError, type ParsedTemplate } from './parser';
import { NO_FIELD, isGoObject, isMap, isTrue, printValue, typeName } from './values';

/**
 * How much one template may print and how often it may loop: our own bound against runaway
 * input.
 */
const STEPS_MAX = 1_000_000;

export interface ExecOptions {
  readonly functions: ReadonlyMap<string, TemplateFunction>;
  /** A missing key of a map is an error, not `<no value>` (`missingkey=error`). */
  readonly missingKeyIsError: boolean;
}

/** Signals of {{break}} and {{continue}}, which travel as values, not as exceptions. */
type Flow = 'next' | 'break' | 'continue';

class Executor {
  private out = '';
  private steps = 0;
  private vars: { name: string; value: unknown }[];
  private node: TemplateNode | undefined;

  constructor(
    private readonly template: ParsedTemplate,
    private readonly options: ExecOptions,
    data: unknown,
  ) {
    this.vars = [{ name: '$', value: data }];
  }

  run(data: unknown): string {
    this.walkList(this.template.list, data);
    return this.out;
  }

  private fail(message: string): never {
    if (!this.node) throw new TemplateError(`template: : ${message}`);
    const before = this.template.text.slice(0, this.node.pos);
    const line = before.split('\n').length;
    const column = encodeUtf8(before.slice(before.lastIndexOf('\n') + 1)).length;
    const source = nodeText(this.node);
    const shown = [...source].length > 20 ? `${[...source].slice(0, 20).join('')}...` : source;
    throw new TemplateError(`template: :${line}:${column}: executing "" at <${shown}>: ${message}`);
  }

  private walkList(list: readonly Statement[], dot: unknown): Flow {
    for (const statement of list) {
      const flow = this.walk(statement, dot);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  private walk(statement: Statement, dot: unknown): Flow {
    this.node = statement;
    if (++this.steps > STEPS_MAX) this.fail('exceeded the number of steps of this simulation');
    switch (statement.kind) {
      case 'text':
        this.out += statement.text;
        return 'next';
      case 'action': {
        const value = this.pipe(statement.pipe, dot);
        if (statement.pipe.declares.length === 0) this.print(value);
        return 'next';
      }
      case 'break':
      case 'continue':
        return statement.kind;
      case 'range':
        return this.range(statement, dot);
      case 'template':
        return this.call(statement, dot);
      default: {
        const depth = this.vars.length;
        const value = this.pipe(statement.pipe, dot);
        let flow: Flow = 'next';
        if (isTrue(value))
          flow = this.walkList(statement.list, statement.kind === 'with' ? value : dot);
        else if (statement.otherwise) flow = this.walkList(statement.otherwise, dot);
        this.vars.length = depth;
        return flow;
      }
    }
  }

  private print(value: unknown): void {
    this.out += value === undefined || value === null ? '<no value>' : printValue(value);
  }

  private range(
    statement: Extract<Statement, { kind: 'if' | 'range' | 'with' }>,
    dot: unknown,
  ): Flow {
    const depth = this.vars.length;
    const value = this.pipe(statement.pipe, dot);
    const names = statement.pipe.declares;
    const items = rangeItems(value);
    if (!items) this.fail(`range can't iterate over ${printValue(value)}`);
    // The pipeline declared the variables once; each turn has its own.
    const base = this.vars.length;
    for (const [key, item] of items) {
      if (++this.steps > STEPS_MAX) this.fail('exceeded the number of steps of this simulation');
      if (names.length === 1) this.set(names[0]!, item, statement.pipe.assign, depth);
      if (names.length === 2) {
        this.set(names[0]!, key, statement.pipe.assign, depth);
        this.set(names[1]!, item, statement.pipe.assign, depth);
      }
      const flow = this.walkList(statement.list, item);
      this.vars.length = base;
      if (flow === 'break') break;
    }
    if (items.length === 0 && statement.otherwise) this.walkList(statement.otherwise, dot);
    this.vars.length = depth;
    return 'next';
  }

  private call(statement: Extract<Statement, { kind: 'template' }>, dot: unknown): Flow {
    const list = this.template.defined.get(statement.name);
    if (!list) this.fail(`template ${JSON.stringify(statement.name)} not defined`);
    const value = statement.pipe ? this.pipe(statement.pipe, dot) : undefined;
    const saved = this.vars;
    if (++this.steps > STEPS_MAX) this.fail('exceeded maximum template depth (100000)');
    this.vars = [{ name: '$', value }];
    this.walkList(list, value);
    this.vars = saved;
    return 'next';
  }

  private set(name: string, value: unknown, assign: boolean, from = 0): void {
    for (let i = this.vars.length - 1; i >= from; i--) {
      const variable = this.vars[i]!;
      if (variable.name === name) {
        variable.value = value;
        return;
      }
    }
    if (assign && from > 0) this.set(name, value, true);
    else this.vars.push({ name, value });
  }

  private pipe(pipe: Pipe, dot: unknown): unknown {
    this.node = pipe;
    let value: unknown;
    pipe.commands.forEach((command, i) => {
      value = this.command(command, dot, value, i > 0);
    });
    for (const name of pipe.declares) {
      if (pipe.assign) this.set(name, value, true);
      else this.vars.push({ name, value });
    }
    return value;
  }

  private command(command: Command, dot: unknown, final: unknown, hasFinal: boolean): unknown {
    const first = command.args[0]!;
    if (first.kind === 'identifier') return this.function(first, command, dot, final, hasFinal);
    this.node = first;
    if (command.args.length > 1 || hasFinal) {
      const method = first.kind === 'field' ? this.operand(first, dot) : undefined;
      if (typeof method === 'function') {
        const args = command.args.slice(1).map((arg) => this.operand(arg, dot));
        if (hasFinal) args.push(final);
        return (method as TemplateFunction)(...args);
      }
      if (first.kind === 'field' || first.kind === 'variable' || first.kind === 'chain') {
        this.operand(first, dot);
        const name = first.names[first.names.length - 1]!;
        this.node = first;
        this.fail(`${name} has arguments but cannot be invoked as function`);
      }
      this.fail(`can't give argument to non-function ${nodeText(first)}`);
    }
    if (first.kind === 'nil') this.fail('nil is not a command');
    return this.operand(first, dot);
  }

  private operand(node: Operand, dot: unknown): unknown {
    this.node = node;
    switch (node.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'literal':
        return node.value;
      case 'field':
        return this.fields(dot, node.names, node);
      case 'variable': {
        const variable = this.vars.findLast((item) => item.name === node.names[0]);
        if (!variable) this.fail(`undefined variable: ${node.names[0]!}`);
        return this.fields(variable.value, node.names.slice(1), node);
      }
      case 'chain':
        return this.fields(this.operand(node.node, dot), node.names, node);
      case 'pipe':
        return this.pipe(node, dot);
      case 'identifier':
        return this.function(
          node,
          { kind: 'command', pos: node.pos, args: [node] },
          dot,
          undefined,
          false,
        );
    }
  }

  private fields(value: unknown, names: readonly string[], node: TemplateNode): unknown {
    let current = value;
    let inside = false;
    for (const name of names) {
      this.node = node;
      current = this.field(current, name, inside);
      inside = true;
    }
    return current;
  }

  /** `inside`: the value came out of a map or struct, where its static type is an interface. */
  private field(value: unknown, name: string, inside: boolean): unknown {
    if (value === undefined) {
      if (this.options.missingKeyIsError) this.fail(`nil data; no entry for key "${name}"`);
      return undefined;
    }
    if (value === null) this.fail(`nil pointer evaluating interface {}.${name}`);
    if (isGoObject(value)) {
      if (value.isNil) this.fail(`nil pointer evaluating ${value.goType}.${name}`);
      const found = value.get(name);
      if (found === NO_FIELD) this.fail(`can't evaluate field ${name} in type ${value.goType}`);
      return found;
    }
    if (isMap(value)) {
      if (Object.hasOwn(value, name)) return value[name];
      if (this.options.missingKeyIsError) this.fail(`map has no entry for key "${name}"`);
      return undefined;
    }
    const type = inside ? 'interface {}' : typeName(value);
    this.fail(`can't evaluate field ${name} in type ${type}`);
  }

  private function(
    node: Extract<Operand, { kind: 'identifier' }>,
    command: Command,
    dot: unknown,
    final: unknown,
    hasFinal: boolean,
  ): unknown {
    const name = node.name;
    if (name === 'and' || name === 'or') return this.lazy(name, command, dot, final, hasFinal);
    const args = command.args.slice(1).map((arg) => this.operand(arg, dot));
    if (hasFinal) args.push(final);
    this.node = node;
    const run = this.options.functions.get(name);
    if (!run) this.fail(`${JSON.stringify(name)} is not a defined function`);
    const least = run.length;
    if (args.length < least)
      this.fail(`wrong number of args for ${name}: want ${least} got ${args.length}`);
    try {
      return run(...args);
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      this.node = command;
      if (error.message.startsWith('wrong type')) this.fail(error.message);
      this.node = node;
      this.fail(`error calling ${name}: ${error.message}`);
    }
  }

  /** `and` and `or` stop at the first argument that decides. */
  private lazy(
    name: 'and' | 'or',
    command: Command,
    dot: unknown,
    final: unknown,
    hasFinal: boolean,
  ): unknown {
    let value: unknown;
    let count = 0;
    for (const arg of command.args.slice(1)) {
      value = this.operand(arg, dot);
      count++;
      if (isTrue(value) === (name === 'or')) return value;
    }
    if (hasFinal) return final;
    if (count === 0) this.fail(`wrong number of args for ${name}: want at least 1 got 0`);
    return value;
  }
}

/** The text that the template makes of `data`, or a TemplateError. */
export function execute(template: ParsedTemplate, data: unknown, options: ExecOptions): string {
  return new Executor(template, options, data).run(data);
}

/**
 * Runs awk's trees. Models mawk 1.3.4 (Debian) and BusyBox awk; they differ in how large whole numbers
 * are printed, in random numbers and in messages. A loop makes a system call now and then, so that one
 * without end costs virtual time and can be interrupted.
 */
import { sys, SysError, type Sys } from '../../../kernel';
import { errnoText } from '../../errno';
import { readableText, typedBytes } from '../byte-text';
import { power } from '../../../base';
import { type Context } from '../tool';
import { callBuiltin } from './builtins';
import { AwkRecord, awkRegex } from './record';
import { RecordReader, Streams } from './streams';
import type { AwkProgram, Expr, Redirect, Statement, Target } from './syntax';
import {
  Cell,
  compareValues,
  formatAwk,
  fromInput,
  isTrue,
  toNumber,
  toText,
  type Value,
} from './values';

/** Ends a run with a complaint. */
export class AwkStop extends Error {
  constructor(
    message: string,
    readonly status = 2,
  ) {
    super(message);
  }
}

type Flow = undefined | 'next' | 'nextfile' | 'break' | 'continue' | 'exit' | 'return';
/** Turns of loops between two system calls. */
const PATIENCE = 500;
const MAX_DEPTH = 300;

export class AwkMachine {
  readonly globals = new Map<string, Cell>();
  private locals: Map<string, Cell> | undefined;
  private depth = 0;
  private turns = 0;
  private result: Value;
  private readonly ranges = new Set<number>();
  readonly record: AwkRecord;
  readonly streams: Streams;
  exitCode = 0;
  private reader: RecordReader | undefined;
  private nextFile = 1;
  private usedFile = false;
  seed = 0;
  state = 1;

  constructor(
    readonly tool: Context,
    readonly program: AwkProgram,
    private readonly startNs: number,
  ) {
    this.record = new AwkRecord((name) => this.text(this.global(name).value), this.wide);
    this.streams = new Streams(tool);
    const initial: [string, Value][] = [
      ['FS', ' '],
      ['OFS', ' '],
      ['ORS', '\n'],
      ['RS', '\n'],
      ['NR', 0],
      ['FNR', 0],
      ['SUBSEP', '\x1c'],
      ['CONVFMT', '%.6g'],
      ['OFMT', '%.6g'],
      ['RSTART', 0],
      ['RLENGTH', -1],
      ['FILENAME', ''],
    ];
    for (const [name, value] of initial) this.global(name).value = value;
    const environment = this.global('ENVIRON').elements();
    for (const [name, value] of Object.entries(tool.env))
      environment.set(typedBytes(name), fromInput(typedBytes(value)));
    this.seed = startNs;
    this.state = (startNs % 2147483646) + 1;
  }

  get wide(): boolean {
    return this.tool.busybox;
  }

  get startSeed(): number {
    return this.startNs;
  }

  global(name: string): Cell {
    let cell = this.globals.get(name);
    if (!cell) {
      cell = new Cell();
      this.globals.set(name, cell);
    }
    return cell;
  }

  cell(name: string): Cell {
    return this.locals?.get(name) ?? this.global(name);
  }

  text(value: Value): string {
    if (typeof value === 'string') return value;
    const format = this.globals.get('CONVFMT')?.value;
    return toText(value, typeof format === 'string' ? format : '%.6g', this.wide);
  }

  assignVariable(name: string, value: Value): void {
    if (name === 'NF') this.record.count = toNumber(value);
    else this.cell(name).value = value;
  }

  /** Called in loops. */
  private *turn(): Sys<void> {
    if (++this.turns % PATIENCE === 0) yield* sys.clock();
  }

  // --- the whole run

  *run(): Sys<number> {
    const { rules } = this.program;
    let flow: Flow;
    for (const rule of rules) {
      if (rule.kind !== 'begin' || flow === 'exit') continue;
      flow = yield* this.execute(rule.body!);
    }
    const reads = rules.some((r) => r.kind !== 'begin');
    if (flow !== 'exit' && reads) flow = yield* this.mainLoop();
    yield* this.endRules();
    yield* this.streams.closeAll();
    return this.exitCode;
  }

  private *mainLoop(): Sys<Flow> {
    for (;;) {
      const line = yield* this.nextRecord();
      if (line === undefined) return undefined;
      this.record.set(line);
      const flow = yield* this.applyRules();
      if (flow === 'exit') return flow;
      if (flow === 'nextfile') yield* this.leaveFile();
    }
  }

  private *applyRules(): Sys<Flow> {
    for (const [index, rule] of this.program.rules.entries()) {
      if (rule.kind === 'begin' || rule.kind === 'end') continue;
      if (rule.kind === 'range') {
        if (!this.ranges.has(index)) {
          if (!isTrue(yield* this.evaluate(rule.from!))) continue;
          this.ranges.add(index);
        }
        if (isTrue(yield* this.evaluate(rule.to!))) this.ranges.delete(index);
      } else if (rule.from && !isTrue(yield* this.evaluate(rule.from))) continue;
      const flow = rule.body ? yield* this.execute(rule.body) : yield* this.print([], undefined);
      if (flow === 'next') return undefined;
      if (flow === 'nextfile' || flow === 'exit') return flow;
    }
    return undefined;
  }

  private *endRules(): Sys<void> {
    for (const rule of this.program.rules) {
      if (rule.kind !== 'end') continue;
      if ((yield* this.execute(rule.body!)) === 'exit') return;
    }
  }

  /** The next record of the main input, through the files of ARGV. */
  *nextRecord(): Sys<string | undefined> {
    for (;;) {
      if (!this.reader && !(yield* this.openNext())) return undefined;
      const line = yield* this.reader!.next(this.text(this.global('RS').value));
      if (line !== undefined) {
        for (const name of ['NR', 'FNR']) {
          const cell = this.global(name);
          cell.value = toNumber(cell.value) + 1;
        }
        return line;
      }
      yield* this.leaveFile();
    }
  }

  private *leaveFile(): Sys<void> {
    if (this.reader && this.reader.fd !== 0) yield* sys.close(this.reader.fd);
    this.reader = undefined;
  }

  private *openNext(): Sys<boolean> {
    const files = this.global('ARGV').elements();
    const count = toNumber(this.global('ARGC').value);
    while (this.nextFile < count) {
      const name = this.text(files.get(String(this.nextFile++)));
      if (name === '') continue;
      const set = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(name);
      if (set) {
        this.assignVariable(set[1]!, fromInput(set[2]!));
        continue;
      }
      this.usedFile = true;
      if (yield* this.openFile(name)) return true;
    }
    if (this.usedFile) return false;
    this.usedFile = true;
    return yield* this.openFile('-');
  }

  private *openFile(name: string): Sys<boolean> {
    this.global('FNR').value = 0;
    this.global('FILENAME').value = name === '-' ? '' : name;
    if (name === '-') {
      this.reader = new RecordReader(0);
      return true;
    }
    const path = readableText(name);
    try {
      this.reader = new RecordReader(yield* sys.open(path, { read: true }));
      return true;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const reason = errnoText(error.errno);
      if (!this.wide) throw new AwkStop(`cannot open ${path} (${reason})`);
      yield* this.tool.warn(`${path}: ${reason}`);
      this.exitCode = 1;
      return false;
    }
  }

  // --- statements

  private *execute(node: Statement): Sys<Flow> {
    switch (node.kind) {
      case 'block':
        for (const statement of node.body) {
          const flow = yield* this.execute(statement);
          if (flow) return flow;
        }
        return undefined;
      case 'expression':
        yield* this.evaluate(node.value);
        return undefined;
      case 'print':
        return yield* this.print(node.items, node.redirect);
      case 'printf': {
        const values = yield* this.values(node.items);
        const text = formatAwk(this.text(values[0]), values.slice(1), this.wide);
        yield* this.send(text, node.redirect);
        return undefined;
      }
      case 'if':
        if (isTrue(yield* this.evaluate(node.test))) return yield* this.execute(node.yes);
        return node.no ? yield* this.execute(node.no) : undefined;
      case 'while':
      case 'do':
      case 'for':
        return yield* this.loop(node);
      case 'each':
        return yield* this.each(node);
      case 'delete':
        yield* this.remove(node.name, node.subscripts);
        return undefined;
      case 'exit':
        if (node.value) this.exitCode = toNumber(yield* this.evaluate(node.value)) & 255;
        return 'exit';
      case 'return':
        this.result = node.value ? yield* this.evaluate(node.value) : undefined;
        return 'return';
      default:
        return node.kind;
    }
  }

  private *loop(node: Extract<Statement, { kind: 'while' | 'do' | 'for' }>): Sys<Flow> {
    if (node.kind === 'for' && node.first) yield* this.execute(node.first);
    let first = node.kind === 'do';
    for (;;) {
      yield* this.turn();
      if (!first && node.test && !isTrue(yield* this.evaluate(node.test))) return undefined;
      first = false;
      const flow = yield* this.execute(node.body);
      if (flow === 'break') return undefined;
      if (flow && flow !== 'continue') return flow;
      if (node.kind === 'for' && node.step) yield* this.execute(node.step);
    }
  }

  private *each(node: Extract<Statement, { kind: 'each' }>): Sys<Flow> {
    for (const key of [...this.cell(node.array).elements().keys()]) {
      yield* this.turn();
      this.assignVariable(node.variable, fromInput(key));
      const flow = yield* this.execute(node.body);
      if (flow === 'break') return undefined;
      if (flow && flow !== 'continue') return flow;
    }
    return undefined;
  }

  private *remove(name: string, subscripts: readonly Expr[]): Sys<void> {
    const elements = this.cell(name).elements();
    if (subscripts.length === 0) elements.clear();
    else elements.delete(yield* this.subscript(subscripts));
  }

  private *print(items: readonly Expr[], redirect: Redirect | undefined): Sys<undefined> {
    const end = this.text(this.global('ORS').value);
    if (items.length === 0) {
      yield* this.send(this.record.value + end, redirect);
      return undefined;
    }
    const format = this.text(this.global('OFMT').value);
    const values = yield* this.values(items);
    const texts = values.map((v) => toText(v, format, this.wide));
    yield* this.send(texts.join(this.text(this.global('OFS').value)) + end, redirect);
    return undefined;
  }

  private *send(text: string, redirect: Redirect | undefined): Sys<void> {
    if (!redirect) return yield* this.streams.write(1, text);
    const name = this.text(yield* this.evaluate(redirect.to));
    try {
      yield* this.streams.write(yield* this.streams.output(redirect.kind, name), text);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno === 'EPIPE') throw error;
      throw new AwkStop(`cannot open ${readableText(name)} (${errnoText(error.errno)})`);
    }
  }

  // --- expressions

  *values(items: readonly Expr[]): Sys<Value[]> {
    const out: Value[] = [];
    for (const item of items) out.push(yield* this.evaluate(item));
    return out;
  }

  *subscript(items: readonly Expr[]): Sys<string> {
    const texts: string[] = [];
    for (const item of items) texts.push(this.text(yield* this.evaluate(item)));
    return texts.length === 1 ? texts[0]! : texts.join(this.text(this.global('SUBSEP').value));
  }

  *evaluate(node: Expr): Sys<Value> {
    switch (node.kind) {
      case 'number':
      case 'string':
        return node.value;
      case 'regex':
        return awkRegex(node.source).test(this.record.value) ? 1 : 0;
      case 'var':
        return node.name === 'NF' ? this.record.count : this.cell(node.name).value;
      case 'field':
        return this.record.field(this.fieldIndex(yield* this.evaluate(node.index)));
      case 'element': {
        const elements = this.cell(node.name).elements();
        const key = yield* this.subscript(node.subscripts);
        if (!elements.has(key)) elements.set(key, undefined);
        return elements.get(key);
      }
      case 'assign':
        return yield* this.assign(node);
      case 'choice':
        return yield* this.evaluate(isTrue(yield* this.evaluate(node.test)) ? node.yes : node.no);
      case 'and':
        return isTrue(yield* this.evaluate(node.left)) && isTrue(yield* this.evaluate(node.right))
          ? 1
          : 0;
      case 'or':
        return isTrue(yield* this.evaluate(node.left)) || isTrue(yield* this.evaluate(node.right))
          ? 1
          : 0;
      case 'in':
        return this.cell(node.name)
          .elements()
          .has(yield* this.subscript(node.subscripts))
          ? 1
          : 0;
      case 'match': {
        const text = this.text(yield* this.evaluate(node.left));
        return (yield* this.regexOf(node.right)).test(text) === node.not ? 0 : 1;
      }
      case 'unary':
        return this.unary(node.op, yield* this.evaluate(node.operand));
      case 'list':
        return yield* this.subscript(node.items);
      default:
        return yield* this.evaluateMore(node);
    }
  }

  private *evaluateMore(
    node: Extract<Expr, { kind: 'binary' | 'step' | 'call' | 'builtin' | 'getline' }>,
  ): Sys<Value> {
    switch (node.kind) {
      case 'binary': {
        const left = yield* this.evaluate(node.left);
        return this.binary(node.op, left, yield* this.evaluate(node.right));
      }
      case 'step': {
        const before = toNumber(yield* this.evaluate(node.target));
        yield* this.store(node.target, before + node.by);
        return node.before ? before + node.by : before;
      }
      case 'call':
        return yield* this.call(node);
      case 'builtin':
        return yield* callBuiltin(this, node.name, node.args);
      case 'getline':
        return yield* this.getline(node);
    }
  }

  /** A regular expression literal, or any value as the text of one. */
  *regexOf(node: Expr, flags = ''): Sys<RegExp> {
    const source = node.kind === 'regex' ? node.source : this.text(yield* this.evaluate(node));
    try {
      return awkRegex(source, flags);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new AwkStop(`regular expression compile failed (${error.message})\n${source}`);
    }
  }

  private fieldIndex(value: Value): number {
    const index = Math.trunc(toNumber(value));
    if (index >= 0) return index;
    throw new AwkStop(
      this.wide ? 'Access to negative field' : `negative field index $${index}`,
      this.wide ? 1 : 2,
    );
  }

  private unary(op: string, value: Value): Value {
    if (op === '!') return isTrue(value) ? 0 : 1;
    return op === '-' ? -toNumber(value) : toNumber(value);
  }

  private binary(op: string, left: Value, right: Value): Value {
    switch (op) {
      case ' ':
        return this.text(left) + this.text(right);
      case '+':
        return toNumber(left) + toNumber(right);
      case '-':
        return toNumber(left) - toNumber(right);
      case '*':
        return toNumber(left) * toNumber(right);
      case '/':
        return this.divide(toNumber(left), toNumber(right), '/');
      case '%':
        return this.divide(toNumber(left), toNumber(right), '%');
      case '^':
        return power(toNumber(left), toNumber(right));
      default: {
        const order = compareValues(
          left,
          right,
          this.text(this.global('CONVFMT').value),
          this.wide,
        );
        if (op === '==') return order === 0 ? 1 : 0;
        if (op === '!=') return order === 0 ? 0 : 1;
        if (op === '<') return order < 0 ? 1 : 0;
        if (op === '<=') return order <= 0 ? 1 : 0;
        return (op === '>' ? order > 0 : order >= 0) ? 1 : 0;
      }
    }
  }

  private divide(left: number, right: number, op: '/' | '%'): number {
    if (right === 0 && this.wide) throw new AwkStop('Division by zero', 1);
    if (right === 0) {
      if (op === '%') return NaN;
      throw new AwkStop('division by zero');
    }
    return op === '/' ? left / right : left % right;
  }

  private *assign(node: Extract<Expr, { kind: 'assign' }>): Sys<Value> {
    let value: Value;
    if (node.op === '') value = yield* this.evaluate(node.value);
    else {
      const right = yield* this.evaluate(node.value);
      value = this.binary(node.op, yield* this.evaluate(node.target), right);
    }
    yield* this.store(node.target, value);
    return value;
  }

  *store(target: Target, value: Value): Sys<void> {
    if (target.kind === 'var') this.assignVariable(target.name, value);
    else if (target.kind === 'field')
      this.record.setField(this.fieldIndex(yield* this.evaluate(target.index)), value);
    else {
      const elements = this.cell(target.name).elements();
      elements.set(yield* this.subscript(target.subscripts), value);
    }
  }

  private *call(node: Extract<Expr, { kind: 'call' }>): Sys<Value> {
    const made = this.program.functions.get(node.name);
    if (!made) throw new AwkStop(`function ${node.name} never defined`, this.wide ? 1 : 2);
    if (++this.depth > MAX_DEPTH) throw new AwkStop('function call nesting too deep');
    const frame = new Map<string, Cell>();
    for (const [i, name] of made.parameters.entries()) {
      const given = node.args[i];
      const cell = new Cell();
      if (given?.kind === 'var' && given.name !== 'NF') {
        const outer = this.cell(given.name);
        cell.array = outer.array;
        if (!outer.array && outer.value === undefined) cell.origin = outer;
        cell.value = outer.value;
      } else if (given) cell.value = yield* this.evaluate(given);
      frame.set(name, cell);
    }
    const outer = this.locals;
    this.locals = frame;
    this.result = undefined;
    const flow = yield* this.execute(made.body);
    this.locals = outer;
    this.depth--;
    yield* this.turn();
    if (flow === 'exit') throw new AwkStop('', -1);
    return flow === 'return' ? this.result : undefined;
  }

  private *getline(node: Extract<Expr, { kind: 'getline' }>): Sys<Value> {
    let line: string | undefined;
    if (node.from === 'input') line = yield* this.nextRecord();
    else {
      const name = this.text(yield* this.evaluate(node.source!));
      try {
        const reader = yield* this.streams.input(node.from, name);
        line = yield* reader.next(this.text(this.global('RS').value));
      } catch (error) {
        if (error instanceof SysError) return -1;
        throw error;
      }
      if (node.from === 'command' && line !== undefined) {
        const count = this.global('NR');
        count.value = toNumber(count.value) + 1;
      }
    }
    if (line === undefined) return 0;
    if (node.target) yield* this.store(node.target, fromInput(line));
    else this.record.set(line);
    return 1;
  }
}

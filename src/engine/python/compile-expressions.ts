/** Compiles expressions. Models `Python/compile.c`, for a machine of our own. */
import { OP_NUMBERS, type Code, type OpName } from './code';
import { boundNames, visitExpression, type Bound } from './names';
import { PySyntaxError } from './lexer';
import type { Argument, Expr, FormatPart, Loop, Parameter, Stmt } from './tree';

export type UnitKind = Code['kind'];

export interface Home {
  readonly kind: 'local' | 'outer' | 'global' | 'name';
  readonly hops: number;
}

/** One block of code on its way to be `Code`. */
export abstract class Unit {
  readonly ops: number[] = [];
  readonly args: unknown[] = [];
  readonly lines: number[] = [];
  line = 1;

  constructor(
    readonly kind: UnitKind,
    readonly name: string,
    readonly file: string,
    readonly bound: Bound,
    readonly outer: Unit | undefined,
  ) {}

  protected abstract inner(kind: UnitKind, name: string, bound: Bound): Unit;
  abstract body(statements: readonly Stmt[]): void;

  emit(op: OpName, arg?: unknown): number {
    this.ops.push(OP_NUMBERS.get(op)!);
    this.args.push(arg);
    this.lines.push(this.line);
    return this.ops.length - 1;
  }

  get here(): number {
    return this.ops.length;
  }

  /** Lets a jump that was emitted lead here. */
  land(jump: number): void {
    this.args[jump] = this.here;
  }

  fail(message: string): never {
    throw new PySyntaxError('SyntaxError', message, this.line, 0);
  }

  finish(params: readonly Parameter[], line: number, doc: string | null = null): Code {
    const { name, file, kind, ops, args, lines } = this;
    const { generates } = this.bound;
    return Object.freeze({ name, file, kind, params, ops, args, lines, generates, doc, line });
  }

  private home(name: string): Home {
    if (this.kind === 'module') return { kind: 'global', hops: 0 };
    if (this.bound.globals.has(name)) return { kind: 'global', hops: 0 };
    if (this.bound.names.has(name))
      return { kind: this.kind === 'class' ? 'name' : 'local', hops: 0 };
    let hops = this.kind === 'function' ? 1 : 0;
    for (let at = this.outer; at; at = at.outer) {
      if (at.kind !== 'function') continue;
      if (at.bound.names.has(name)) return { kind: 'outer', hops };
      if (at.bound.globals.has(name)) break;
      hops++;
    }
    return { kind: 'global', hops: 0 };
  }

  access(verb: 'GET' | 'SET' | 'DEL', name: string): void {
    const { kind, hops } = this.home(name);
    const prefix = verb === 'GET' ? '' : (`${verb}_` as const);
    if (kind === 'local') this.emit(`${prefix}LOCAL`, name);
    else if (kind === 'outer') this.emit(`${prefix}OUTER`, Object.freeze([name, hops]));
    else if (kind === 'global') this.emit(`${prefix}GLOBAL`, name);
    else this.emit(`${prefix}NAME`, name);
  }

  value(e: Expr): void {
    const { line } = this;
    this.line = e.line;
    this.expression(e);
    this.line = line;
  }

  private expression(e: Expr): void {
    switch (e.t) {
      case 'const':
        this.emit('CONST', e.value);
        return;
      case 'name':
        return this.access('GET', e.id);
      case 'format':
        return this.format(e.parts);
      case 'tuple':
      case 'list':
      case 'set':
        return this.display(e.t, e.items);
      case 'dict':
        return this.dict(e.keys, e.values);
      case 'and':
      case 'or':
        return this.chain(e.t, e.items);
      case 'compare':
        return this.comparison(e.left, e.ops, e.rights);
      case 'call':
        this.value(e.fn);
        return this.call(e.args);
      case 'slice':
        for (let i = 0; i < 3; i++) this.valueOrNone(e.parts[i]);
        this.emit('SLICE');
        return;
      case 'lambda':
        return this.lambda(e.params, e.body);
      case 'comp':
        return this.comprehension(e.kind, e.item, e.value, e.loops);
      case 'star':
        return this.fail("can't use starred expression here");
      default:
        return this.smallExpression(e);
    }
  }

  private smallExpression(e: Expr): void {
    switch (e.t) {
      case 'unary':
        this.value(e.value);
        this.emit('UNARY', e.op);
        return;
      case 'binary':
        this.value(e.left);
        this.value(e.right);
        this.emit('BINARY', e.op);
        return;
      case 'attr':
        this.value(e.value);
        this.emit('ATTR', e.name);
        return;
      case 'item':
        this.value(e.value);
        this.value(e.index);
        this.emit('ITEM');
        return;
      case 'if': {
        this.value(e.test);
        const no = this.emit('JUMP_FALSE');
        this.value(e.yes);
        const end = this.emit('JUMP');
        this.land(no);
        this.value(e.no);
        this.land(end);
        return;
      }
      case 'yield':
        if (this.kind !== 'function') this.fail("'yield' outside function");
        this.valueOrNone(e.value);
        this.emit('YIELD');
        return;
      case 'from':
        this.value(e.value!);
        this.emit('ITER');
        this.emit('CONST', null);
        this.emit('DELEGATE');
        return;
      case 'walrus':
        this.value(e.value);
        this.emit('DUP');
        return this.access('SET', e.id);
    }
  }

  valueOrNone(e: Expr | undefined): void {
    if (e) this.value(e);
    else this.emit('CONST', null);
  }

  private format(parts: readonly FormatPart[]): void {
    for (const part of parts) {
      if (!part.value) this.emit('CONST', part.text);
      else {
        this.value(part.value);
        if (part.format) this.value(part.format);
        this.emit('FORMAT', Object.freeze([part.conversion, part.format !== undefined]));
      }
    }
    this.emit('JOIN', parts.length);
  }

  private display(kind: 'tuple' | 'list' | 'set', items: readonly Expr[]): void {
    if (!items.some((item) => item.t === 'star')) {
      items.forEach((item) => this.value(item));
      this.emit(kind === 'tuple' ? 'TUPLE' : kind === 'list' ? 'LIST' : 'SET', items.length);
      return;
    }
    this.emit('LIST', 0);
    for (const item of items) {
      this.value(item.t === 'star' ? item.value : item);
      this.emit(item.t === 'star' ? 'EXTEND' : 'APPEND', 1);
    }
    if (kind === 'tuple') this.emit('TO_TUPLE');
    if (kind === 'set') {
      this.emit('SET', 0);
      this.emit('SWAP');
      this.emit('MERGE');
    }
  }

  private dict(keys: readonly (Expr | undefined)[], values: readonly Expr[]): void {
    this.emit('DICT');
    values.forEach((value, i) => {
      const key = keys[i];
      if (key) this.value(key);
      this.value(value);
      this.emit(key ? 'PUT' : 'UPDATE', 1);
    });
  }

  private chain(word: 'and' | 'or', items: readonly Expr[]): void {
    const jumps: number[] = [];
    items.forEach((item, i) => {
      this.value(item);
      if (i < items.length - 1) jumps.push(this.emit(word === 'and' ? 'KEEP_FALSE' : 'KEEP_TRUE'));
    });
    jumps.forEach((jump) => this.land(jump));
  }

  private comparison(left: Expr, ops: readonly string[], rights: readonly Expr[]): void {
    this.value(left);
    if (ops.length === 1) {
      this.value(rights[0]!);
      this.emit('COMPARE', ops[0]);
      return;
    }
    const outs: number[] = [];
    ops.forEach((op, i) => {
      this.value(rights[i]!);
      if (i === ops.length - 1) {
        this.emit('COMPARE', op);
        return;
      }
      this.emit('DUP');
      this.emit('ROT3');
      this.emit('COMPARE', op);
      outs.push(this.emit('KEEP_FALSE'));
    });
    const end = this.emit('JUMP');
    outs.forEach((jump) => this.land(jump));
    this.emit('SWAP');
    this.emit('POP');
    this.land(end);
  }

  call(args: readonly Argument[]): void {
    if (!args.some((arg) => arg.star)) {
      const names = args.flatMap((arg) => (arg.name === undefined ? [] : [arg.name]));
      const again = names.find((name, i) => names.indexOf(name) < i);
      if (again !== undefined) this.fail(`keyword argument repeated: ${again}`);
      args.forEach((arg) => this.value(arg.value));
      this.emit('CALL', Object.freeze({ count: args.length, names: Object.freeze(names) }));
      return;
    }
    this.emit('LIST', 0);
    for (const arg of args.filter((each) => each.name === undefined && each.star !== 2)) {
      this.value(arg.value);
      this.emit(arg.star === 1 ? 'EXTEND' : 'APPEND', 1);
    }
    this.emit('DICT');
    for (const arg of args.filter((each) => each.name !== undefined || each.star === 2)) {
      if (arg.name !== undefined) this.emit('CONST', arg.name);
      this.value(arg.value);
      this.emit(arg.name === undefined ? 'UPDATE' : 'PUT', 1);
    }
    this.emit('CALL_EX');
  }

  /** Leaves the function on the stack. */
  function(
    name: string,
    params: readonly Parameter[],
    bound: Bound,
    fill: (unit: Unit) => void,
  ): void {
    for (const param of params) bound.names.add(param.name);
    const optional = params.filter((param) => param.fallback);
    optional.forEach((param) => this.value(param.fallback!));
    const unit = this.inner('function', name, bound);
    unit.line = this.line;
    fill(unit);
    unit.emit('CONST', null);
    unit.emit('RETURN');
    const bare = params.map(({ name: each, kind }) => Object.freeze({ name: each, kind }));
    const code = unit.finish(Object.freeze(bare), this.line, unit.doc);
    this.emit('FUNCTION', Object.freeze({ code, optional: optional.map((param) => param.name) }));
  }

  doc: string | null = null;

  private lambda(params: readonly Parameter[], body: Expr): void {
    const bound = boundNames([]);
    visitExpression(body, bound);
    this.function('<lambda>', params, bound, (unit) => {
      unit.value(body);
      unit.emit('RETURN');
    });
  }

  private comprehension(
    kind: 'list' | 'set' | 'dict' | 'gen',
    item: Expr,
    value: Expr | undefined,
    loops: readonly Loop[],
  ): void {
    const first = loops[0]!;
    const bound = boundNames(
      loops.map((loop) => ({ ...loop, t: 'for', body: [], other: [], line: this.line })),
    );
    if (kind === 'gen') bound.generates = true;
    const name = kind === 'gen' ? '<genexpr>' : `<${kind}comp>`;
    this.function(name, [{ name: '.0', kind: 'plain' }], bound, (unit) => {
      if (kind !== 'gen') unit.emit(kind === 'list' ? 'LIST' : kind === 'set' ? 'SET' : 'DICT', 0);
      unit.loops(loops, 0, (depth) => {
        unit.value(item);
        if (value) unit.value(value);
        if (kind === 'gen') {
          unit.emit('YIELD');
          unit.emit('POP');
        } else unit.emit(kind === 'list' ? 'APPEND' : kind === 'set' ? 'ADD' : 'PUT', depth);
      });
      if (kind !== 'gen') unit.emit('RETURN');
    });
    this.value(first.source);
    this.emit('ITER');
    this.emit('CALL', Object.freeze({ count: 1, names: Object.freeze([]) }));
  }

  loops(loops: readonly Loop[], at: number, body: (depth: number) => void): void {
    const loop = loops[at];
    if (!loop) return body(at + 1);
    if (at === 0) this.emit('LOCAL', '.0');
    else {
      this.value(loop.source);
      this.emit('ITER');
    }
    const top = this.here;
    const end = this.emit('FOR');
    this.store(loop.target);
    for (const test of loop.tests) {
      this.value(test);
      this.emit('JUMP_FALSE', top);
    }
    this.loops(loops, at + 1, body);
    this.emit('JUMP', top);
    this.land(end);
  }

  /** Takes the value from the stack. */
  store(target: Expr): void {
    switch (target.t) {
      case 'name':
        return this.access('SET', target.id);
      case 'attr':
        this.value(target.value);
        this.emit('SET_ATTR', target.name);
        return;
      case 'item':
        this.value(target.value);
        this.value(target.index);
        this.emit('SET_ITEM');
        return;
      case 'tuple':
      case 'list': {
        const star = target.items.findIndex((item) => item.t === 'star');
        const { length } = target.items;
        if (star < 0) this.emit('UNPACK', length);
        else this.emit('UNPACK_STAR', Object.freeze([star, length - star - 1]));
        for (const item of target.items) this.store(item.t === 'star' ? item.value : item);
        return;
      }
      default:
        this.fail('starred assignment target must be in a list or tuple');
    }
  }
}

/** Compiles statements. Models `Python/compile.c`: `finally` bodies are laid out once a way out. */
import type { Code } from './code';
import { Unit, type UnitKind } from './compile-expressions';
import { boundNames, type Bound } from './names';
import type { ClassNode, FunctionNode, Stmt } from './tree';

/** What a jump out of a block has to do first. `valued`: a return value is on the stack. */
interface Way {
  readonly loop?: { readonly top: number; readonly breaks: number[]; readonly iterates: boolean };
  leave(valued: boolean): void;
}

/** `show`: the value of an expression is printed, as at the prompt. */
export function compilePython(body: readonly Stmt[], file: string, show = false): Code {
  const unit = new StatementUnit('module', '<module>', file, boundNames(body), undefined);
  unit.show = show;
  unit.body(body);
  unit.emit('CONST', null);
  unit.emit('RETURN');
  return unit.finish([], 1, docOf(body));
}

export function docOf(body: readonly Stmt[]): string | null {
  const first = body[0];
  if (first?.t !== 'expr' || first.value.t !== 'const') return null;
  return typeof first.value.value === 'string' ? first.value.value : null;
}

class StatementUnit extends Unit {
  show = false;
  private ways: Way[] = [];

  protected inner(kind: UnitKind, name: string, bound: Bound): StatementUnit {
    return new StatementUnit(kind, name, this.file, bound, this);
  }

  body(statements: readonly Stmt[]): void {
    for (const s of statements) {
      this.line = s.line;
      this.statement(s);
    }
  }

  private statement(s: Stmt): void {
    switch (s.t) {
      case 'expr':
        this.value(s.value);
        this.emit(this.show ? 'SHOW' : 'POP');
        return;
      case 'assign':
        this.value(s.value);
        s.targets.forEach((target, i) => {
          if (i < s.targets.length - 1) this.emit('DUP');
          this.store(target);
        });
        return;
      case 'aug':
        return this.augmented(s);
      case 'note':
        if (!s.value) return;
        this.value(s.value);
        return this.store(s.target);
      case 'if':
        return this.ifStatement(s);
      case 'while':
        return this.whileStatement(s);
      case 'for':
        return this.forStatement(s);
      case 'try':
        return this.tryStatement(s);
      case 'with':
        return this.withItems(s.items, 0, s.body);
      case 'def':
        return this.definition(s);
      case 'class':
        return this.classDefinition(s);
      default:
        return this.smallStatement(s);
    }
  }

  private smallStatement(s: Stmt): void {
    switch (s.t) {
      case 'return':
        if (this.kind !== 'function') this.fail("'return' outside function");
        this.valueOrNone(s.value);
        this.leave(0, true);
        this.emit('RETURN');
        return;
      case 'break':
      case 'continue':
        return this.jumpOut(s.t);
      case 'raise':
        this.valueOrNone(s.value);
        if (s.cause) this.value(s.cause);
        this.emit(s.cause ? 'RAISE_FROM' : 'RAISE', s.value !== undefined);
        return;
      case 'del':
        for (const target of s.targets) this.remove(target);
        return;
      case 'assert': {
        this.value(s.test);
        const fine = this.emit('JUMP_TRUE');
        this.emit('GLOBAL', 'AssertionError');
        if (s.message) {
          this.value(s.message);
          this.emit('CALL', Object.freeze({ count: 1, names: [] }));
        }
        this.emit('RAISE', true);
        this.land(fine);
        return;
      }
      case 'import':
        for (const { name, as } of s.names) {
          this.emit('IMPORT', Object.freeze([name, 0, as !== undefined]));
          this.access('SET', as ?? name.split('.')[0]!);
        }
        return;
      case 'import-from':
        return this.importFrom(s);
    }
  }

  private importFrom(s: Extract<Stmt, { t: 'import-from' }>): void {
    this.emit('IMPORT', Object.freeze([s.module, s.level, true]));
    for (const { name, as } of s.names) {
      if (name === '*') {
        this.emit('IMPORT_STAR');
        return;
      }
      this.emit('IMPORT_FROM', name);
      this.access('SET', as ?? name);
    }
    this.emit('POP');
  }

  private augmented(s: Extract<Stmt, { t: 'aug' }>): void {
    const { target } = s;
    if (target.t === 'name') this.value(target);
    else if (target.t === 'attr') {
      this.value(target.value);
      this.emit('DUP');
      this.emit('ATTR', target.name);
    } else if (target.t === 'item') {
      this.value(target.value);
      this.value(target.index);
      this.emit('DUP2');
      this.emit('ITEM');
    }
    this.value(s.value);
    this.emit('INPLACE', s.op);
    if (target.t === 'name') this.access('SET', target.id);
    else if (target.t === 'attr') {
      this.emit('SWAP');
      this.emit('SET_ATTR', target.name);
    } else {
      this.emit('ROT3');
      this.emit('SET_ITEM');
    }
  }

  private remove(target: Extract<Stmt, { t: 'del' }>['targets'][number]): void {
    if (target.t === 'name') this.access('DEL', target.id);
    else if (target.t === 'attr') {
      this.value(target.value);
      this.emit('DEL_ATTR', target.name);
    } else if (target.t === 'item') {
      this.value(target.value);
      this.value(target.index);
      this.emit('DEL_ITEM');
    } else this.fail('cannot delete expression');
  }

  private ifStatement(s: Extract<Stmt, { t: 'if' | 'while' }>): void {
    this.value(s.test);
    const no = this.emit('JUMP_FALSE');
    this.body(s.body);
    if (s.other.length === 0) return this.land(no);
    const end = this.emit('JUMP');
    this.land(no);
    this.body(s.other);
    this.land(end);
  }

  private inside(way: Way, fill: () => void): void {
    this.ways.push(way);
    fill();
    this.ways.pop();
  }

  private whileStatement(s: Extract<Stmt, { t: 'if' | 'while' }>): void {
    const breaks: number[] = [];
    const top = this.here;
    this.line = s.line;
    this.value(s.test);
    const no = this.emit('JUMP_FALSE');
    this.inside({ loop: { top, breaks, iterates: false }, leave: () => undefined }, () =>
      this.body(s.body),
    );
    this.emit('JUMP', top);
    this.land(no);
    this.body(s.other);
    breaks.forEach((jump) => this.land(jump));
  }

  private forStatement(s: Extract<Stmt, { t: 'for' }>): void {
    this.value(s.source);
    this.emit('ITER');
    const breaks: number[] = [];
    const top = this.here;
    const end = this.emit('FOR');
    this.store(s.target);
    const leave = (valued: boolean) => {
      if (valued) this.emit('SWAP');
      this.emit('POP');
    };
    this.inside({ loop: { top, breaks, iterates: true }, leave }, () => this.body(s.body));
    this.emit('JUMP', top);
    this.land(end);
    this.body(s.other);
    breaks.forEach((jump) => this.land(jump));
  }

  /** Emits what the ways above `depth` ask for, innermost first. */
  private leave(depth: number, valued: boolean): void {
    const { ways } = this;
    for (let i = ways.length - 1; i >= depth; i--) {
      this.ways = ways.slice(0, i);
      ways[i]!.leave(valued);
    }
    this.ways = ways;
  }

  private jumpOut(kind: 'break' | 'continue'): void {
    const at = this.ways.findLastIndex((way) => way.loop);
    if (at < 0)
      this.fail(kind === 'break' ? "'break' outside loop" : "'continue' not properly in loop");
    const { top, breaks } = this.ways[at]!.loop!;
    this.leave(kind === 'break' ? at : at + 1, false);
    if (kind === 'continue') this.emit('JUMP', top);
    else breaks.push(this.emit('JUMP'));
  }

  private tryStatement(s: Extract<Stmt, { t: 'try' }>): void {
    if (s.last.length === 0) return this.tryExcept(s);
    const setup = this.emit('SETUP');
    const leave = () => {
      this.emit('POP_BLOCK');
      this.body(s.last);
    };
    this.inside({ leave }, () => (s.handlers.length > 0 ? this.tryExcept(s) : this.body(s.body)));
    this.emit('POP_BLOCK');
    this.body(s.last);
    const end = this.emit('JUMP');
    this.land(setup);
    this.inside({ leave: (valued) => this.forget(valued) }, () => this.body(s.last));
    this.emit('RERAISE');
    this.land(end);
  }

  /** Drops the exception that is being handled. */
  private forget(valued: boolean): void {
    if (valued) this.emit('SWAP');
    this.emit('POP');
    this.emit('HANDLED');
  }

  private tryExcept(s: Extract<Stmt, { t: 'try' }>): void {
    const setup = this.emit('SETUP');
    this.inside({ leave: () => void this.emit('POP_BLOCK') }, () => this.body(s.body));
    this.emit('POP_BLOCK');
    this.body(s.other);
    const ends = [this.emit('JUMP')];
    this.land(setup);
    for (const handler of s.handlers) {
      this.line = handler.line;
      let no: number | undefined;
      if (handler.type) {
        this.value(handler.type);
        this.emit('MATCHES');
        no = this.emit('JUMP_FALSE');
      }
      if (handler.name !== undefined) {
        this.emit('DUP');
        this.access('SET', handler.name);
      }
      this.inside({ leave: (valued) => this.forget(valued) }, () => this.body(handler.body));
      this.forget(false);
      if (handler.name !== undefined) {
        this.emit('CONST', null);
        this.access('SET', handler.name);
        this.access('DEL', handler.name);
      }
      ends.push(this.emit('JUMP'));
      if (no !== undefined) this.land(no);
    }
    this.emit('RERAISE');
    ends.forEach((jump) => this.land(jump));
  }

  private withItems(
    items: Extract<Stmt, { t: 'with' }>['items'],
    at: number,
    body: readonly Stmt[],
  ): void {
    const item = items[at];
    if (!item) return this.body(body);
    const { line } = this;
    this.value(item.value);
    this.emit('ENTER');
    const setup = this.emit('SETUP', undefined);
    const leave = (valued: boolean) => {
      this.emit('POP_BLOCK');
      if (valued) this.emit('SWAP');
      this.emit('LEAVE');
    };
    this.inside({ leave }, () => {
      if (item.target) this.store(item.target);
      else this.emit('POP');
      this.withItems(items, at + 1, body);
    });
    this.line = line;
    this.emit('POP_BLOCK');
    this.emit('LEAVE');
    const end = this.emit('JUMP');
    this.land(setup);
    this.emit('CATCH');
    const fine = this.emit('JUMP_TRUE');
    this.emit('RERAISE');
    this.land(fine);
    this.forget(false);
    this.emit('POP'); // What was entered, or its empty place.
    this.emit('POP');
    this.land(end);
  }

  private definition(s: FunctionNode): void {
    s.decorators.forEach((decorator) => this.value(decorator));
    this.function(s.name, s.params, boundNames(s.body), (unit) => {
      unit.doc = docOf(s.body);
      unit.body(s.body);
    });
    this.decorate(s.decorators.length);
    this.access('SET', s.name);
  }

  private decorate(count: number): void {
    for (let i = 0; i < count; i++) this.emit('CALL', Object.freeze({ count: 1, names: [] }));
  }

  private classDefinition(s: ClassNode): void {
    s.decorators.forEach((decorator) => this.value(decorator));
    const unit = this.inner('class', s.name, boundNames(s.body));
    unit.body(s.body);
    unit.emit('CONST', null);
    unit.emit('RETURN');
    const code = unit.finish([], s.line, docOf(s.body));
    const bases = s.args.filter((arg) => arg.name === undefined && !arg.star);
    bases.forEach((base) => this.value(base.value));
    this.emit('CLASS', Object.freeze({ code, bases: bases.length }));
    this.decorate(s.decorators.length);
    this.access('SET', s.name);
  }
}

/** Which names a block of code binds (`Python/symtable.c`). */
import type { Expr, Stmt } from './tree';

export interface Bound {
  readonly names: Set<string>;
  readonly globals: Set<string>;
  readonly outers: Set<string>;
  generates: boolean;
}

export function boundNames(body: readonly Stmt[]): Bound {
  const bound: Bound = {
    names: new Set(),
    globals: new Set(),
    outers: new Set(),
    generates: false,
  };
  body.forEach((statement) => visitStatement(statement, bound));
  for (const name of [...bound.globals, ...bound.outers]) bound.names.delete(name);
  return bound;
}

/** Yields and `:=` in an expression; what is inside lambdas and comprehensions is their own. */
export function visitExpression(value: Expr | undefined, bound: Bound): void {
  if (!value) return;
  if (value.t === 'lambda') return;
  if (value.t === 'comp') {
    visitExpression(value.loops[0]!.source, bound);
    return;
  }
  if (value.t === 'yield' || value.t === 'from') bound.generates = true;
  if (value.t === 'walrus') bound.names.add(value.id);
  for (const child of Object.values(value)) visitChild(child, bound);
}

function visitChild(child: unknown, bound: Bound): void {
  if (Array.isArray(child)) child.forEach((item) => visitChild(item, bound));
  else if (typeof child === 'object' && child !== null) {
    if (typeof (child as { t?: unknown }).t === 'string') visitExpression(child as Expr, bound);
    else if (!('byteLength' in child))
      for (const inner of Object.values(child)) visitChild(inner, bound);
  }
}

function bindTarget(target: Expr, bound: Bound): void {
  if (target.t === 'name') bound.names.add(target.id);
  else if (target.t === 'tuple' || target.t === 'list')
    target.items.forEach((item) => bindTarget(item, bound));
  else if (target.t === 'star') bindTarget(target.value, bound);
  else visitExpression(target, bound);
}

function visitStatement(s: Stmt, bound: Bound): void {
  const body = (list: readonly Stmt[]) => list.forEach((inner) => visitStatement(inner, bound));
  switch (s.t) {
    case 'def':
    case 'class':
      bound.names.add(s.name);
      return;
    case 'import':
      for (const { name, as } of s.names) bound.names.add(as ?? name.split('.')[0]!);
      return;
    case 'import-from':
      for (const { name, as } of s.names) if (name !== '*') bound.names.add(as ?? name);
      return;
    case 'global':
      s.names.forEach((name) => bound.globals.add(name));
      return;
    case 'nonlocal':
      s.names.forEach((name) => bound.outers.add(name));
      return;
    case 'assign':
      s.targets.forEach((target) => bindTarget(target, bound));
      return visitExpression(s.value, bound);
    case 'aug':
    case 'note':
      bindTarget(s.target, bound);
      return visitExpression(s.value, bound);
    case 'del':
      s.targets.forEach((target) => bindTarget(target, bound));
      return;
    case 'for':
      bindTarget(s.target, bound);
      visitExpression(s.source, bound);
      body(s.body);
      return body(s.other);
    case 'if':
    case 'while':
      visitExpression(s.test, bound);
      body(s.body);
      return body(s.other);
    case 'try':
      for (const handler of s.handlers) {
        if (handler.name !== undefined) bound.names.add(handler.name);
        visitExpression(handler.type, bound);
        body(handler.body);
      }
      body(s.body);
      body(s.other);
      return body(s.last);
    case 'with':
      for (const { value, target } of s.items) {
        visitExpression(value, bound);
        if (target) bindTarget(target, bound);
      }
      return body(s.body);
    case 'expr':
    case 'return':
      return visitExpression(s.value, bound);
    case 'raise':
      visitExpression(s.value, bound);
      return visitExpression(s.cause, bound);
    case 'assert':
      visitExpression(s.test, bound);
      return visitExpression(s.message, bound);
    default:
      return;
  }
}

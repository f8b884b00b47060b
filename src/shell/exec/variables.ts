/**
 * Variables with their attributes and the dynamic scope of functions. Models bash `variables.c` and
 * ash `var.c`. Records are replaced, never changed, so a snapshot shares them.
 */
import type { Dialect } from '../syntax';

export interface Variable {
  readonly value?: string;
  readonly array?: ReadonlyMap<number, string>;
  readonly assoc?: ReadonlyMap<string, string>;
  readonly exported?: boolean;
  readonly readonly?: boolean;
  readonly integer?: boolean;
  readonly lower?: boolean;
  readonly upper?: boolean;
  readonly nameref?: boolean;
}
export type VariableTable = ReadonlyMap<string, Variable>;
/** What a function's local names hid; undefined: there was none. */
export type Scope = Map<string, Variable | undefined>;

/** Assignment to a readonly variable. */
export class ReadonlyFault extends Error {
  constructor(readonly variable: string) {
    super(variable);
  }
}

export class Variables {
  private map = new Map<string, Variable>();
  scopes: Scope[] = [];

  constructor(private readonly dialect: Dialect) {}

  table(): VariableTable {
    return new Map(this.map);
  }

  load(table: VariableTable, scopes: readonly Scope[]): void {
    this.map = new Map(table);
    this.scopes = scopes.map((s) => new Map(s));
  }

  /** The variable that a name stands for, through namerefs (at most eight). */
  resolve(name: string): string {
    for (let i = 0; i < 8; i++) {
      const variable = this.map.get(name);
      if (!variable?.nameref || variable.value === undefined || variable.value === '') return name;
      name = variable.value;
    }
    return name;
  }

  lookup(name: string): Variable | undefined {
    return this.map.get(this.resolve(name));
  }

  /** The record itself, a nameref too. */
  raw(name: string): Variable | undefined {
    return this.map.get(name);
  }

  /** Value as `$name` sees it: element 0 of an array. */
  get(name: string): string | undefined {
    const variable = this.lookup(name);
    if (!variable) return undefined;
    if (variable.array) return variable.array.get(0);
    if (variable.assoc) return variable.assoc.get('0');
    return variable.value;
  }

  /** Characters of all plain values. */
  get bytes(): number {
    let bytes = 0;
    for (const variable of this.map.values()) bytes += variable.value?.length ?? 0;
    return bytes;
  }

  set(name: string, value: string): void {
    const target = this.resolve(name);
    const old = this.map.get(target);
    if (old?.readonly) throw new ReadonlyFault(target);
    const cased = old?.upper ? value.toUpperCase() : old?.lower ? value.toLowerCase() : value;
    if (old?.array) {
      this.map.set(target, { ...old, array: new Map(old.array).set(0, cased) });
    } else if (old?.assoc) {
      this.map.set(target, { ...old, assoc: new Map(old.assoc).set('0', cased) });
    } else this.map.set(target, { ...old, value: cased });
  }

  setElement(name: string, key: string | number, value: string): void {
    const target = this.resolve(name);
    const old = this.map.get(target);
    if (old?.readonly) throw new ReadonlyFault(target);
    if (old?.assoc) {
      this.map.set(target, { ...old, assoc: new Map(old.assoc).set(String(key), value) });
      return;
    }
    const array = new Map(
      old?.array ?? (old?.value === undefined ? [] : [[0, old.value] as const]),
    );
    array.set(Number(key), value);
    const { value: _dropped, ...rest } = old ?? {};
    this.map.set(target, { ...rest, array: sortKeys(array) });
  }

  replace(name: string, variable: Variable): void {
    const old = this.map.get(name);
    if (old?.readonly) throw new ReadonlyFault(name);
    this.map.set(name, variable);
  }

  /** Changes attributes, readonly or not. */
  patch(name: string, attributes: Partial<Variable>): void {
    const target = attributes.nameref === undefined ? this.resolve(name) : name;
    this.map.set(target, { ...this.map.get(target), ...attributes });
  }

  unset(name: string): void {
    const target = this.resolve(name);
    if (this.map.get(target)?.readonly) throw new ReadonlyFault(target);
    this.map.delete(target);
  }

  unsetElement(name: string, key: string | number): void {
    const target = this.resolve(name);
    const old = this.map.get(target);
    if (!old) return;
    if (old.readonly) throw new ReadonlyFault(target);
    if (old.assoc) {
      const assoc = new Map(old.assoc);
      assoc.delete(String(key));
      this.map.set(target, { ...old, assoc });
    } else if (old.array) {
      const array = new Map(old.array);
      array.delete(Number(key));
      this.map.set(target, { ...old, array });
    } else if (Number(key) === 0) this.map.delete(target);
  }

  /** Makes a name local to the running function. dash keeps the value, the others hide it. */
  makeLocal(name: string): void {
    const scope = this.scopes.at(-1);
    if (!scope || scope.has(name)) return;
    const old = this.map.get(name);
    scope.set(name, old);
    if (old?.readonly && this.dialect === 'bash') throw new ReadonlyFault(name);
    if (this.dialect === 'dash') return;
    this.map.delete(name);
    if (old?.exported) this.map.set(name, { exported: true });
  }

  pushScope(): void {
    this.scopes.push(new Map());
  }

  popScope(): void {
    const scope = this.scopes.pop();
    if (!scope) return;
    for (const [name, old] of scope) {
      if (old) this.map.set(name, old);
      else this.map.delete(name);
    }
  }

  names(): string[] {
    return [...this.map.keys()].sort(compareText);
  }

  environment(): Record<string, string> {
    const env: Record<string, string> = {};
    for (const [name, variable] of this.map) {
      const value = this.exportedValue(variable);
      if (value !== undefined) env[name] = value;
    }
    return env;
  }

  private exportedValue(variable: Variable): string | undefined {
    if (!variable.exported || variable.array || variable.assoc) return undefined;
    return variable.value;
  }
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function sortKeys(array: ReadonlyMap<number, string>): ReadonlyMap<number, string> {
  let last = -1;
  for (const key of array.keys()) {
    if (key < last) return new Map([...array].sort((a, b) => a[0] - b[0]));
    last = key;
  }
  return array;
}

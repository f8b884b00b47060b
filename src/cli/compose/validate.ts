/**
 * Checks a compose file against the rules of its version, and says what is wrong as docker/cli's
 * `schema.Validate` does: the most specific complaint, one line.
 */
import { parseDuration } from '../../api';
import { CliError } from '../errors';
import { isDict, type Dict } from './document';
import { COMPOSE, VERSIONS_MAX, type Rule } from './rules';

interface Complaint {
  readonly path: readonly string[];
  readonly isType: boolean;
  readonly text: string;
}

const HUMAN: Readonly<Record<string, string>> = { object: 'mapping', array: 'list' };

/** The version as the file gives it; without one it is a version 1 file. */
export function versionOf(config: Dict): string {
  const { version } = config;
  if (version === undefined) return '1.0';
  if (typeof version !== 'string') return typeof version === 'number' ? String(version) : '';
  return version === '3' ? '3.0' : version;
}

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function hasType(rule: Rule, value: unknown): boolean {
  const type = typeOf(value);
  if (rule.types.length === 0) return true;
  return rule.types.includes(type) || (type === 'integer' && rule.types.includes('number'));
}

function typeText(types: readonly string[]): string {
  const names = types.map((type) => HUMAN[type] ?? type);
  if (names.length < 2) return `must be a ${names[0] ?? ''}`;
  return `must be a ${names.slice(0, -1).join(', ')} or ${names.at(-1)!}`;
}

class Check {
  readonly complaints: Complaint[] = [];

  constructor(private readonly version: number) {}

  value(rule: Rule, value: unknown, path: readonly string[]): void {
    if (rule.oneOf) return this.oneOf(rule.oneOf, value, path);
    if (!hasType(rule, value)) return this.add(path, typeText(rule.types), true);
    if (rule.format) this.format(rule.format, value, path);
    if (Array.isArray(value)) {
      if (!rule.items) return;
      for (const [i, item] of value.entries()) this.value(rule.items, item, [...path, String(i)]);
    } else if (isDict(value)) this.mapping(rule, value, path);
  }

  private mapping(rule: Rule, value: Dict, path: readonly string[]): void {
    for (const name of rule.required ?? [])
      if (value[name] === undefined) this.add(path, `${name} is required`, false);
    for (const [name, item] of Object.entries(value)) {
      const next = [...path, name];
      if (name.startsWith('x-') && (path.length === 0 || this.version >= 37)) continue;
      const field = rule.fields ? rule.fields[name] : rule.items;
      if (rule.types.length === 0) continue;
      const isKnown =
        field &&
        (!rule.fields || Object.hasOwn(rule.fields, name)) &&
        (field.since ?? 0) <= this.version;
      if (!isKnown) this.add(path, `Additional property ${name} is not allowed`, false);
      else this.value(field, item, next);
    }
  }

  private oneOf(rules: readonly Rule[], value: unknown, path: readonly string[]): void {
    const fitting = rules.filter((rule) => hasType(rule, value));
    const rule = fitting[0];
    if (rule) return this.value(rule, value, path);
    const given = typeOf(value);
    const expected = rules[0]?.types[0] ?? '';
    this.add(path, `Invalid type. Expected: ${expected}, given: ${given}`, true);
  }

  private format(format: string, value: unknown, path: readonly string[]): void {
    const good =
      format === 'duration'
        ? typeof parseDuration(String(value)) === 'number'
        : /^[\d.:a-fA-F[\]-]*\d(\/\w+)?$/.test(String(value));
    if (!good) this.add(path, `Does not match format '${format}'`, false);
  }

  private add(path: readonly string[], text: string, isType: boolean): void {
    this.complaints.push({ path, text, isType });
  }
}

export function validate(config: Dict, version: string): void {
  const match = /^3\.(\d)$/.exec(version);
  const number = match ? 30 + Number(match[1]) : 0;
  if (number === 0 || number > VERSIONS_MAX)
    throw new CliError(`unsupported Compose file version: ${version}`);
  const check = new Check(number);
  check.value(COMPOSE, config, []);
  let worst: Complaint | undefined;
  for (const complaint of check.complaints) {
    const deeper = complaint.path.length - (worst?.path.length ?? -1);
    if (deeper > 0 || (deeper === 0 && complaint.isType && !worst!.isType)) worst = complaint;
  }
  if (!worst) return;
  const field = worst.path.length === 0 ? '(root)' : worst.path.join('.');
  throw new CliError(`${field} ${worst.text}`);
}

/**
 * Compose files as one configuration (docker/cli: cli/compose/loader): later files are laid over
 * earlier ones, short forms become long, paths and environment are filled in.
 */
import { CliError } from '../errors';
import { isDict, type Dict } from './document';
import { interpolate } from './interpolate';
import { refuseForbidden } from './properties';
import { validate, versionOf } from './validate';

export interface ComposeFile {
  /** Relative names are looked for here. */
  readonly folder: string;
  readonly config: Dict;
}
export interface Compose {
  readonly folder: string;
  readonly services: Record<string, Dict>;
  readonly networks: Record<string, Dict>;
  readonly volumes: Record<string, Dict>;
  readonly secrets: Record<string, Dict>;
  readonly configs: Record<string, Dict>;
}
export type Environment = Readonly<Record<string, string>>;

const SECTIONS = ['services', 'networks', 'volumes', 'secrets', 'configs'] as const;
/** Lists and mappings of services in which later files replace single entries. */
const BY_TARGET = ['ports', 'volumes', 'secrets', 'configs'];

export function loadCompose(files: readonly ComposeFile[], env: Environment): Compose {
  const first = versionOf(files[0]!.config);
  const compose: Compose = {
    folder: files[0]!.folder,
    services: {},
    networks: {},
    volumes: {},
    secrets: {},
    configs: {},
  };
  for (const { config } of files) {
    const version = versionOf(config);
    if (version !== first)
      throw new CliError(`version mismatched between two composefiles : ${first} and ${version}`);
    refuseForbidden(config);
    const filled = interpolate(config, (name) => env[name]);
    validate(filled, first);
    for (const section of SECTIONS) {
      const entries = filled[section];
      if (!isDict(entries)) continue;
      for (const [name, value] of Object.entries(entries)) {
        const entry = isDict(value) ? value : {};
        const known = compose[section][name];
        compose[section][name] = known ? merge(known, entry) : entry;
      }
    }
  }
  for (const section of SECTIONS.slice(1))
    for (const [name, entry] of Object.entries(compose[section]))
      checkExternal(section, name, entry);
  return compose;
}

function merge(base: Dict, over: Dict): Dict {
  const out: Dict = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = out[key];
    if (isDict(before) && isDict(value)) out[key] = merge(before, value);
    else if (key === 'environment' || key === 'labels' || key === 'extra_hosts')
      out[key] = { ...pairs(before), ...pairs(value) };
    else if (Array.isArray(before) && Array.isArray(value) && BY_TARGET.includes(key))
      out[key] = [...(before as unknown[]), ...(value as unknown[])];
    else out[key] = value;
  }
  return out;
}

function checkExternal(section: string, name: string, entry: Dict): void {
  if (!entry['external'] || section === 'networks') return;
  const kind = section.slice(0, -1);
  for (const field of ['driver', 'driver_opts', 'labels']) {
    if (entry[field] === undefined) continue;
    const text = `conflicting parameters "external" and ${JSON.stringify(field)} specified for`;
    throw new CliError(`${text} ${kind} ${JSON.stringify(name)}`);
  }
}

/** A mapping, or a list of KEY=VALUE, as a mapping; null where there is no value. */
export function pairs(value: unknown, separator = '='): Record<string, string | null> {
  const out: Record<string, string | null> = {};
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      const text = String(item);
      const mark = text.indexOf(separator);
      if (mark < 0) out[text] = null;
      else out[text.slice(0, mark)] = text.slice(mark + 1);
    }
  } else if (isDict(value)) {
    for (const [key, item] of Object.entries(value))
      out[key] = item === null || item === undefined ? null : scalar(item);
  }
  return out;
}

/** Labels: no value is ''. */
export function labelsOf(value: unknown): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [key, item] of Object.entries(pairs(value))) out[key] = item ?? '';
  return out;
}

function scalar(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function strings(value: unknown): string[] {
  if (Array.isArray(value)) return (value as unknown[]).map(scalar);
  return value === undefined || value === null ? [] : [scalar(value)];
}

/** A command line as one text is split as a shell would (mattn/go-shellwords). */
export function words(value: unknown): string[] {
  if (typeof value !== 'string') return strings(value);
  const out: string[] = [];
  let word = '';
  let isWord = false;
  let quote = '';
  for (let i = 0; i < value.length; i++) {
    const ch = value[i]!;
    if (ch === '\\' && quote !== "'") {
      word += value[++i] ?? '';
      isWord = true;
    } else if (quote !== '') {
      if (ch === quote) quote = '';
      else word += ch;
    } else if (ch === "'" || ch === '"') {
      quote = ch;
      isWord = true;
    } else if (/\s/.test(ch)) {
      if (isWord) out.push(word);
      word = '';
      isWord = false;
    } else {
      word += ch;
      isWord = true;
    }
  }
  if (isWord) out.push(word);
  return out;
}

/** An absolute path; relative ones begin at the folder of the compose file. */
export function absolute(folder: string, path: string, home: string): string {
  if (path.startsWith('~')) return normal(home + path.slice(1));
  return normal(path.startsWith('/') ? path : `${folder}/${path}`);
}

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

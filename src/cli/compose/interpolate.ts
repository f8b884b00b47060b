/**
 * `$NAME` and `${NAME:-default}` in the values of a compose file (docker/cli: cli/compose/template
 * and interpolation). A value that changed is cast to what its key is to hold.
 */
import { CliError } from '../errors';
import { isDict, type Dict } from './document';

type Lookup = (name: string) => string | undefined;

const PATTERN =
  /\$(?:(\$)|([_a-zA-Z][_a-zA-Z0-9]*)|\{([_a-zA-Z][_a-zA-Z0-9]*)(?:(:?[-?])([^}]*))?\}|())/g;

const SECTIONS = ['services', 'volumes', 'networks', 'secrets', 'configs'];
const NUMBERS = new Set([
  'replicas',
  'parallelism',
  'max_failure_ratio',
  'max_attempts',
  'max_replicas_per_node',
  'retries',
  'target',
  'published',
  'mode',
  'size',
  'soft',
  'hard',
]);
const BOOLEANS = new Set([
  'external',
  'privileged',
  'read_only',
  'stdin_open',
  'tty',
  'internal',
  'attachable',
  'init',
  'disable',
  'nocopy',
]);

function substitute(text: string, path: string, lookup: Lookup): string {
  return text.replace(
    PATTERN,
    (_whole, escaped?: string, plain?: string, name?: string, mark?: string, rest = '') => {
      if (escaped) return '$';
      if (plain !== undefined) return lookup(plain) ?? '';
      if (name === undefined) throw invalid(path, text);
      const value = lookup(name);
      const isMissing = value === undefined || (mark?.startsWith(':') === true && value === '');
      if (!mark || !isMissing) return value ?? '';
      if (mark.endsWith('-')) return rest;
      throw new CliError(
        `invalid interpolation format for ${path}: "required variable ${name} is missing a value: ` +
          `${rest}". You may need to escape any $ with another $.`,
      );
    },
  );
}

function invalid(path: string, text: string): CliError {
  return new CliError(
    `invalid interpolation format for ${path}: ${JSON.stringify(text)}. ` +
      'You may need to escape any $ with another $.',
  );
}

function walk(value: unknown, path: string, key: string, lookup: Lookup): unknown {
  if (typeof value === 'string') {
    const text = substitute(value, path, lookup);
    return text === value ? value : cast(text, key);
  }
  if (Array.isArray(value)) return value.map((item) => walk(item, `${path}.[]`, key, lookup));
  if (!isDict(value)) return value;
  const out: Dict = {};
  for (const [name, item] of Object.entries(value))
    out[name] = walk(item, `${path}.${name}`, name, lookup);
  return out;
}

function cast(text: string, key: string): unknown {
  if (NUMBERS.has(key) && /^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!BOOLEANS.has(key)) return text;
  if (/^(1|t|true|y|yes|on)$/i.test(text)) return true;
  return /^(0|f|false|n|no|off)$/i.test(text) ? false : text;
}

export function interpolate(config: Dict, lookup: Lookup): Dict {
  const out: Dict = { ...config };
  for (const section of SECTIONS) {
    const value = config[section];
    if (isDict(value)) out[section] = walk(value, section, '', lookup);
  }
  return out;
}

/** Flags of instructions (buildkit `instructions/bflag.go`). */
import { BuildFailure } from './failure';
import type { Line } from './dockerfile';

export interface FlagNames {
  readonly text?: readonly string[];
  /** May be given more than once. */
  readonly list?: readonly string[];
}

export interface ParsedFlags {
  readonly text: ReadonlyMap<string, string>;
  readonly list: ReadonlyMap<string, readonly string[]>;
  /** Names in the order in which they were given. */
  readonly used: readonly string[];
}

export function parseFlags(line: Line, names: FlagNames = {}): ParsedFlags {
  const text = new Map<string, string>();
  const list = new Map<string, string[]>();
  const used: string[] = [];
  for (const flag of line.flags) {
    const mark = flag.indexOf('=');
    const name = flag.slice(2, mark < 0 ? undefined : mark);
    const many = names.list?.includes(name) ?? false;
    if (!many && !names.text?.includes(name)) throw new BuildFailure(`Unknown flag: ${name}`);
    if (!many && text.has(name)) throw new BuildFailure(`Duplicate flag specified: ${name}`);
    if (mark < 0) throw new BuildFailure(`Missing a value on flag: ${name}`);
    used.push(name);
    const value = flag.slice(mark + 1);
    if (many) list.set(name, [...(list.get(name) ?? []), value]);
    else text.set(name, value);
  }
  return { text, list, used };
}

const MOUNT_TYPES = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'];
const MOUNT_KEYS = [
  'type',
  'from',
  'source',
  'src',
  'target',
  'dst',
  'destination',
  'readonly',
  'ro',
  'readwrite',
  'rw',
  'id',
  'sharing',
  'required',
  'mode',
  'uid',
  'gid',
];
const MOUNT_SWITCHES = ['readonly', 'ro', 'readwrite', 'rw', 'required'];

/** The value of `RUN --mount` as far as it is refused while parsing (`commands_runmount.go`). */
export function checkMount(value: string): void {
  if (value === '') throw new BuildFailure('failed to parse csv mounts: EOF');
  for (const field of value.split(',')) {
    const mark = field.indexOf('=');
    const key = field.slice(0, mark < 0 ? undefined : mark).toLowerCase();
    if (mark < 0 && MOUNT_SWITCHES.includes(key)) continue;
    if (mark < 0) throw new BuildFailure(`invalid field '${field}' must be a key=value pair`);
    if (!MOUNT_KEYS.includes(key)) throw new BuildFailure(`unexpected key '${key}' in '${field}'`);
    const text = field.slice(mark + 1);
    if (key === 'type' && !MOUNT_TYPES.includes(text.toLowerCase()))
      throw new BuildFailure(`unsupported mount type "${text}"`);
  }
}

/** Pathname expansion. Models bash `lib/glob/glob.c` and the ash family's `expand.c: expmeta`. */
import { sys, SysError, type Sys } from '../../kernel';
import { compilePattern, hasMagic, unescapePattern } from './pattern';
import { compareText } from './variables';

export interface GlobOptions {
  readonly extended: boolean;
  readonly dotGlob: boolean;
  readonly globStar: boolean;
  readonly ignoreCase: boolean;
  /** `.*` matches `.` and `..` too (dash, ash). */
  readonly dotEntries: boolean;
}

export function* listDirectory(path: string): Sys<readonly { name: string; type: string }[]> {
  try {
    return yield* sys.readdir(path);
  } catch (error) {
    if (error instanceof SysError) return [];
    throw error;
  }
}

function* exists(path: string): Sys<boolean> {
  try {
    yield* sys.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

export function* isDirectory(path: string): Sys<boolean> {
  try {
    return (yield* sys.stat(path)).type === 'dir';
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

/** Splits a pattern at slashes that are not within brackets. */
function segments(pattern: string): string[] {
  return pattern.split('/');
}

/** Sorted names that match; empty when none does. */
export function* glob(pattern: string, options: GlobOptions): Sys<string[]> {
  const parts = segments(pattern);
  let found: string[] = [''];
  if (parts[0] === '' && parts.length > 1) {
    found = ['/'];
    parts.shift();
    while (parts[0] === '' && parts.length > 1) parts.shift();
  }
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    const last = i === parts.length - 1;
    const next: string[] = [];
    for (const base of found) {
      for (const name of yield* step(base, part, last, options)) next.push(name);
    }
    found = next;
    if (found.length === 0) return [];
  }
  return found.sort(compareText);
}

function* step(base: string, part: string, last: boolean, options: GlobOptions): Sys<string[]> {
  const tail = last ? '' : '/';
  if (part === '') return [last ? base : `${base}/`];
  if (part === '**' && options.globStar) return yield* deep(base, last);
  if (!hasMagic(part, options.extended)) {
    const path = base + unescapePattern(part);
    const fits = last ? yield* exists(path) : yield* isDirectory(path);
    return fits ? [path + tail] : [];
  }
  const expression = compilePattern(part, options.extended, options.ignoreCase);
  const names: string[] = [];
  const wantsDot = part.startsWith('.') || part.startsWith('\\.');
  const entries = [...(yield* listDirectory(base === '' ? '.' : base))];
  if (wantsDot && options.dotEntries)
    entries.push({ name: '.', type: 'dir' }, { name: '..', type: 'dir' });
  for (const entry of entries) {
    const { name } = entry;
    if (name.startsWith('.') && !wantsDot && !options.dotGlob) continue;
    if (!expression.test(name)) continue;
    if (!last && entry.type !== 'dir') {
      if (entry.type !== 'symlink' || !(yield* isDirectory(base + name))) continue;
    }
    names.push(base + name + tail);
  }
  return names;
}

/** `**`: this directory and all below it. */
function* deep(base: string, last: boolean): Sys<string[]> {
  const out: string[] = last ? (base === '' ? [] : [base]) : [base];
  for (const entry of yield* listDirectory(base === '' ? '.' : base)) {
    if (entry.name.startsWith('.')) continue;
    if (entry.type === 'dir') {
      const below = yield* deep(`${base}${entry.name}/`, last);
      if (last) out.push(base + entry.name, ...below.filter((p) => p !== `${base}${entry.name}/`));
      else out.push(...below);
    } else if (last) out.push(base + entry.name);
  }
  return out;
}

/**
 * A folder as build context (docker/cli `command/image/build/context.go`, `dockerignore.go`): where
 * the Dockerfile is, what `.dockerignore` leaves out, and the files that are sent.
 */
import { decodeUtf8, NO_BYTES } from '../../../base';
import {
  ignoreRules,
  isPatternFailure,
  readIgnoreFile,
  type IgnoreRules,
  type PatternFailure,
} from '../../../api';
import { SysError, sys, type FileStat, type Sys } from '../../../kernel';
import { CliError } from '../../errors';
import { errnoText } from '../../files';
import type { ContextEntry } from '../../tar-writer';

export interface FolderContext {
  readonly folder: string;
  /** Relative to the folder; may begin with `..`. */
  readonly dockerfile: string;
}

/** `GetContextFromLocalDir` */
export function* findFolder(path: string, dockerfile: string): Sys<FolderContext> {
  const cwd = yield* sys.getcwd();
  const folder = yield* realPath(absolute(cwd, path), 'context path');
  if ((yield* sys.stat(folder)).type !== 'dir')
    throw new CliError(`context must be a directory: ${folder}`);
  if (dockerfile === '-') return { folder, dockerfile };
  let file = dockerfile === '' ? `${folder}/Dockerfile` : absolute(cwd, dockerfile);
  if (dockerfile === '' && !(yield* exists(file)) && (yield* exists(`${folder}/dockerfile`)))
    file = `${folder}/dockerfile`;
  file = yield* realPath(file, 'Dockerfile path');
  return { folder, dockerfile: relative(folder, file) };
}

function absolute(cwd: string, path: string): string {
  return clean(path.startsWith('/') ? path : `${cwd}/${path}`);
}

function clean(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') out.pop();
    else out.push(part);
  }
  return `/${out.join('/')}`;
}

function relative(base: string, path: string): string {
  const from = base.split('/').filter((part) => part !== '');
  const to = path.split('/').filter((part) => part !== '');
  let same = 0;
  while (same < from.length && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/');
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

const LINKS_MAX = 255;

/** `filepath.EvalSymlinks`, with Go's words for what is missing. */
function* realPath(path: string, what: string): Sys<string> {
  const pending = path.split('/').filter((part) => part !== '');
  let known = '';
  for (let links = 0; pending.length > 0;) {
    const name = pending.shift()!;
    if (name === '..') {
      known = known.slice(0, known.lastIndexOf('/'));
      continue;
    }
    const next = `${known}/${name}`;
    let stat: FileStat;
    try {
      stat = yield* sys.lstat(next);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const reason = `lstat ${next}: ${errnoText(error)}`;
      throw new CliError(`unable to evaluate symlinks in ${what}: ${reason}`);
    }
    if (stat.type !== 'symlink') {
      known = next;
      continue;
    }
    if (links++ > LINKS_MAX)
      throw new CliError(`unable to evaluate symlinks in ${what}: EvalSymlinks: too many links`);
    const target = yield* sys.readlink(next);
    if (target.startsWith('/')) known = '';
    pending.unshift(...target.split('/').filter((part) => part !== '' && part !== '.'));
  }
  return known === '' ? '/' : known;
}

/** Patterns of the folder's `.dockerignore`, so changed that the builder still gets its two files. */
export function* readIgnored(context: FolderContext, dockerfileInside: boolean): Sys<IgnoreRules> {
  let patterns: string[] = [];
  try {
    const text = yield* sys.readFile(`${context.folder}/.dockerignore`);
    patterns = readIgnoreFile(decodeUtf8(text));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  const rules = ignoreRules(patterns);
  check(rules);
  const extra: string[] = [];
  if (decide(rules, '.dockerignore')) extra.push('!.dockerignore');
  const withIgnore = ignoreRules([...patterns, ...extra]) as IgnoreRules;
  if (dockerfileInside && decide(withIgnore, context.dockerfile))
    extra.push(`!${context.dockerfile}`);
  return ignoreRules([...patterns, ...extra]) as IgnoreRules;
}

function check(rules: IgnoreRules | PatternFailure): asserts rules is IgnoreRules {
  if (isPatternFailure(rules)) throw new CliError(`error checking context: ${rules.patternError}`);
}

function decide(rules: IgnoreRules, path: string): boolean {
  const left = rules.matches(path);
  if (typeof left !== 'boolean') throw new CliError(`error checking context: ${left.patternError}`);
  return left;
}

/** Everything that is sent, in the order of a walk. */
export function* collectEntries(folder: string, rules: IgnoreRules): Sys<ContextEntry[]> {
  const entries: ContextEntry[] = [];
  const seen = new Map<string, string>();
  const walk = function* (dir: string): Sys<void> {
    const path = dir === '' ? folder : `${folder}/${dir}`;
    const names = (yield* sys.readdir(path)).map((entry) => entry.name);
    for (const name of names.sort()) {
      const inside = dir === '' ? name : `${dir}/${name}`;
      const stat = yield* sys.lstat(`${folder}/${inside}`);
      const isDir = stat.type === 'dir';
      if (decide(rules, inside)) {
        if (isDir && rules.hasExceptions && rules.mayHaveExceptionBelow(inside))
          yield* walk(inside);
        continue;
      }
      const entry = yield* entryOf(folder, inside, stat, seen);
      if (entry) entries.push(entry);
      if (isDir) yield* walk(inside);
    }
  };
  yield* walk('');
  return entries;
}

function* entryOf(
  folder: string,
  name: string,
  stat: FileStat,
  seen: Map<string, string>,
): Sys<ContextEntry | undefined> {
  const base = {
    name,
    mode: stat.mode,
    mtimeSeconds: Math.floor(stat.mtimeUs / 1e6),
    link: '',
    data: NO_BYTES,
  };
  switch (stat.type) {
    case 'dir':
      return { ...base, type: 'dir', name: `${name}/` };
    case 'symlink':
      return { ...base, type: 'symlink', link: yield* sys.readlink(`${folder}/${name}`) };
    case 'fifo':
      return { ...base, type: 'fifo' };
    case 'file': {
      const first = seen.get(`${stat.dev}:${stat.ino}`);
      if (stat.nlink > 1 && first !== undefined) return { ...base, type: 'link', link: first };
      if (stat.nlink > 1) seen.set(`${stat.dev}:${stat.ino}`, name);
      return { ...base, type: 'file', data: yield* sys.readFile(`${folder}/${name}`) };
    }
    default:
      return undefined;
  }
}

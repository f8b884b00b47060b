/**
 * Which files of a folder the daemon is told of (tonistiigi/fsutil `walker.go`, `followlinks.go`): those
 * that it asks for, links followed within the folder, without those that are ignored.
 */
import {
  goPermissions,
  ignoreRules,
  isPatternFailure,
  shellPattern,
  type IgnoreRules,
  type SyncStat,
  GO_TYPE_BITS,
} from '../../api';
import { SysError, sys, type FileStat, type Sys } from '../../kernel';

/** What ends the sending, in the sender's words. */
export class SendFailure extends Error {}

export interface WalkOptions {
  readonly followPaths: readonly string[];
  readonly excludes: readonly string[];
  /** All belongs to root, whoever it is. */
  readonly resetOwner: boolean;
}

/** All files in the order of their names. */
export function* walkFolder(root: string, options: WalkOptions): Sys<SyncStat[]> {
  const top = yield* statOf(root);
  if (!top) throw new SendFailure(`resolve : lstat ${root}: no such file or directory`);
  if (top.type !== 'dir') throw new SendFailure(`walk ${root}: not a directory`);
  const rules = excludeRules(options.excludes);
  const includes = options.followPaths.length > 0 ? yield* followLinks(root, options) : undefined;
  const out: SyncStat[] = [];
  yield* new FolderWalk(root, options, rules, includes, out).walk('', false);
  return out;
}

function excludeRules(patterns: readonly string[]): IgnoreRules | undefined {
  if (patterns.length === 0) return undefined;
  const rules = ignoreRules(patterns);
  if (!isPatternFailure(rules)) return rules;
  const list = `[${patterns.join(' ')}]`;
  throw new SendFailure(`invalid excludepatterns: ${list}: ${rules.patternError}`);
}

class FolderWalk {
  private readonly seen = new Map<string, string>();
  constructor(
    private readonly root: string,
    private readonly options: WalkOptions,
    private readonly rules: IgnoreRules | undefined,
    private readonly includes: readonly string[] | undefined,
    private readonly out: SyncStat[],
  ) {}

  *walk(dir: string, included: boolean): Sys<void> {
    const names = (yield* sys.readdir(dir === '' ? this.root : `${this.root}/${dir}`))
      .map((entry) => entry.name)
      .sort();
    for (const name of names) {
      const path = dir === '' ? name : `${dir}/${name}`;
      const stat = yield* sys.lstat(`${this.root}/${path}`);
      const isDir = stat.type === 'dir';
      let whole = included || !this.includes;
      if (!whole) {
        const matches = this.includes!.map((p) => matchPrefix(p, path)).filter((m) => m !== 'no');
        if (matches.length === 0) continue;
        whole = matches.includes('whole');
      }
      if (this.isIgnored(path)) {
        if (!isDir || !this.rules!.hasExceptions) continue;
        if (!this.rules!.mayHaveExceptionBelow(path)) continue;
      }
      this.out.push(yield* this.entry(path, stat));
      if (isDir) yield* this.walk(path, whole);
    }
  }

  private isIgnored(path: string): boolean {
    const ignored = this.rules?.matches(path) ?? false;
    if (typeof ignored !== 'boolean')
      throw new SendFailure(`failed to match excludepatterns: ${ignored.patternError}`);
    return ignored;
  }

  private *entry(path: string, stat: FileStat): Sys<SyncStat> {
    const { type, mode, mtimeUs, size, nlink, dev, ino, rdev } = stat;
    const owner = this.options.resetOwner ? { uid: 0, gid: 0 } : { uid: stat.uid, gid: stat.gid };
    let linkname = type === 'symlink' ? yield* sys.readlink(`${this.root}/${path}`) : '';
    const key = `${dev}:${ino}`;
    const first = type === 'file' && nlink > 1 ? this.seen.get(key) : undefined;
    if (first !== undefined) linkname = first;
    else if (type === 'file' && nlink > 1) this.seen.set(key, path);
    const device = type === 'char' || type === 'block';
    return {
      ...{ path, ...owner, mtimeUs, linkname },
      mode: GO_TYPE_BITS[type] + goPermissions(mode),
      size: type === 'dir' || first !== undefined ? 0 : size,
      devmajor: device ? Math.floor(rdev / 256) : 0,
      devminor: device ? rdev % 256 : 0,
    };
  }
}

/** `matchPrefix`: the whole pattern, or as much of it as the path is deep. */
function matchPrefix(pattern: string, path: string): 'no' | 'partial' | 'whole' {
  const depth = path.split('/').length;
  const parts = pattern.split('/');
  const partial = parts.length > depth;
  const own = partial ? parts.slice(0, depth).join('/') : pattern;
  const matches = own === path || (shellPattern(own)?.test(path) ?? false);
  return !matches ? 'no' : partial ? 'partial' : 'whole';
}

// --- links

/** Undefined: everything. */
function* followLinks(root: string, { followPaths }: WalkOptions): Sys<string[] | undefined> {
  const resolved = new Set<string>();
  for (const path of followPaths) yield* follow(root, path, resolved, 0);
  const out: string[] = [];
  for (const path of [...resolved].sort()) {
    if (path === '.') return undefined;
    const last = out.at(-1);
    if (last === undefined || !path.startsWith(`${last}/`)) out.push(path);
  }
  return out;
}

const LINKS_MAX = 255;

function* follow(root: string, path: string, resolved: Set<string>, depth: number): Sys<void> {
  const parts = cleanRelative(path).split('/');
  let current = '.';
  for (let i = 0; i < parts.length; i++) {
    current = current === '.' ? parts[i]! : `${current}/${parts[i]!}`;
    const rest = parts.slice(i + 1).join('/');
    const targets = yield* linkTargets(root, current, true);
    if ((rest === '' || targets) && resolved.has(current)) return;
    if (targets) {
      resolved.add(current);
      if (depth > LINKS_MAX) return;
      for (const target of targets)
        yield* follow(root, rest === '' ? target : `${target}/${rest}`, resolved, depth + 1);
      return;
    }
    if (rest === '') resolved.add(current);
  }
}

function cleanRelative(path: string): string {
  const out: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') out.pop();
    else out.push(part);
  }
  return out.length === 0 ? '.' : out.join('/');
}

function* linkTargets(root: string, path: string, wildcards: boolean): Sys<string[] | undefined> {
  const slash = path.lastIndexOf('/');
  const base = path.slice(slash + 1);
  const dir = slash < 0 ? '' : path.slice(0, slash);
  if (wildcards && /[*?[\\]/.test(base)) {
    const pattern = shellPattern(base);
    const found: string[] = [];
    for (const { name } of yield* listOrNone(`${root}/${dir}`)) {
      if (!pattern?.test(name)) continue;
      const inside = dir === '' ? name : `${dir}/${name}`;
      found.push(...((yield* linkTargets(root, inside, false)) ?? []));
    }
    return found.length === 0 ? undefined : found;
  }
  try {
    const stat = yield* sys.lstat(`${root}/${path}`);
    if (stat.type !== 'symlink') return undefined;
    const link = yield* sys.readlink(`${root}/${path}`);
    return [link.startsWith('/') ? link : `${dir}/${link}`];
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

function* listOrNone(path: string) {
  try {
    return yield* sys.readdir(path);
  } catch (error) {
    if (error instanceof SysError) return [];
    throw error;
  }
}

function* statOf(path: string): Sys<FileStat | undefined> {
  try {
    return yield* sys.stat(path);
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

/**
 * Starts processes for the shell: subshells with a snapshot of its state, and executable files found
 * in PATH. Models bash `execute_cmd.c: make_child, shell_execve` and ash `shellexec`.
 */
import { deepFreeze } from '../../base';
import { sys, SysError, type FdMap, type Signal, type Sys } from '../../kernel';
import type { ListNode, Node } from '../syntax';
import type { Shell, SubshellImage } from './shell';

/** How a child relates to job control. */
export interface Placement {
  /** Descriptors of the child that differ from the shell's own: [child, ours]; ours -1 closes. */
  readonly fds?: FdMap;
  readonly pgid?: number;
  readonly asynchronous?: boolean;
  readonly substitution?: boolean;
  /** Part of a pipeline: it lists the jobs of its parent. */
  readonly listsJobs?: boolean;
}

export function childFds(sh: Shell, changes: FdMap = []): FdMap {
  const map = new Map<number, number>();
  for (const fd of sh.userFds) map.set(fd, fd);
  for (const [child, ours] of changes) {
    if (ours < 0) map.delete(child);
    else map.set(child, ours);
  }
  return [...map].sort((a, b) => a[0] - b[0]);
}

/** Signals that a child is started ignoring: those trapped with '' and, in the background, ^C. */
function ignoredSignals(sh: Shell, asynchronous: boolean): Signal[] {
  const list: Signal[] = [];
  for (const [name, action] of sh.traps) if (action === '') list.push(name as Signal);
  if (asynchronous && !sh.has('monitor')) list.push('INT', 'QUIT');
  return list.filter((s) => !['EXIT', 'ERR', 'DEBUG', 'RETURN'].includes(s));
}

function options(sh: Shell, place: Placement) {
  const ignore = ignoredSignals(sh, place.asynchronous === true);
  return {
    fds: childFds(sh, place.fds),
    ...(place.pgid === undefined ? {} : { pgid: place.pgid }),
    ...(ignore.length > 0 ? { ignore } : {}),
  };
}

/** A process that runs `node` in a copy of this shell. */
export function* spawnSubshell(sh: Shell, node: Node | ListNode, place: Placement): Sys<number> {
  deepFreeze(node);
  const asynchronous = place.asynchronous === true;
  const substitution = place.substitution === true;
  const listsJobs = substitution || place.listsJobs === true;
  const image: SubshellImage = {
    kind: 'subshell',
    snapshot: sh.snapshot(),
    node,
    asynchronous,
    substitution,
    listsJobs,
  };
  return yield* sys.spawn({
    program: sh.dialect === 'ash' ? 'ash' : sh.dialect,
    image,
    argv: [sh.name],
    env: sh.vars.environment(),
    ...options(sh, place),
  });
}

/** What a command name was found to be. */
export type Located =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied'; readonly path: string }
  | { readonly kind: 'directory'; readonly path: string };

function* check(path: string): Sys<Located> {
  try {
    const stat = yield* sys.stat(path);
    if (stat.type === 'dir') return { kind: 'directory', path };
    yield* sys.access(path, { execute: true });
    return { kind: 'file', path };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return error.errno === 'EACCES' ? { kind: 'denied', path } : { kind: 'missing' };
  }
}

/** Looks a command up in PATH; names with a slash are taken as they are. */
export function* locate(sh: Shell, name: string, path = sh.vars.get('PATH')): Sys<Located> {
  if (name.includes('/')) return yield* check(name);
  if (name === '') return { kind: 'missing' };
  let denied: Located | undefined;
  for (const dir of path?.split(':') ?? []) {
    const found = yield* check(dir === '' ? name : `${dir.replace(/\/$/, '')}/${name}`);
    if (found.kind === 'file') return found;
    if (found.kind === 'denied') denied ??= found;
  }
  return denied ?? { kind: 'missing' };
}

/** Starts an executable file; a file without a header is a script of this shell. */
export function* spawnFile(
  sh: Shell,
  path: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  place: Placement,
): Sys<number> {
  const common = { env, ...options(sh, place) };
  try {
    return yield* sys.spawn({ path, argv, ...common });
  } catch (error) {
    if (!(error instanceof SysError) || error.errno !== 'ENOEXEC') throw error;
    const program = sh.dialect === 'ash' ? 'ash' : sh.dialect;
    return yield* sys.spawn({
      program,
      argv: [sh.name, path, ...argv.slice(1)],
      image: { kind: 'script' },
      ...common,
    });
  }
}

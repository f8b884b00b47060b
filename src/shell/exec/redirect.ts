/**
 * Redirections: opens what they name and says which descriptor a command gets. Models bash `redir.c`
 * and ash `redir.c: openredirect`, with their complaints.
 */
import { sys, SysError, type FdMap, type OpenFlags, type Sys } from '../../kernel';
import type { Redirect } from '../syntax';
import { expandQuoted, expandText, expandToFields, moveHigh } from './expand';
import type { Shell } from './shell';

/** Redirections done: changes as [command's descriptor, ours], and what to close afterwards. */
export interface Plan {
  readonly changes: FdMap;
  readonly opened: readonly number[];
}

/** A redirection failed and has been complained about. */
export class RedirectFault extends Error {}

interface Draft {
  readonly map: Map<number, number>;
  readonly opened: number[];
}

export function* openRedirects(sh: Shell, redirects: readonly Redirect[]): Sys<Plan> {
  const draft: Draft = { map: new Map(), opened: [] };
  try {
    for (const redirect of redirects) {
      sh.line = redirect.line;
      yield* openOne(sh, redirect, draft);
    }
  } catch (error) {
    for (const fd of draft.opened) yield* closeQuietly(fd);
    throw error;
  }
  return { changes: [...draft.map], opened: draft.opened };
}

function* closeQuietly(fd: number): Sys<void> {
  try {
    yield* sys.close(fd);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

export function* closePlan(plan: Plan): Sys<void> {
  for (const fd of plan.opened) yield* closeQuietly(fd);
}

function* fail(sh: Shell, text: string): Sys<never> {
  yield* sh.complain(text, undefined);
  throw new RedirectFault(text);
}

function current(sh: Shell, draft: Draft, fd: number): number {
  const changed = draft.map.get(fd);
  if (changed !== undefined) return changed;
  return sh.userFds.has(fd) ? fd : -1;
}

function* openOne(sh: Shell, redirect: Redirect, draft: Draft): Sys<void> {
  const { op } = redirect;
  const input = op === '<' || op === '<>' || op === '<&' || op.startsWith('<<');
  const fd = redirect.fd ?? (input ? 0 : 1);
  if (op === '<<' || op === '<<-' || op === '<<<') {
    const text = yield* documentText(sh, redirect);
    yield* place(sh, redirect, fd, yield* documentPipe(text), draft);
    return;
  }
  if (op === '<&' || op === '>&') {
    yield* duplicate(sh, redirect, fd, draft);
    return;
  }
  const path = yield* targetPath(sh, redirect);
  const file = yield* openTarget(sh, path, op, draft);
  yield* place(sh, redirect, fd, file, draft);
  if (op === '&>' || op === '&>>') draft.map.set(2, file.fd);
}

interface OpenedFile {
  readonly fd: number;
  /** Ours to close. */
  readonly own: boolean;
}

function* place(
  sh: Shell,
  redirect: Redirect,
  fd: number,
  file: OpenedFile,
  draft: Draft,
): Sys<void> {
  if (redirect.fdName !== undefined) {
    const kept = yield* sys.dup(file.fd, 10);
    if (file.own) yield* sys.close(file.fd);
    sh.userFds.add(kept);
    sh.vars.set(redirect.fdName, String(kept));
    return;
  }
  if (file.own) draft.opened.push(file.fd);
  draft.map.set(fd, file.fd);
}

function* targetPath(sh: Shell, redirect: Redirect): Sys<string> {
  if (!sh.isBash) return yield* expandText(sh, redirect.target);
  const fields = yield* expandToFields(sh, redirect.target);
  if (fields.length !== 1) {
    if (fields.length === 0 && /^(['"]{2})+$/.test(redirect.target.text)) return '';
    yield* fail(sh, `${redirect.target.text}: ambiguous redirect`);
  }
  return fields[0]!;
}

function* documentText(sh: Shell, redirect: Redirect): Sys<string> {
  if (redirect.op === '<<<') return `${yield* expandText(sh, redirect.target)}\n`;
  return redirect.body ? yield* expandQuoted(sh, redirect.body) : '';
}

/** A pipe that holds the text; a text larger than a pipe goes through a file that has no name. */
function* documentPipe(text: string): Sys<OpenedFile> {
  if (text.length < 16_000) {
    const [readEnd, writeEnd] = yield* sys.pipe();
    const high = yield* moveHigh(readEnd);
    if (text !== '') yield* sys.write(writeEnd, text);
    yield* sys.close(writeEnd);
    return { fd: high, own: true };
  }
  const path = `/tmp/sh-thd.${yield* sys.getpid()}`;
  yield* sys.writeFile(path, text, 0o600);
  const fd = yield* moveHigh(yield* sys.open(path, { read: true }));
  yield* sys.unlink(path);
  return { fd, own: true };
}

function* duplicate(sh: Shell, redirect: Redirect, fd: number, draft: Draft): Sys<void> {
  const word = yield* expandText(sh, redirect.target);
  if (word === '-') {
    if (redirect.fdName !== undefined) {
      const named = Number(sh.vars.get(redirect.fdName));
      sh.userFds.delete(named);
      yield* closeQuietly(named);
      return;
    }
    draft.map.set(fd, -1);
    return;
  }
  const match = /^([0-9]+)(-?)$/.exec(word);
  if (!match) {
    if (redirect.op === '>&' && redirect.fd === undefined && sh.dialect !== 'dash') {
      const file = yield* openTarget(sh, word, '>', draft);
      if (file.own) draft.opened.push(file.fd);
      draft.map.set(1, file.fd);
      draft.map.set(2, file.fd);
      return;
    }
    if (sh.isBash) yield* fail(sh, `${word}: ambiguous redirect`);
    sh.line++;
    yield* sh.complain(
      `${sh.dialect === 'dash' ? 'Syntax error: B' : 'syntax error: b'}ad fd number`,
      undefined,
    );
    throw sh.fatal(2);
  }
  const from = current(sh, draft, Number(match[1]));
  if (from < 0) yield* fail(sh, `${match[1]!}: Bad file descriptor`);
  yield* place(sh, redirect, fd, { fd: from, own: false }, draft);
  if (match[2] === '-') draft.map.set(Number(match[1]), -1);
}

const FLAGS: Readonly<Record<string, OpenFlags>> = {
  '<': { read: true },
  '>': { write: true, create: true, truncate: true },
  '>|': { write: true, create: true, truncate: true },
  '&>': { write: true, create: true, truncate: true },
  '>>': { write: true, create: true, append: true },
  '&>>': { write: true, create: true, append: true },
  '<>': { read: true, write: true, create: true },
};

function* openTarget(sh: Shell, path: string, op: string, draft: Draft): Sys<OpenedFile> {
  const std = /^\/dev\/(stdin|stdout|stderr|fd\/([0-9]+))$/.exec(path);
  if (std) {
    const number =
      std[2] === undefined ? ['stdin', 'stdout', 'stderr'].indexOf(std[1]!) : Number(std[2]);
    const from = current(sh, draft, number);
    if (from >= 0) return { fd: from, own: false };
  }
  if (sh.isBash && path.startsWith('/dev/tcp/')) return yield* openSocket(sh, path);
  const protect = sh.has('noclobber') && (op === '>' || op === '&>');
  try {
    if (protect && (yield* isRegular(path))) {
      return yield* fail(sh, clobberText(sh, path));
    }
    const fd = yield* openUninterrupted(path, FLAGS[op]!);
    return { fd: yield* moveHigh(fd), own: true };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return yield* fail(sh, openText(sh, path, op, error));
  }
}

function* openUninterrupted(path: string, flags: OpenFlags): Sys<number> {
  for (;;) {
    try {
      return yield* sys.open(path, flags);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
    }
  }
}

function* openSocket(sh: Shell, path: string): Sys<OpenedFile> {
  const [, , , host = '', port = ''] = path.split('/');
  try {
    const found = yield* sys.resolve(host);
    const fd = yield* sys.connect(found.addresses[0]!, Number(port));
    return { fd: yield* moveHigh(fd), own: true };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.errno === 'ENOTFOUND') {
      yield* sh.complain(`${host}: Name or service not known`, undefined);
      return yield* fail(sh, `${path}: Invalid argument`);
    }
    yield* sh.complain(`connect: ${sh.errorText(error)}`, undefined);
    return yield* fail(sh, `${path}: ${sh.errorText(error)}`);
  }
}

function* isRegular(path: string): Sys<boolean> {
  try {
    return (yield* sys.stat(path)).type === 'file';
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

function clobberText(sh: Shell, path: string): string {
  if (sh.isBash) return `${path}: cannot overwrite existing file`;
  return `${sh.dialect === 'dash' ? 'cannot create' : "can't create"} ${path}: File exists`;
}

function openText(sh: Shell, path: string, op: string, error: SysError): string {
  if (sh.isBash) return `${path}: ${sh.errorText(error)}`;
  const reading = op === '<';
  const dash = sh.dialect === 'dash';
  const verb = `${dash ? 'cannot' : "can't"} ${reading ? 'open' : 'create'}`;
  let reason = sh.errorText(error);
  if (error.errno === 'ENOENT') {
    if (reading) reason = dash ? 'No such file' : 'no such file';
    else reason = dash ? 'Directory nonexistent' : 'nonexistent directory';
  }
  return `${verb} ${path}: ${reason}`;
}

/** What an applied plan must put back. */
export interface Saved {
  readonly fds: ReadonlyMap<number, number>;
  readonly visible: ReadonlySet<number>;
}

/** Carries a plan out within the shell itself; `restore` undoes it. */
export function* applyPlan(sh: Shell, plan: Plan): Sys<Saved> {
  const saved = new Map<number, number>();
  for (const [fd] of plan.changes) {
    try {
      saved.set(fd, yield* sys.dup(fd, 10));
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      saved.set(fd, -1);
    }
  }
  const visible = new Set(sh.userFds);
  for (const [fd, ours] of plan.changes) {
    if (ours < 0) {
      sh.userFds.delete(fd);
      yield* closeQuietly(fd);
      continue;
    }
    yield* sys.dup2(saved.get(ours) ?? ours, fd);
    sh.userFds.add(fd);
  }
  yield* closePlan(plan);
  return { fds: saved, visible };
}

export function* restoreSaved(sh: Shell, saved: Saved): Sys<void> {
  for (const [fd, copy] of saved.fds) {
    if (copy < 0) yield* closeQuietly(fd);
    else {
      yield* sys.dup2(copy, fd);
      yield* sys.close(copy);
    }
    if (saved.visible.has(fd)) sh.userFds.add(fd);
    else sh.userFds.delete(fd);
  }
}

/** Makes an applied plan last (`exec > file`). */
export function* keepSaved(saved: Saved): Sys<void> {
  for (const copy of saved.fds.values()) if (copy >= 0) yield* closeQuietly(copy);
}

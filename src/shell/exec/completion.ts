/**
 * What can stand where Tab was pressed: commands, files, variables, users, and for `docker` what
 * `docker __complete` answers. Models bash `bashline.c: attempt_shell_completion` and BusyBox
 * `lineedit.c: build_match_prefix, complete_cmd_dir_file`.
 */
import { decodeUtf8 } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import type { Candidate, Completer, Completion } from '../edit';
import { builtinNames } from '../builtins';
import { keywordsOf } from '../builtins/lookup';
import { isDirectory, listDirectory } from './glob';
import { homeOf, moveHigh } from './expand';
import type { Shell } from './shell';
import { locate, spawnFile } from './spawning';
import { compareText } from './variables';
import { waitResult } from './waiting';

/** The word before the cursor with its quotes taken off. */
interface Typed {
  readonly start: number;
  readonly quote: Completion['quote'];
  readonly text: string;
  /** Words of the same command before it. */
  readonly before: readonly string[];
  /** Nothing but assignments before it. */
  readonly command: boolean;
}

function takeWord(line: string, at: number): Typed {
  let before: string[] = [];
  let text = '';
  let start = 0;
  let open = false;
  let quote: Completion['quote'] = '';
  let afterRedirect = false;
  const finish = (next: number) => {
    if (open) {
      if (!afterRedirect) before.push(text);
      afterRedirect = false;
    }
    text = '';
    open = false;
    start = next;
  };
  for (let i = 0; i < at; i++) {
    const ch = line[i]!;
    if (quote !== '') {
      if (ch === quote) quote = '';
      else if (ch === '\\' && quote === '"' && i + 1 < at) text += line[++i]!;
      else text += ch;
      continue;
    }
    if (ch === '"' || ch === "'") {
      quote = ch;
      open = true;
      if (text === '') start = i + 1;
    } else if (ch === '\\' && i + 1 < at) {
      if (!open) start = i;
      open = true;
      text += line[++i]!;
    } else if (/\s/.test(ch)) finish(i + 1);
    else if (/[;&|()`]/.test(ch)) {
      finish(i + 1);
      before = [];
    } else if (ch === '<' || ch === '>') {
      finish(i + 1);
      afterRedirect = true;
    } else {
      if (!open) start = i;
      open = true;
      text += ch;
    }
  }
  if (!open) start = at;
  const command =
    !afterRedirect &&
    before.every((w) => /^\w+=/.test(w) || /^(if|then|else|do|while|until|!|time|\{)$/.test(w));
  return { start, quote, text, before, command };
}

function* fileCandidates(
  sh: Shell,
  text: string,
  keep: 'all' | 'dirs' | 'commands',
): Sys<Candidate[]> {
  const cut = text.lastIndexOf('/') + 1;
  const shownDir = text.slice(0, cut);
  const prefix = text.slice(cut);
  let dir = shownDir;
  const tilde = /^~([^/]*)\//.exec(dir);
  if (tilde) {
    const home = yield* homeOf(sh, tilde[1]!);
    if (home !== undefined) dir = home + dir.slice(tilde[0].length - 1);
  }
  const out: Candidate[] = [];
  for (const entry of yield* listDirectory(dir === '' ? '.' : dir)) {
    const { name } = entry;
    if (!name.startsWith(prefix) || name === '.' || name === '..') continue;
    if (name.startsWith('.') && !prefix.startsWith('.')) continue;
    const folder =
      entry.type === 'dir' || (entry.type === 'symlink' && (yield* isDirectory(dir + name)));
    if (keep === 'dirs' && !folder) continue;
    if (keep === 'commands' && !folder && !(yield* isExecutable(dir + name))) continue;
    out.push({
      text: shownDir + name,
      display: folder ? `${name}/` : name,
      suffix: folder ? '/' : ' ',
    });
  }
  return out;
}

function* isExecutable(path: string): Sys<boolean> {
  try {
    yield* sys.access(path, { execute: true });
    return true;
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

function* commandCandidates(sh: Shell, text: string): Sys<Candidate[]> {
  if (text.includes('/')) return yield* fileCandidates(sh, text, 'commands');
  const names = new Set<string>(builtinNames(sh));
  if (sh.isBash) {
    for (const name of keywordsOf(sh)) names.add(name);
    for (const name of sh.functions.keys()) names.add(name);
  }
  for (const name of sh.aliases.keys()) names.add(name);
  for (const dir of (sh.vars.get('PATH') ?? '').split(':')) {
    for (const entry of yield* listDirectory(dir)) if (entry.type !== 'dir') names.add(entry.name);
  }
  return [...names]
    .filter((name) => name.startsWith(text))
    .map((name) => ({ text: name, display: name, suffix: ' ' as const }));
}

function variableCandidates(sh: Shell, text: string): Candidate[] {
  const brace = text.startsWith('${') ? '${' : '$';
  const prefix = text.slice(brace.length);
  return sh.vars
    .names()
    .filter((n) => n.startsWith(prefix))
    .map((n) => ({
      text: `${brace}${n}${brace === '${' ? '}' : ''}`,
      display: n,
      suffix: '' as const,
    }));
}

/** Asks `docker __complete WORDS...`: one candidate a line, perhaps with a tab and what it means. */
function* dockerCandidates(
  sh: Shell,
  before: readonly string[],
  text: string,
): Sys<Candidate[] | undefined> {
  const found = yield* locate(sh, 'docker');
  if (found.kind !== 'file') return undefined;
  const [readEnd, writeEnd] = yield* sys.pipe();
  const high = yield* moveHigh(readEnd);
  const argv = ['docker', '__complete', ...before.slice(1), text];
  const nothing = yield* sys.open('/dev/null', { read: true, write: true });
  const fds: [number, number][] = [
    [0, nothing],
    [1, writeEnd],
    [2, nothing],
  ];
  const pid = yield* spawnFile(sh, found.path, argv, sh.vars.environment(), { fds, pgid: 0 });
  yield* sys.close(writeEnd);
  yield* sys.close(nothing);
  const answer = decodeUtf8(yield* sys.readAll(high));
  yield* sys.close(high);
  yield* waitResult(sh, pid, false);
  const names = answer
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(':'))
    .map((line) => line.split('\t')[0]!)
    .filter((name) => name.startsWith(text));
  if (names.length === 0) return undefined;
  return names.map((name) => ({
    text: name,
    display: name,
    suffix: name.endsWith('=') ? '' : ' ',
  }));
}

function* candidatesFor(sh: Shell, typed: Typed): Sys<Candidate[]> {
  const { text } = typed;
  if (sh.isBash && /^\$\{?\w*$/.test(text) && typed.quote !== "'")
    return variableCandidates(sh, text);
  if (typed.command && !(sh.isBash && text === '' && typed.before.length === 0)) {
    return yield* commandCandidates(sh, text);
  }
  const program = typed.before[0];
  if (program === 'docker') {
    const answers = yield* dockerCandidates(sh, typed.before, text);
    if (answers) return answers;
  }
  if (sh.isBash && /^~[^/]*$/.test(text) && text !== '~') return [];
  const dirsOnly = program === 'cd' && !sh.isBash;
  return yield* fileCandidates(sh, text, dirsOnly ? 'dirs' : 'all');
}

export function completerFor(sh: Shell): Completer {
  return {
    *complete(line: string, at: number): Sys<Completion> {
      const typed = takeWord(line, at);
      const list = yield* candidatesFor(sh, typed);
      const candidates = list.sort((a, b) => compareText(a.text, b.text));
      return { start: typed.start, quote: typed.quote, candidates };
    },
  };
}

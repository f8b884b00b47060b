/** The history file and what goes into the list. Models bash `bashhist.c` and BusyBox `lineedit.c`. */
import { decodeUtf8 } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import type { Shell } from './shell';

const SIZE_MAX = 500;

function historyPath(sh: Shell): string | undefined {
  if (sh.dialect === 'dash') return undefined;
  const name = sh.vars.get('HISTFILE');
  if (name !== undefined) return name === '' ? undefined : name;
  const home = sh.vars.get('HOME');
  if (!home) return undefined;
  return `${home}/${sh.isBash ? '.bash_history' : '.ash_history'}`;
}

export function* loadHistory(sh: Shell): Sys<void> {
  const path = historyPath(sh);
  if (path === undefined) return;
  try {
    const text = decodeUtf8(yield* sys.readFile(path));
    const lines = text.split('\n').filter((l) => l !== '' && !/^#[0-9]+$/.test(l));
    sh.history = lines.slice(-SIZE_MAX);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

/** Written at once, unlike in bash (at exit), so that a terminal that is just closed loses nothing. */
function* appendLine(sh: Shell, line: string): Sys<void> {
  const path = historyPath(sh);
  if (path === undefined) return;
  try {
    const fd = yield* sys.open(path, { write: true, create: true, append: true }, 0o600);
    yield* sys.write(fd, `${line}\n`);
    yield* sys.close(fd);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

function isIgnored(sh: Shell, line: string): boolean {
  const control = sh.vars.get('HISTCONTROL') ?? '';
  const last = sh.history.at(-1);
  if (/ignore(space|both)/.test(control) && line.startsWith(' ')) return true;
  if (/ignore(dups|both)/.test(control) && line === last) return true;
  return !sh.isBash && line === last;
}

/** How bash joins a continuation line to the entry of its command. */
function joint(before: string): string {
  if (/(^|[;&|\s(])(then|do|else|elif|if|while|until|in|\{|\(|&&|\|\||\||!)\s*$/.test(before))
    return ' ';
  if (/(&&|\|\||[|&;({])\s*$/.test(before)) return ' ';
  return '; ';
}

function insideQuotes(text: string): boolean {
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const ch = text[i]!;
    if (quote === '') {
      if (ch === '\\') i++;
      else if (ch === "'" || ch === '"' || ch === '`') quote = ch;
    } else if (ch === quote) quote = '';
    else if (ch === '\\' && quote === '"') i++;
  }
  return quote !== '' || /<<-?\s*\S+/.test(text);
}

/** Takes a line into the history; continuation lines join the entry that `entry` is. */
export function* rememberLine(sh: Shell, entry: string, line: string, whole: string): Sys<string> {
  if (line.trim() === '' && entry === '') return entry;
  if (!sh.isBash) {
    if (line !== '' && !isIgnored(sh, line)) {
      sh.history.push(line);
      yield* appendLine(sh, line);
    }
    return line;
  }
  if (entry === '') {
    if (isIgnored(sh, line)) return '';
    sh.history.push(line);
    yield* appendLine(sh, line);
    return line;
  }
  const before = whole.slice(0, whole.length - line.length - 2);
  const separator = insideQuotes(before) ? '\n' : before.endsWith('\\') ? '' : joint(entry);
  const joined = separator === '' ? entry.slice(0, -1) + line : entry + separator + line;
  sh.history[sh.history.length - 1] = joined;
  yield* appendLine(sh, line);
  return joined;
}

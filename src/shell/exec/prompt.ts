/**
 * Prompts. Models bash `parse.y: decode_prompt_string` and BusyBox `lineedit.c: parse_and_put_prompt`:
 * escapes first, then the expansions of double quotes. `\[` and `\]` become \x01 and \x02, between
 * which nothing takes room on the screen.
 */
import { sys, type Sys } from '../../kernel';
import { parseNested, wordOf, Lexer } from '../syntax';
import { formatTime } from '../time-format';
import { expandQuoted } from './expand';
import type { Shell } from './shell';

function shortPath(sh: Shell): string {
  const home = sh.vars.get('HOME');
  if (home && home !== '/' && sh.cwd === home) return '~';
  if (home && home !== '/' && sh.cwd.startsWith(`${home}/`)) return `~${sh.cwd.slice(home.length)}`;
  return sh.cwd;
}

/** Protects what an escape yields from the expansions that follow. */
function protect(text: string): string {
  return text.replace(/[\\$`"]/g, '\\$&');
}

function* escapeValue(sh: Shell, letter: string): Sys<string | undefined> {
  switch (letter) {
    case 'u':
      return (yield* sys.getuid()).uid === 0 ? 'root' : (sh.vars.get('USER') ?? 'user');
    case 'h':
      return (yield* sys.uname()).nodename.replace(/\..*$/, '');
    case 'H':
      return (yield* sys.uname()).nodename;
    case 'w':
      return shortPath(sh);
    case 'W': {
      const path = shortPath(sh);
      return path === '/' || path === '~' ? path : path.replace(/^.*\//, '');
    }
    case '$':
      return (yield* sys.getuid()).uid === 0 ? '#' : '$';
    case 's':
      return sh.name.replace(/^.*\//, '').replace(/^-/, '');
    case 'v':
      return '5.2';
    case 'V':
      return '5.2.15';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 'a':
      return '\x07';
    case 'e':
      return '\x1b';
    case '[':
      return '\x01';
    case ']':
      return '\x02';
    case '\\':
      return '\\';
    case 'j':
      return String(sh.jobs.length);
    case '!':
    case '#':
      return String(sh.history.length + 1);
    default: {
      const format = TIMES[letter];
      return format === undefined ? undefined : formatTime(format, (yield* sys.clock()).unixUs);
    }
  }
}

const TIMES: Readonly<Record<string, string>> = {
  d: '%a %b %d',
  t: '%H:%M:%S',
  T: '%I:%M:%S',
  '@': '%I:%M %p',
  A: '%H:%M',
};

export function* expandPrompt(sh: Shell, text: string): Sys<string> {
  let out = '';
  if (sh.dialect === 'dash') out = text;
  else {
    for (let i = 0; i < text.length; i++) {
      if (text[i] !== '\\' || i + 1 >= text.length) {
        out += text[i];
        continue;
      }
      const octal = /^[0-7]{3}/.exec(text.slice(i + 1));
      if (octal) {
        out += String.fromCharCode(parseInt(octal[0], 8));
        i += 3;
        continue;
      }
      const value = yield* escapeValue(sh, text[++i]!);
      out += value === undefined ? `\\${text[i]!}` : protect(value);
    }
  }
  if (!/[$`\\]/.test(out)) return out;
  const { status } = sh;
  const lexer = new Lexer('', sh.dialect, 0, 1, new Map(), parseNested, true);
  const expanded = yield* expandQuoted(sh, wordOf(lexer, out, 'heredoc', 1));
  sh.status = status;
  return expanded;
}

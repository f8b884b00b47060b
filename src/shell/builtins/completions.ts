/** compgen, and complete as far as it only takes notes. Models bash `complete.def`. */
import { sys, type Sys } from '../../kernel';
import { glob, listDirectory } from '../exec/glob';
import type { Shell } from '../exec/shell';
import { invalidOption, type Builtin } from './builtin';
import { keywordsOf } from './lookup';

const USAGE =
  'compgen [-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [word]';
const ACTIONS: Readonly<Record<string, string>> = {
  a: 'alias',
  b: 'builtin',
  c: 'command',
  d: 'directory',
  f: 'file',
  k: 'keyword',
  v: 'variable',
};

function* candidates(sh: Shell, action: string): Sys<readonly string[]> {
  switch (action) {
    case 'alias':
      return [...sh.aliases.keys()].sort();
    case 'function':
      return [...sh.functions.keys()].sort();
    case 'keyword':
      return keywordsOf(sh);
    case 'variable':
      return sh.vars.names();
    case 'directory':
    case 'file': {
      const entries = yield* listDirectory('.');
      return entries.filter((e) => action === 'file' || e.type === 'dir').map((e) => e.name);
    }
    case 'builtin':
      return sh.builtinNames();
    case 'command': {
      const names = [...sh.builtinNames(), ...sh.functions.keys(), ...sh.aliases.keys()];
      for (const dir of (sh.vars.get('PATH') ?? '').split(':'))
        for (const entry of yield* listDirectory(dir)) names.push(entry.name);
      return names;
    }
    default:
      return [];
  }
}

function* compgen(sh: Shell, argv: readonly string[]): Sys<number> {
  const found: string[] = [];
  let word = '';
  for (let i = 1; i < argv.length; i++) {
    const arg = argv[i]!;
    if (arg === '-G') {
      const options = {
        extended: sh.shopt.has('extglob'),
        dotGlob: sh.shopt.has('dotglob'),
        globStar: sh.shopt.has('globstar'),
        ignoreCase: sh.shopt.has('nocaseglob'),
        dotEntries: false,
      };
      found.push(...(yield* glob(argv[++i] ?? '', options)));
    } else if (arg === '-W')
      found.push(...(argv[++i] ?? '').split(/[ \t\n]+/).filter((w) => w !== ''));
    else if (arg === '-A') found.push(...(yield* candidates(sh, argv[++i] ?? '')));
    else if (/^-[oPSXFC]$/.test(arg)) i++;
    else if (/^-[a-z]+$/.test(arg)) {
      for (const letter of arg.slice(1)) {
        if (ACTIONS[letter] === undefined) return yield* invalidOption(sh, `-${letter}`, USAGE);
        found.push(...(yield* candidates(sh, ACTIONS[letter])));
      }
    } else word = arg;
  }
  const fitting = found.filter((name) => name.startsWith(word));
  for (const name of fitting) yield* sys.write(1, `${name}\n`);
  return fitting.length > 0 ? 0 : 1;
}

/** Rules for the editor's completion are accepted; the editor completes by its own. */
// eslint-disable-next-line require-yield -- a builtin that calls nothing
function* complete(): Sys<number> {
  return 0;
}

export const COMPLETION_BUILTINS: readonly Builtin[] = [
  { name: 'compgen', only: ['bash'], run: compgen },
  { name: 'complete', only: ['bash'], run: complete },
  { name: 'compopt', only: ['bash'], run: complete },
  { name: 'bind', only: ['bash'], run: complete },
];

/** What a builtin is, and the complaints that builtins share. */
import type { Sys } from '../../kernel';
import type { Assign, Dialect, Word } from '../syntax';
import type { Shell } from '../exec/shell';

export interface Builtin {
  readonly name: string;
  /** Special in POSIX: errors end a script of the ash family, assignments before it last. */
  readonly special?: boolean;
  /** The dialects that have it; absent: all. */
  readonly only?: readonly Dialect[];
  /** `words` is the command as written, for arrays in declarations. */
  run(sh: Shell, argv: readonly string[], words: readonly (Word | Assign)[]): Sys<number>;
}

/** A wrong option: bash adds the usage, the ash family has its own words. */
export function* invalidOption(sh: Shell, option: string, usage: string): Sys<number> {
  if (sh.isBash) {
    yield* sh.complain(`${option}: invalid option`);
    if (usage !== '') yield* sh.stderr(`${sh.builtin!}: usage: ${usage}\n`);
    return 2;
  }
  const letter = option.slice(1, 2);
  if (sh.dialect === 'dash') yield* sh.complain(`Illegal option -${letter}`);
  else yield* sh.complain(`illegal option ${option[0]!}${letter}`);
  return 2;
}

/** Splits leading single-letter options off; undefined if a letter is not in `letters`. */
export function parseLetters(
  argv: readonly string[],
  letters: string,
): { flags: ReadonlySet<string>; rest: readonly string[]; bad?: string } {
  const flags = new Set<string>();
  let i = 1;
  for (; i < argv.length; i++) {
    const arg = argv[i]!;
    if (arg === '--') {
      i++;
      break;
    }
    if (!arg.startsWith('-') || arg === '-') break;
    for (const letter of arg.slice(1)) {
      if (!letters.includes(letter)) return { flags, rest: argv.slice(i), bad: `-${letter}` };
      flags.add(letter);
    }
  }
  return { flags, rest: argv.slice(i) };
}

export const NAME = /^[A-Za-z_]\w*$/;

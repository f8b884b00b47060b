/** The command line of python3 (`Python/initconfig.c`). */
export interface Options {
  readonly kind: 'prompt' | 'file' | 'command' | 'module' | 'stdin';
  /** Path, source, or name of the module. */
  readonly text: string;
  readonly argv: readonly string[];
  readonly unbuffered: boolean;
  readonly interactive: boolean;
  readonly version: string;
}
export interface Answer {
  readonly answer: string;
  readonly code: number;
}
/** Flags that change nothing here. */
const IGNORED = /^-[bBdEIOqsSv]+$/;

export function readOptions(argv: readonly string[], version: string): Options | Answer {
  const name = argv[0] ?? 'python3';
  const rest = argv.slice(1);
  let unbuffered = false;
  let interactive = false;
  const with_ = (kind: Options['kind'], text: string, args: readonly string[]): Options => ({
    kind,
    text,
    argv: args,
    unbuffered,
    interactive,
    version,
  });
  for (;;) {
    const flag = rest.shift();
    if (flag === undefined) return with_(interactive ? 'prompt' : 'stdin', '', ['']);
    if (flag === '-') return with_('stdin', '', ['-', ...rest]);
    if (!flag.startsWith('-')) return with_('file', flag, [flag, ...rest]);
    if (flag === '-V' || flag === '--version') return { answer: `Python ${version}\n`, code: 0 };
    if (flag === '-u') unbuffered = true;
    else if (flag === '-i') interactive = true;
    else if (flag.startsWith('-c') || flag.startsWith('-m')) {
      const text = flag.length > 2 ? flag.slice(2) : rest.shift();
      if (text === undefined)
        return { answer: usage(`Argument expected for the ${flag} option`, name), code: 2 };
      const kind = flag.startsWith('-c') ? 'command' : 'module';
      return with_(kind, text, [kind === 'command' ? '-c' : text, ...rest]);
    } else if (/^-[WX]/.test(flag)) {
      if (flag.length === 2) rest.shift();
    } else if (flag === '-h' || flag === '--help')
      return { answer: 'python3: not simulated: its help\n', code: 125 };
    else if (!IGNORED.test(flag)) {
      const unknown = flag.startsWith('--')
        ? `unknown option ${flag}`
        : `Unknown option: -${flag[1]!}`;
      return { answer: usage(unknown, name), code: 2 };
    }
  }
}

function usage(complaint: string, name: string): string {
  return (
    `${complaint}\nusage: ${name} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n` +
    "Try `python -h' for more information.\n"
  );
}

/** xargs. Models findutils and BusyBox. */
import { decodeUtf8 } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { runCommand } from './run-command';
import { ToolExit, type Context, type Tool } from './tool';

/** Words of the input as xargs reads them: blanks part them, quotes and backslashes hold. */
function splitInput(text: string): string[] | undefined {
  const out: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const ch = text[i]!;
    if (/\s/.test(ch)) {
      if (word !== undefined) out.push(word);
      word = undefined;
    } else if (ch === '"' || ch === "'") {
      const end = text.indexOf(ch, i + 1);
      if (end < 0) return undefined;
      word = (word ?? '') + text.slice(i + 1, end);
      i = end;
    } else if (ch === '\\' && i + 1 < text.length) word = (word ?? '') + text[++i]!;
    else word = (word ?? '') + ch;
  }
  if (word !== undefined) out.push(word);
  return out;
}

/** The commands to run, each with its share of the words. */
function xargsGroups(
  items: readonly string[],
  command: readonly string[],
  text: string,
  values: ReadonlyMap<string, string>,
  notEmpty: boolean,
): string[][] {
  const replace = values.get('I');
  const groups: string[][] = [];
  if (replace !== undefined)
    for (const item of items) groups.push(command.map((w) => w.replaceAll(replace || '{}', item)));
  else if (values.has('L')) {
    const size = Number(values.get('L'));
    const lines = text.split('\n').filter((l) => l.trim() !== '');
    for (let i = 0; i < lines.length; i += size)
      groups.push([...command, ...(splitInput(lines.slice(i, i + size).join(' ')) ?? [])]);
  } else {
    const size = Number(values.get('n') ?? 5000);
    for (let i = 0; i < items.length; i += size)
      groups.push([...command, ...items.slice(i, i + size)]);
    if (groups.length === 0 && !notEmpty) groups.push([...command]);
  }
  return groups;
}

/** `-p`: shows the command and asks the terminal. */
function* agreed(tool: Context, argv: readonly string[]): Sys<boolean> {
  yield* tool.say(argv.join(' '));
  let fd: number;
  try {
    fd = yield* sys.open('/dev/tty', { read: true });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason = errnoText(error.errno);
    return yield* tool.fail(
      tool.busybox
        ? `can't open '/dev/tty': ${reason}`
        : `failed to open /dev/tty for reading: ${reason}`,
    );
  }
  yield* tool.say(' ?...');
  const line = decodeUtf8(yield* sys.read(fd));
  yield* sys.close(fd);
  return /^[yY]/.test(line);
}

function* runXargs(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: tool.busybox ? '0rtpe::n:s:I:E:P:xaL:' : '0rtpe::E:n:L:l::s:I:i::P:xd:a:',
    long: {
      null: '0',
      'no-run-if-empty': 'r',
      verbose: 't',
      'max-args': '=n',
      'max-procs': '=P',
      replace: '?I',
      delimiter: '=d',
      'arg-file': '=a',
      'max-lines': '=L',
    },
    posix: true,
  });
  const text = decodeUtf8(yield* sys.readAll(0));
  const replace = values.get('I');
  let items: string[] | undefined;
  if (flags.has('0'))
    items = text.split('\0').filter((t, i, all) => i < all.length - 1 || t !== '');
  else if (values.has('d'))
    items = text.replace(/\n$/, '').split(values.get('d')!.replace('\\n', '\n'));
  else if (replace !== undefined)
    items = text
      .split('\n')
      .map((l) => l.trim())
      .filter((l) => l !== '');
  else items = splitInput(text);
  if (!items)
    return yield* tool.fail(
      tool.busybox
        ? 'unmatched single quote'
        : 'unmatched single quote; by default quotes are special to xargs unless you use the -0 option',
    );
  const command = operands.length > 0 ? operands : ['echo'];
  if (values.has('n') && !/^[1-9]\d*$/.test(values.get('n')!)) {
    return yield* tool.fail(
      tool.busybox
        ? `invalid number '${values.get('n')!}'`
        : `invalid number "${values.get('n')!}" for -n option`,
    );
  }
  const groups = xargsGroups(items, command, text, values, flags.has('r'));
  let status = 0;
  const nothing = yield* sys.open('/dev/null', { read: true });
  for (const argv of groups) {
    if (flags.has('p')) {
      if (!(yield* agreed(tool, argv))) continue;
    } else if (flags.has('t')) yield* sys.write(2, `${argv.join(' ')}\n`);
    const result = yield* runCommand(tool, argv, nothing);
    if (result === 255) {
      yield* tool.warn(`${argv[0]!}: exited with status 255; aborting`);
      throw new ToolExit(124);
    }
    if (result === 126 || result === 127) return result;
    if (result > 0) status = 123;
  }
  return status;
}

export const xargs: Tool = { name: 'xargs', run: runXargs };

/** cmp. Models GNU diffutils `cmp.c` and BusyBox `editors/cmp.c`. */
import { sys, type Sys } from '../../kernel';
import { type Context, type Tool } from './tool';

function* runCmp(tool: Context): Sys<number> {
  const { flags, values, operands } = yield* tool.options({
    short: 'lsn:i:b',
    long: { verbose: 'l', silent: 's', quiet: 's', bytes: '=n', 'ignore-initial': '=i' },
  });
  if (operands.length === 0) {
    if (tool.busybox) yield* tool.usage();
    yield* tool.usage(`missing operand after 'cmp'`, 2);
  }
  const names = [operands[0]!, operands[1] ?? '-'] as const;
  const left = yield* tool.input(names[0]);
  if (!left) return 2;
  const right = yield* tool.input(names[1]);
  if (!right) return 2;
  const skip = Number(values.get('i') ?? 0);
  const limit = values.has('n') ? skip + Number(values.get('n')) : Infinity;
  const end = Math.min(left.length, right.length, limit);
  let line = 1;
  let status = 0;
  for (let i = skip; i < end; i++) {
    if (left[i] !== right[i]) {
      status = 1;
      if (flags.has('s')) return 1;
      if (!flags.has('l')) {
        yield* tool.print(`${names[0]} ${names[1]} differ: char ${i + 1}, line ${line}\n`);
        return 1;
      }
      const width = tool.busybox ? 1 : String(Math.max(left.length, right.length)).length;
      const octal = (v: number) => v.toString(8).padStart(3);
      yield* tool.print(
        `${String(i + 1).padStart(width)} ${octal(left[i]!)} ${octal(right[i]!)}\n`,
      );
    }
    if (left[i] === 10) line++;
  }
  if (left.length === right.length || end === limit) return status;
  if (flags.has('s')) return 1;
  const [name, bytes] = left.length < right.length ? [names[0], left] : [names[1], right];
  yield* tool.flush();
  let detail = '';
  if (!tool.busybox) {
    if (bytes.length === 0) detail = ' which is empty';
    else {
      detail = ` after byte ${bytes.length}`;
      const ends = bytes.at(-1) === 10;
      if (!flags.has('l')) detail += ends ? `, line ${line - 1}` : `, in line ${line}`;
    }
  }
  yield* sys.write(2, `cmp: EOF on ${name}${detail}\n`);
  return 1;
}

export const cmp: Tool = { name: 'cmp', run: runCmp, usageStatus: 2 };

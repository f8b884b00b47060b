/** tree. Models tree 2.1.0 without a UTF-8 locale, as it is in a minimal image. */
import { sys, SysError, type FileStat, type Sys } from '../../kernel';
import { compilePattern } from '../exec/pattern';
import { joinPath, statOrNone } from './files';
import { modeText } from './mode';
import { humanSize } from './sizes';
import { type Context, type Options, type Tool } from './tool';

interface Walk {
  readonly tool: Context;
  readonly options: Options;
  readonly depth: number;
  directories: number;
  files: number;
}

function prefix(walk: Walk, stat: FileStat | undefined): string {
  const { flags } = walk.options;
  const parts: string[] = [];
  if (stat && flags.has('p')) parts.push(modeText(stat));
  if (stat && flags.has('h')) parts.push(humanSize(stat.size, 'ls').padStart(4));
  else if (stat && flags.has('s')) parts.push(String(stat.size).padStart(11));
  return parts.length === 0 ? '' : `[${parts.join(' ')}]  `;
}

function* children(walk: Walk, path: string): Sys<{ name: string; stat: FileStat }[]> {
  const { flags, values } = walk.options;
  const out: { name: string; stat: FileStat }[] = [];
  const ignored = values
    .get('I')
    ?.split('|')
    .map((p) => compilePattern(p, false));
  const wanted = values
    .get('P')
    ?.split('|')
    .map((p) => compilePattern(p, false));
  for (const { name } of yield* sys.readdir(path)) {
    if (name.startsWith('.') && !flags.has('a')) continue;
    const stat = yield* statOrNone(joinPath(path, name), false);
    if (!stat || (flags.has('d') && stat.type !== 'dir')) continue;
    if (ignored?.some((p) => p.test(name))) continue;
    if (wanted && stat.type !== 'dir' && !wanted.some((p) => p.test(name))) continue;
    out.push({ name, stat });
  }
  const first = (s: FileStat) => (flags.has('dirsfirst') && s.type !== 'dir' ? 1 : 0);
  out.sort(
    (a, b) => first(a.stat) - first(b.stat) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
  if (flags.has('r')) out.reverse();
  return out;
}

function* branch(walk: Walk, path: string, lead: string, depth: number): Sys<void> {
  const { tool, options } = walk;
  if (depth >= walk.depth) return;
  let list;
  try {
    list = yield* children(walk, path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return;
  }
  for (const [i, { name, stat }] of list.entries()) {
    const last = i === list.length - 1;
    const full = joinPath(path, name);
    const link = stat.type === 'symlink' ? ` -> ${yield* sys.readlink(full)}` : '';
    const mark = options.flags.has('F') && stat.type === 'dir' ? '/' : '';
    const draw = options.flags.has('i') ? '' : `${lead}${last ? '`-- ' : '|-- '}`;
    const shown = options.flags.has('f') ? full : name;
    yield* tool.print(`${draw}${prefix(walk, stat)}${shown}${link}${mark}\n`);
    if (stat.type === 'dir') {
      walk.directories++;
      yield* branch(walk, full, `${lead}${last ? '    ' : '|   '}`, depth + 1);
    } else walk.files++;
  }
}

function* runTree(tool: Context): Sys<number> {
  const options = yield* tool.options({
    short: 'adfishprFCnL:I:P:',
    long: { dirsfirst: 'dirsfirst', noreport: 'noreport', charset: '=charset' },
  });
  const { flags, values, operands } = options;
  const depth = values.has('L') ? Number(values.get('L')) : Infinity;
  if (!(depth > 0)) {
    yield* sys.write(2, 'tree: Invalid level, must be greater than 0.\n');
    return 1;
  }
  const walk: Walk = { tool, options, depth, directories: 0, files: 0 };
  for (const path of operands.length > 0 ? operands : ['.']) {
    const stat = yield* statOrNone(path);
    if (stat?.type !== 'dir') {
      yield* tool.print(`${path}  [error opening dir]\n`);
      tool.status = 2;
      continue;
    }
    if ((yield* children(walk, path)).length > 0) walk.directories++;
    yield* tool.print(`${prefix(walk, stat)}${path}\n`);
    yield* branch(walk, path, '', 0);
  }
  if (flags.has('noreport')) return tool.status;
  const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
  const files = flags.has('d') ? '' : `, ${count(walk.files, 'file', 'files')}`;
  yield* tool.print(`\n${count(walk.directories, 'directory', 'directories')}${files}\n`);
  return tool.status;
}

export const tree: Tool = { name: 'tree', run: runTree, only: 'gnu' };

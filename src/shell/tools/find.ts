/** find: the walk through the tree. Models findutils and BusyBox. */
import { sys, SysError, type FileStat, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { ExpressionReader, type Item, type Plan, type Test } from './find-expression';
import { joinPath, statOrNone } from './files';
import { runCommand } from './run-command';
import type { Context, Tool } from './tool';

function* walk(tool: Context, item: Item, test: Test, plan: Plan): Sys<void> {
  if (plan.quit) return;
  plan.pruned = false;
  const inside = item.depth >= plan.minDepth;
  if (!plan.depthFirst && inside) yield* test(item);
  const pruned = plan.pruned;
  if (item.stat.type === 'dir' && item.depth < plan.maxDepth && !pruned && !plan.quit) {
    let entries;
    try {
      entries = yield* sys.readdir(item.path);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* tool.warn(
        tool.busybox
          ? `${item.path}: ${errnoText(error.errno)}`
          : `'${item.path}': ${errnoText(error.errno)}`,
      );
      entries = [] as const;
    }
    for (const { name } of entries) {
      if (name === '.' || name === '..') continue;
      const path = joinPath(item.path, name);
      const stat =
        (plan.follow ? yield* statOrNone(path) : undefined) ?? (yield* statOrNone(path, false));
      if (stat)
        yield* walk(
          tool,
          { path, name, stat, depth: item.depth + 1, start: item.start },
          test,
          plan,
        );
    }
  }
  if (plan.depthFirst && inside) yield* test(item);
}

function* runFind(tool: Context): Sys<number> {
  let args = [...tool.args];
  const plan: Plan = {
    minDepth: 0,
    maxDepth: Infinity,
    depthFirst: false,
    follow: false,
    pruned: false,
    quit: false,
    hasAction: false,
    batches: [],
  };
  while (/^-[LHP]$/.test(args[0] ?? '')) plan.follow = args.shift() === '-L';
  const cut = args.findIndex((a) => a.startsWith('-') || a === '(' || a === '!');
  const paths = cut < 0 ? args : args.slice(0, cut);
  args = cut < 0 ? [] : args.slice(cut);
  const reader = new ExpressionReader(tool, args, plan, (yield* sys.clock()).unixUs);
  let test = yield* reader.parse();
  if (!plan.hasAction) {
    const inner = test;
    test = function* (item) {
      if (yield* inner(item)) yield* tool.print(`${item.path}\n`);
      return true;
    };
  }
  for (const path of paths.length > 0 ? paths : ['.']) {
    let stat: FileStat;
    try {
      stat = yield* sys.lstat(path);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* tool.warn(
        tool.busybox
          ? `${path}: ${errnoText(error.errno)}`
          : `'${path}': ${errnoText(error.errno)}`,
      );
      continue;
    }
    const name = path.replace(/\/+$/, '').replace(/^.*\//, '') || '/';
    yield* walk(tool, { path, name, stat, depth: 0, start: path }, test, plan);
  }
  for (const batch of plan.batches) {
    if (batch.paths.length > 0 && (yield* runCommand(tool, [...batch.argv, ...batch.paths])) !== 0)
      tool.status = 1;
  }
  return tool.status;
}

export const find: Tool = { name: 'find', run: runFind };

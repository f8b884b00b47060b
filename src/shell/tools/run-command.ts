/** Running a program once for find or xargs. */
import { sys, type Sys } from '../../kernel';
import { statusOf } from '../exec/waiting';
import { cannotRun, findProgram } from './running';
import type { Context } from './tool';

/** Starts a program for find or xargs and waits for it. */
export function* runCommand(tool: Context, argv: readonly string[], stdin = 0): Sys<number> {
  yield* tool.flush();
  const path = yield* findProgram(tool.env, argv[0]!);
  if (path === undefined) {
    if (tool.name === 'xargs')
      return yield* cannotRun(tool, argv[0]!, 'No such file or directory', 127);
    yield* tool.warn(
      tool.busybox
        ? `${argv[0]!}: No such file or directory`
        : `'${argv[0]!}': No such file or directory`,
    );
    return 127;
  }
  const fds: [number, number][] = [
    [0, stdin],
    [1, 1],
    [2, 2],
  ];
  const pid = yield* sys.spawn({ path, argv, env: tool.env, fds });
  return statusOf(yield* sys.waitpid(pid));
}

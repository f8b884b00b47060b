/**
 * `edit FILE`: asks the page around the terminal to open a file in its editor, by an operating system
 * command of the terminal (OSC 7717). Ours; the machine itself is as before.
 */
import { sys, type Sys } from '../../kernel';
import type { Context, Tool } from './tool';

function* runEdit(tool: Context): Sys<number> {
  const [name] = tool.args;
  if (name === undefined || tool.args.length > 1) {
    yield* sys.write(2, 'usage: edit FILE\n');
    return 2;
  }
  if (!(yield* sys.isatty(1))) {
    yield* sys.write(2, 'edit: no terminal to show it beside\n');
    return 1;
  }
  const cwd = yield* sys.getcwd();
  const path = name.startsWith('/') ? name : `${cwd === '/' ? '' : cwd}/${name}`;
  yield* sys.write(1, `\x1b]7717;edit;${path.replace(/\/\.\//g, '/')}\x07`);
  return 0;
}

export const edit: Tool = { name: 'edit', only: 'gnu', run: runEdit };

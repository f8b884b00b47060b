/** Files that a command writes whole (docker/cli: cli/command/utils.go), with Go's words. */
import { SysError, sys, type FileStat, type Sys } from '../kernel';
import { CliError } from './errors';
import { errnoText } from './files';
import { out } from './invocation';
import { cleanPath, dirOf } from './paths';

/** The stat of a path, or nothing where there is none. */
export function* statOf(path: string, follow = true): Sys<FileStat | undefined> {
  try {
    return follow ? yield* sys.stat(path) : yield* sys.lstat(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.errno === 'ENOENT') return undefined;
    throw new CliError(`${follow ? 'stat' : 'lstat'} ${path}: ${errnoText(error)}`);
  }
}

/** `ValidateOutputPath` */
export function* checkOutputPath(path: string): Sys<void> {
  const dir = dirOf(cleanPath(path));
  if (dir !== '.' && !(yield* statOf(dir)))
    throw new CliError(`invalid output path: directory ${JSON.stringify(dir)} does not exist`);
  const type = path === '' ? undefined : (yield* statOf(path))?.type;
  if (isDevice(type)) {
    const must = `${JSON.stringify(path)} must be a directory or a regular file`;
    throw new CliError(`invalid output path: ${must}: got a device`);
  }
}

function isDevice(type: string | undefined): boolean {
  return type !== undefined && !['file', 'dir', 'symlink', 'fifo', 'socket'].includes(type);
}

/** The daemon's answer to the file of `-o` or to stdout; `failed` begins a complaint. */
export function* toOutput(path: string, failed: string, content: () => Sys<number>): Sys<void> {
  if (path === '' && (yield* sys.isatty(1)))
    throw new CliError('cowardly refusing to save to a terminal. Use the -o flag or redirect');
  try {
    yield* checkOutputPath(path);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`${failed}: ${error.message}`);
  }
  const fd = yield* content();
  if (path === '') {
    for (;;) {
      const piece = yield* sys.read(fd);
      if (piece.length === 0) break;
      yield* out(piece);
    }
  } else yield* copyToFile(path, yield* sys.readAll(fd));
  yield* sys.close(fd);
}

/** `CopyToFile`: under another name first, so that a half-written file is never seen. */
function* copyToFile(path: string, data: Uint8Array): Sys<void> {
  const [a = 0, b = 0, c = 0, d = 0] = yield* sys.random(4);
  const dir = dirOf(path);
  const name = `.docker_temp_${((a * 256 + b) * 256 + c) * 256 + d}`;
  const place = dir === '.' ? name : `${dir === '/' ? '' : dir}/${name}`;
  try {
    yield* sys.writeFile(place, data, 0o600);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new CliError(`open ${place}: ${errnoText(error)}`);
  }
  if ((yield* statOf(path, false))?.type === 'dir') {
    yield* sys.unlink(place);
    throw new CliError(`rename ${place} ${path}: file exists`);
  }
  yield* sys.rename(place, path);
}

/** The file of `docker build --iidfile`: gone before a build, written after it (docker/cli `build.go`). */
import { encodeUtf8 } from '../base';
import { SysError, sys, type Sys } from '../kernel';
import { CliError } from './errors';
import { errnoText } from './files';

/** Each builder begins its complaint with a word of its own. */
export function* removeImageIdFile(file: string, verb: 'removing' | 'Removing'): Sys<void> {
  try {
    yield* sys.unlink(file);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.errno !== 'ENOENT')
      throw new CliError(`${verb} image ID file: remove ${file}: ${errnoText(error)}`);
  }
}

export function* writeImageIdFile(file: string, imageId: string, complaint = ''): Sys<void> {
  try {
    yield* sys.writeFile(file, encodeUtf8(imageId));
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new CliError(`${complaint}open ${file}: ${errnoText(error)}`);
  }
}

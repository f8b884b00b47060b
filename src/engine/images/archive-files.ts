/** The files of an archive of images by name (moby `image/tarexport/load.go`), whatever its layout. */
import { decodeUtf8 } from '../../base';
import { decodeWholeJson, isJsonFailure } from '../../api';
import { plainArchive } from '../content/gunzip';
import { ArchiveError, readTar } from '../content/tar-reader';
import { safePath } from '../content/unpack';

export interface ManifestItem {
  readonly config: string;
  readonly repoTags: readonly string[];
  readonly layers: readonly string[];
  readonly parent: string;
}

export function readJson(file: Uint8Array): unknown {
  const parsed = decodeWholeJson(decodeUtf8(file));
  if (isJsonFailure(parsed)) throw new ArchiveError(parsed.message);
  return parsed.value;
}

const PLACE = '/var/lib/docker/tmp/docker-import-';

/** Files of the outer archive by clean path. */
export class ArchiveFiles {
  private readonly files = new Map<string, Uint8Array>();
  private readonly links = new Map<string, string>();

  constructor(
    bytes: Uint8Array,
    /** Nine digits, as the engine's temporary folder has. */
    private readonly place: string,
  ) {
    for (const entry of processing(() => readTar(plainArchive(bytes)))) {
      const parts = processing(() => safePath(entry.name));
      const path = parts.join('/');
      if (entry.type === 'file') this.files.set(path, entry.data);
      else if (entry.type === 'symlink' || entry.type === 'link') {
        const folder = entry.type === 'link' ? [] : parts.slice(0, -1);
        this.links.set(
          path,
          processing(() => resolveLink(entry.linkname, folder, entry.name)),
        );
      } else if (entry.type !== 'dir')
        throw processingError(`"${entry.name}" is a device or a pipe: not allowed here`);
    }
  }

  find(path: string): Uint8Array | undefined {
    let at = path;
    // A layer that several images share is a link to the first one's.
    for (let hops = 0; hops < 8; hops++) {
      const file = this.files.get(at);
      if (file) return file;
      const next = this.links.get(at);
      if (next === undefined) return undefined;
      at = next;
    }
    return undefined;
  }

  get(path: string): Uint8Array {
    const clean = safePath(path).join('/');
    const file = this.find(clean);
    if (file) return file;
    throw new ArchiveError(`open ${PLACE}${this.place}/${clean}: no such file or directory`);
  }
}

function resolveLink(target: string, folder: readonly string[], name: string): string {
  if (target.startsWith('/')) throw new ArchiveError(`invalid symlink "${name}" -> "${target}"`);
  try {
    return safePath([...folder, target].join('/')).join('/');
  } catch {
    throw new ArchiveError(`invalid symlink "${name}" -> "${target}"`);
  }
}

function processingError(message: string): ArchiveError {
  return new ArchiveError(`Error processing tar file(exit status 1): ${message}`);
}

/** What the unpacking process says is passed on with this in front. */
export function processing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ArchiveError ? processingError(error.message) : error;
  }
}

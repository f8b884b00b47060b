/**
 * What a registry keeps, as files under its root directory (distribution's filesystem driver): blobs by
 * digest, and for each repository links to its layers, manifests and tags. Nothing is held in memory, so
 * whoever changes a file in the volume changes what the registry gives out.
 */
import { decodeUtf8, encodeUtf8 } from '../../base';
import { SysError, sys, type Sys } from '../../kernel';
import { digestOf } from '../content/digest';

const hexOf = (digest: string) => digest.replace('sha256:', '');

export class RegistryPaths {
  readonly base: string;
  constructor(root: string) {
    this.base = `${root}/docker/registry/v2`;
  }
  blob(digest: string): string {
    const hex = hexOf(digest);
    return `${this.base}/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
  }
  repository(name: string): string {
    return `${this.base}/repositories/${name}`;
  }
  layerLink(name: string, digest: string): string {
    return `${this.repository(name)}/_layers/sha256/${hexOf(digest)}/link`;
  }
  revisionLink(name: string, digest: string): string {
    return `${this.repository(name)}/_manifests/revisions/sha256/${hexOf(digest)}/link`;
  }
  tags(name: string): string {
    return `${this.repository(name)}/_manifests/tags`;
  }
  tagLink(name: string, tag: string): string {
    return `${this.tags(name)}/${tag}/current/link`;
  }
  tagIndexLink(name: string, tag: string, digest: string): string {
    return `${this.tags(name)}/${tag}/index/sha256/${hexOf(digest)}/link`;
  }
  upload(name: string, id: string): string {
    return `${this.repository(name)}/_uploads/${id}`;
  }
}

/** Undefined where there is no such file. */
export function* readOrNone(path: string): Sys<Uint8Array | undefined> {
  try {
    return yield* sys.readFile(path);
  } catch (error) {
    if (error instanceof SysError && (error.errno === 'ENOENT' || error.errno === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}

/** The digest that a link file names. */
export function* readLink(path: string): Sys<string | undefined> {
  const bytes = yield* readOrNone(path);
  return bytes && decodeUtf8(bytes).trim();
}

export function* writeAt(path: string, data: Uint8Array): Sys<void> {
  yield* makeFolder(path.slice(0, path.lastIndexOf('/')));
  yield* sys.writeFile(path, data);
}

export function* writeLink(path: string, digest: string): Sys<void> {
  yield* writeAt(path, encodeUtf8(digest));
}

function* makeFolder(path: string): Sys<void> {
  let sofar = '';
  for (const part of path.split('/').slice(1)) {
    sofar += `/${part}`;
    try {
      yield* sys.mkdir(sofar, 0o755);
    } catch (error) {
      if (!(error instanceof SysError) || error.errno !== 'EEXIST') throw error;
    }
  }
}

/** Names in a folder, sorted; none where there is no folder. */
export function* namesIn(path: string): Sys<string[]> {
  try {
    return (yield* sys.readdir(path))
      .map(({ name }) => name)
      .filter((name) => name !== '.' && name !== '..')
      .sort();
  } catch (error) {
    if (error instanceof SysError && error.errno === 'ENOENT') return [];
    throw error;
  }
}

/** A blob that the repository has. */
export function* linkedBlob(
  paths: RegistryPaths,
  name: string,
  digest: string,
): Sys<Uint8Array | undefined> {
  if ((yield* readLink(paths.layerLink(name, digest))) === undefined) return undefined;
  return yield* readOrNone(paths.blob(digest));
}

/** Stores bytes under their own digest and links them to a repository. */
export function* storeBlob(paths: RegistryPaths, name: string, bytes: Uint8Array): Sys<string> {
  const digest = digestOf(bytes);
  const path = paths.blob(digest);
  if ((yield* readOrNone(path)) === undefined) yield* writeAt(path, bytes);
  yield* writeLink(paths.layerLink(name, digest), digest);
  return digest;
}

/** All repositories that hold anything, in order. */
export function* repositories(paths: RegistryPaths): Sys<string[]> {
  const found: string[] = [];
  yield* collect(`${paths.base}/repositories`, '', found);
  return found.sort();
}

function* collect(folder: string, prefix: string, found: string[]): Sys<void> {
  for (const name of yield* namesIn(folder)) {
    if (name === '_layers') found.push(prefix.slice(0, -1));
    if (!name.startsWith('_')) yield* collect(`${folder}/${name}`, `${prefix}${name}/`, found);
  }
}

/** Removes a folder with all that is in it. */
export function* removeTree(path: string): Sys<void> {
  for (const name of yield* namesIn(path)) {
    const child = `${path}/${name}`;
    if ((yield* sys.lstat(child)).type === 'dir') yield* removeTree(child);
    else yield* sys.unlink(child);
  }
  yield* sys.rmdir(path);
}

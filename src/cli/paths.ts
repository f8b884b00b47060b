/** Paths as Go's `path/filepath` and moby's `pkg/archive` take them apart. */

/** `filepath.Clean` */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!rooted) parts.push('..');
  }
  const text = parts.join('/');
  return rooted ? `/${text}` : text === '' ? '.' : text;
}

/** `filepath.Dir` */
export function dirOf(path: string): string {
  return cleanPath(path.slice(0, path.lastIndexOf('/') + 1));
}

/** `filepath.Base` */
export function baseOf(path: string): string {
  if (path === '') return '.';
  const bare = path.replace(/\/+$/, '');
  return bare === '' ? '/' : bare.slice(bare.lastIndexOf('/') + 1);
}

export function joinPath(dir: string, name: string): string {
  return cleanPath(`${dir}/${name}`);
}

/** True for a path that ends in `.`: the content of a directory is meant. */
export function meansContent(path: string): boolean {
  return baseOf(path) === '.';
}

/** True for a path that can only be a directory. */
export function assertsDirectory(path: string): boolean {
  return path.endsWith('/') || meansContent(path);
}

/** A cleaned path with the `/` or `/.` that its original ended with. */
export function withEndOf(path: string, original: string): string {
  let text = path;
  if (!meansContent(text) && meansContent(original)) text += text.endsWith('/') ? '.' : '/.';
  if (!text.endsWith('/') && original.endsWith('/')) text += '/';
  return text;
}

/** `SplitPathDirEntry`: a directory and a name in it, which is `.` for the directory's content. */
export function splitEntry(path: string): readonly [dir: string, base: string] {
  let clean = cleanPath(path);
  if (meansContent(path) && !meansContent(clean)) clean += '/.';
  return [dirOf(clean), baseOf(clean)];
}

/**
 * A machine on which the recorded images of `layers` are built and their containers run: the base
 * image is the recorded tree, with a stand-in for busybox's machine code that has its size.
 */
import { gzipSync } from 'node:zlib';
import { layersLab, type TarEntry } from '../../../engine';
import { elfHeader } from '../../../kernel';
import { Driver, type ExecResult } from '../driver';

export interface RecordedEntry {
  readonly name: string;
  readonly type: string;
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly linkname: string;
  readonly mtime: number;
  readonly content?: string;
  readonly sha256?: string;
}

type ContextEntry =
  | string
  | { readonly content: string; readonly mode?: string }
  | { readonly symlink: string }
  | { readonly dir: true }
  | { readonly tar: readonly Partial<RecordedEntry>[]; readonly gz?: boolean };
export type Context = Readonly<Record<string, ContextEntry>>;

/** Times of the contexts' files. */
const CONTEXT_TIME = 1_300_000_000;
/** Times inside the contexts' own archives, and the size of their records. */
const PACKED_TIME = 1_000_000_000;
const RECORD_BYTES = 10_240;
const FOLDER = '/root/layers';
const API_SECONDS = 120;

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (ch) => ch.charCodeAt(0));
}

function tarEntry(entry: Partial<RecordedEntry> & { readonly name: string }): TarEntry {
  const type = entry.type === 'hardlink' ? 'link' : ((entry.type ?? 'file') as TarEntry['type']);
  let data = latin1(entry.content ?? '');
  if (entry.sha256 !== undefined && entry.size! > 0) {
    data = new Uint8Array(entry.size!);
    data.set(elfHeader());
  }
  return {
    name: entry.name,
    type,
    mode: Number.parseInt(entry.mode ?? (type === 'dir' ? '0755' : '0644'), 8),
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    linkname: entry.linkname ?? '',
    mtimeSeconds: entry.mtime ?? CONTEXT_TIME,
    data,
  };
}

export function archiveOf(entries: readonly Partial<RecordedEntry>[]): Uint8Array {
  const named = entries as readonly (Partial<RecordedEntry> & { readonly name: string })[];
  return layersLab.writeTar(named.map(tarEntry));
}

/** The context of a build as one archive, parents before children. */
function contextArchive(dockerfile: string, context: Context): Uint8Array {
  const folders = new Set<string>();
  const entries: TarEntry[] = [tarEntry({ name: 'Dockerfile', content: dockerfile })];
  for (const [path, entry] of Object.entries(context)) {
    const parts = path.split('/').slice(0, -1);
    parts.forEach((_part, i) => folders.add(`${parts.slice(0, i + 1).join('/')}/`));
    if (typeof entry === 'string') entries.push(tarEntry({ name: path, content: entry }));
    else if ('symlink' in entry)
      entries.push(
        tarEntry({ name: path, type: 'symlink', linkname: entry.symlink, mode: '0777' }),
      );
    else if ('dir' in entry) folders.add(`${path}/`);
    else if ('tar' in entry)
      entries.push({ ...tarEntry({ name: path }), data: packed(entry.tar, entry.gz ?? false) });
    else entries.push(tarEntry({ name: path, content: entry.content, mode: entry.mode ?? '0644' }));
  }
  const dirs = [...folders].sort().map((name) => tarEntry({ name, type: 'dir' }));
  return layersLab.writeTar([...dirs, ...entries]);
}

function packed(entries: readonly Partial<RecordedEntry>[], gz: boolean): Uint8Array {
  const bare = archiveOf(entries.map((entry) => ({ mtime: PACKED_TIME, ...entry })));
  // In records of twenty blocks, as tar writes them.
  const tar = new Uint8Array(Math.ceil(bare.length / RECORD_BYTES) * RECORD_BYTES);
  tar.set(bare);
  return gz ? new Uint8Array(gzipSync(tar)) : tar;
}

export class LayersWorld {
  private readonly driver = new Driver(1);

  constructor(base: readonly RecordedEntry[]) {
    const change = (text: string) => `changes=${encodeURIComponent(text)}`;
    const changes = `${change('ENV PATH=/bin')}&${change('CMD ["/bin/sh"]')}`;
    this.ask('POST', `/images/create?fromSrc=-&repo=base&tag=2&${changes}`, archiveOf(base));
  }

  /** The answer's bytes; an error of the engine is thrown. */
  ask(method: string, path: string, body: Uint8Array = new Uint8Array(0)): Uint8Array {
    const request = {
      method,
      path: `/v1.41${path}`,
      headers: { 'content-type': 'application/x-tar', 'content-length': String(body.length) },
      body,
    };
    const exchange = this.driver.openApi('node1', request);
    this.driver.runUntil(() => exchange.ended, API_SECONDS);
    const bytes = new Uint8Array(Buffer.concat(exchange.pieces));
    const status = exchange.head?.status ?? 0;
    if (status === 0 || status >= 300)
      throw new Error(`${method} ${path}: ${status} ${Buffer.from(bytes).toString().trim()}`);
    return bytes;
  }

  json(path: string): unknown {
    return JSON.parse(Buffer.from(this.ask('GET', path)).toString());
  }

  run(command: string): ExecResult {
    return this.driver.exec('node1', command);
  }

  build(tag: string, dockerfile: string, context: Context): void {
    const answer = this.ask('POST', `/build?t=${tag}`, contextArchive(dockerfile, context));
    const text = Buffer.from(answer).toString();
    if (!text.includes('Successfully built')) throw new Error(text.slice(-300));
  }

  /** Files in an empty folder, with the time of contexts; answers the folder. */
  put(files: Readonly<Record<string, string>>): string {
    this.run(`rm -rf ${FOLDER}; mkdir -p ${FOLDER}`);
    for (const [path, text] of Object.entries(files)) {
      const folder = `${FOLDER}/${path}`.replace(/\/[^/]*$/, '');
      this.run(`mkdir -p '${folder}'`);
      this.driver.writeFile('node1', `${FOLDER}/${path}`, text, 0o644);
    }
    this.run(`find ${FOLDER} -exec touch -h -d @${CONTEXT_TIME} {} +`);
    return FOLDER;
  }
}

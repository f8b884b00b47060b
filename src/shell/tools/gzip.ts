/** gzip, gunzip, zcat. Models GNU gzip 1.12 and BusyBox `gzip.c`; the compression is fflate's. */
import { gunzipSync, gzipSync } from 'fflate';
import { concatBytes, encodeUtf8 } from '../../base';
import { sys, SysError, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { statOrNone } from './files';
import { ToolExit, type Context, type Tool } from './tool';

interface Work {
  readonly tool: Context;
  readonly flags: ReadonlySet<string>;
  readonly level: number;
}

export function compress(
  data: Uint8Array,
  level: number,
  name: string | undefined,
  mtimeSeconds: number,
  /** GNU marks the fastest and the best level. */
  marked: boolean,
): Uint8Array {
  const made = gzipSync(data, { level: level as 6, mtime: 0 });
  // The header is ours: flags, time, what the level is marked with, the system, the name.
  const header = new Uint8Array(10);
  header.set([0x1f, 0x8b, 8, name === undefined ? 0 : 8]);
  new DataView(header.buffer).setUint32(4, mtimeSeconds, true);
  header[8] = marked ? (level === 9 ? 2 : level === 1 ? 4 : 0) : 0;
  header[9] = 3;
  const parts = [header, ...(name === undefined ? [] : [encodeUtf8(`${name}\0`)])];
  return concatBytes([...parts, made.subarray(10)]);
}

/** Undefined if it is not in gzip format. */
export function decompress(data: Uint8Array): Uint8Array | undefined {
  if (data[0] !== 0x1f || data[1] !== 0x8b) return undefined;
  try {
    return gunzipSync(data);
  } catch {
    return undefined;
  }
}

function* complain(work: Work, text: string, status: number): Sys<void> {
  const { tool } = work;
  yield* tool.flush();
  // GNU's gunzip and zcat are scripts around gzip.
  yield* sys.write(2, `${tool.busybox ? tool.name : 'gzip'}: ${text}\n`);
  tool.status = status === 2 && tool.status !== 1 ? 2 : 1;
}

function* read(work: Work, path: string): Sys<Uint8Array | undefined> {
  try {
    return path === '-' ? yield* sys.readAll(0) : yield* sys.readFile(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* complain(work, `${path}: ${errnoText(error.errno)}`, 1);
    return undefined;
  }
}

function* list(work: Work, path: string): Sys<void> {
  const data = yield* read(work, path);
  const plain = data && decompress(data);
  if (!data || !plain) return yield* complain(work, `${path}: not in gzip format`, 1);
  let header = 18;
  if (data[3]! & 8) header += data.indexOf(0, 10) - 9;
  const ratio = plain.length === 0 ? 0 : 100 * (1 - (data.length - header) / plain.length);
  yield* work.tool.print(
    `         compressed        uncompressed  ratio uncompressed_name\n` +
      `${String(data.length).padStart(19)} ${String(plain.length).padStart(19)} ${`${ratio.toFixed(1)}%`.padStart(6)} ${path.replace(/\.gz$/, '')}\n`,
  );
}

const SUFFIX = /\.(gz|tgz|taz|Z)$|-gz$/;

function* isBlocked(work: Work, path: string, target: string): Sys<boolean> {
  const { tool, flags } = work;
  if (flags.has('f') || !(yield* statOrNone(target))) return false;
  if (tool.busybox) yield* complain(work, `can't open '${target}': File exists`, 1);
  else yield* complain(work, `${target} already exists;\tnot overwritten`, 2);
  return path !== target;
}

function* oneFile(work: Work, path: string, inverse: boolean): Sys<void> {
  const { tool, flags } = work;
  const toOutput = path === '-' || flags.has('c') || flags.has('t');
  const stat = path === '-' ? undefined : yield* statOrNone(path);
  if (stat?.type === 'dir') {
    if (tool.busybox)
      return yield* complain(work, `can't remove file '${path}': Is a directory`, 1);
    return yield* complain(work, `${path} is a directory -- ignored`, 2);
  }
  let from = path;
  if (inverse && path !== '-' && !SUFFIX.test(path) && !flags.has('t') && !flags.has('c')) {
    if (stat || tool.busybox) {
      const dash = tool.busybox ? '-' : '--';
      return yield* complain(work, `${path}: unknown suffix ${dash} ignored`, tool.busybox ? 1 : 2);
    }
    from = `${path}.gz`;
  }
  if (!inverse && SUFFIX.test(path) && stat && !toOutput && !flags.has('f'))
    return yield* complain(work, `${path} already has .gz suffix -- unchanged`, 2);
  const data = yield* read(work, from);
  if (!data) return;
  let made: Uint8Array | undefined;
  if (inverse) {
    made = decompress(data);
    if (!made) {
      const name = path === '-' ? 'stdin' : from;
      const text = tool.busybox ? 'invalid magic' : `${name}: not in gzip format`;
      return yield* complain(work, text, 1);
    }
  } else {
    const named = !tool.busybox && !flags.has('n') && path !== '-';
    const seconds = named && stat ? Math.floor(stat.mtimeUs / 1e6) : 0;
    const name = named ? path.replace(/^.*\//, '') : undefined;
    made = compress(data, work.level, name, seconds, !tool.busybox);
  }
  if (flags.has('t')) return;
  if (toOutput) return yield* tool.print(made);
  const target = inverse
    ? from.replace(/\.t[ga]z$/, '.tar').replace(/(\.gz|\.Z|-gz)$/, '')
    : `${path}.gz`;
  if (yield* isBlocked(work, from, target)) return;
  yield* sys.writeFile(target, made);
  if (stat) {
    yield* sys.chmod(target, stat.mode);
    yield* sys.utimes(target, stat.atimeUs, stat.mtimeUs);
  }
  if (flags.has('v'))
    yield* sys.write(
      2,
      `${from}:\t${inverse ? '' : ' '}-- ${flags.has('k') ? 'created' : 'replaced with'} ${target}\n`,
    );
  if (!flags.has('k')) yield* sys.unlink(from);
}

function* runGzip(tool: Context): Sys<number> {
  const { flags, all, operands } = yield* tool.options({
    short: tool.busybox ? 'cdfkntqv123456789' : 'cdfklnNqrtv123456789',
    long: {
      stdout: 'c',
      decompress: 'd',
      uncompress: 'd',
      force: 'f',
      keep: 'k',
      list: 'l',
      'no-name': 'n',
      name: 'N',
      test: 't',
      verbose: 'v',
      fast: '1',
      best: '9',
      quiet: 'q',
    },
  });
  const zcat = tool.name === 'zcat';
  const inverse = flags.has('d') || flags.has('t') || zcat || tool.name === 'gunzip';
  const given = new Set(flags);
  if (zcat) given.add('c');
  const level = Number(all.map(([n]) => n).findLast((n) => /^\d$/.test(n)) ?? 6);
  const work: Work = { tool, flags: given, level };
  for (const path of operands.length > 0 ? operands : ['-']) {
    if (flags.has('l')) yield* list(work, path);
    else yield* oneFile(work, path, inverse);
  }
  if (tool.status !== 0) {
    yield* tool.flush();
    throw new ToolExit(tool.status);
  }
  return 0;
}

export const GZIP_TOOLS: readonly Tool[] = [
  { name: 'gzip', run: runGzip },
  { name: 'gunzip', run: runGzip },
  { name: 'zcat', run: runGzip },
];

/** tar: create, list, extract, append. Models GNU tar 1.34 and BusyBox `archival/tar.c`. */
import { sys, SysError, type FileStat, type Sys } from '../../kernel';
import { errnoText } from '../errno';
import { compilePattern } from '../exec/pattern';
import { formatTime } from '../time-format';
import { joinPath, statOrNone } from './files';
import { compress, decompress } from './gzip';
import { permissionText } from './mode';
import { groupName, readNames, userName, type Names } from './owners';
import { finishArchive, readArchive, writeMember, type Member } from './tar-format';
import { ToolExit, type Context, type Options, type Tool } from './tool';

interface Job {
  readonly tool: Context;
  readonly options: Options;
  readonly names: Names;
  readonly excluded: readonly RegExp[];
  readonly members: Member[];
  /** It has been said that a leading slash goes. */
  stripped: boolean;
}

/** After the first complaints GNU tar goes on and tells so at the end. */
function* complain(tool: Context, text: string): Sys<void> {
  yield* tool.warn(text);
  tool.status = tool.busybox ? 1 : 2;
}

function* fatal(tool: Context, text: string): Sys<never> {
  yield* tool.warn(text);
  if (!tool.busybox) yield* sys.write(2, 'tar: Error is not recoverable: exiting now\n');
  throw new ToolExit(tool.busybox ? 1 : 2);
}

function* addTree(job: Job, path: string): Sys<void> {
  const { tool, options } = job;
  if (job.excluded.some((e) => e.test(path) || e.test(path.replace(/^.*\//, '')))) return;
  const stat = yield* statOrNone(path, options.flags.has('h'));
  if (!stat) {
    const reason = 'No such file or directory';
    return yield* complain(
      tool,
      tool.busybox ? `${path}: ${reason}` : `${path}: Cannot stat: ${reason}`,
    );
  }
  const name = stat.type === 'dir' ? `${path.replace(/\/+$/, '')}/` : path;
  const stored = name.replace(/^\/+/, '');
  const member = yield* memberOf(job, path, stored, stat);
  if (!member) return;
  if (stored !== name && !job.stripped) {
    job.stripped = true;
    const words = tool.busybox ? "removing leading '/'" : "Removing leading `/'";
    yield* sys.write(2, `tar: ${words} from member names\n`);
  }
  if (stored !== '') job.members.push(member);
  if (options.flags.has('v'))
    yield* sys.write(options.values.get('f') === '-' ? 2 : 1, `${name}\n`);
  if (stat.type !== 'dir') return;
  for (const entry of yield* sys.readdir(path)) yield* addTree(job, joinPath(path, entry.name));
}

function* memberOf(job: Job, path: string, name: string, stat: FileStat): Sys<Member | undefined> {
  const type = { file: '0', dir: '5', symlink: '2' }[stat.type as string];
  if (type === undefined) {
    yield* complain(job.tool, `${path}: socket ignored`);
    return undefined;
  }
  return {
    name,
    mode: stat.mode,
    uid: stat.uid,
    gid: stat.gid,
    mtimeSeconds: Math.floor(stat.mtimeUs / 1e6),
    type,
    target: type === '2' ? yield* sys.readlink(path) : '',
    user: userName(job.names, stat.uid),
    group: groupName(job.names, stat.gid),
    data: type === '0' ? yield* sys.readFile(path) : new Uint8Array(0),
  };
}

function* load(tool: Context, path: string): Sys<Member[]> {
  let bytes: Uint8Array;
  try {
    bytes = path === '-' ? yield* sys.readAll(0) : yield* sys.readFile(path);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const reason = errnoText(error.errno);
    return yield* fatal(
      tool,
      tool.busybox ? `can't open '${path}': ${reason}` : `${path}: Cannot open: ${reason}`,
    );
  }
  const members = readArchive(decompress(bytes) ?? bytes);
  if (members) return members;
  if (tool.busybox) return yield* tool.fail('invalid tar magic');
  yield* tool.warn('This does not look like a tar archive');
  yield* sys.write(2, 'tar: Exiting with failure status due to previous errors\n');
  throw new ToolExit(2);
}

function longLine(tool: Context, m: Member): string {
  const letter = { '5': 'd', '2': 'l', '1': 'h' }[m.type] ?? '-';
  const time = formatTime(
    tool.busybox ? '%Y-%m-%d %H:%M:%S' : '%Y-%m-%d %H:%M',
    m.mtimeSeconds * 1e6,
  );
  const owner = `${m.user}/${m.group}`;
  const size = String(m.data.length);
  const link = m.type === '2' ? ` -> ${m.target}` : m.type === '1' ? ` link to ${m.target}` : '';
  const cells = tool.busybox
    ? `${owner} ${size.padStart(9)}`
    : `${owner} ${size.padStart(Math.max(9, 19 - 1 - owner.length))}`;
  return `${letter}${permissionText(m.mode)} ${cells} ${time} ${m.name}${link}\n`;
}

/** The members that were asked for by name, or all. */
function* chosen(job: Job, wanted: readonly string[]): Sys<Member[]> {
  const found = new Set<string>();
  const fits = (m: Member) => {
    if (job.excluded.some((e) => e.test(m.name))) return false;
    if (wanted.length === 0) return true;
    const name = m.name.replace(/\/$/, '');
    const hit = wanted.find(
      (w) => name === w.replace(/\/$/, '') || name.startsWith(`${w.replace(/\/$/, '')}/`),
    );
    if (hit !== undefined) found.add(hit);
    return hit !== undefined;
  };
  const out = job.members.filter(fits);
  for (const name of wanted) {
    if (found.has(name)) continue;
    yield* complain(
      job.tool,
      job.tool.busybox ? `${name}: not found in archive` : `${name}: Not found in archive`,
    );
  }
  return out;
}

function* makeParents(path: string): Sys<void> {
  const parts = path.split('/').slice(0, -1);
  for (let i = 1; i <= parts.length; i++) {
    const dir = parts.slice(0, i).join('/');
    if (dir === '' || (yield* statOrNone(dir))) continue;
    yield* sys.mkdir(dir);
  }
}

function* place(job: Job, m: Member): Sys<void> {
  const strip = Number(job.options.values.get('strip') ?? 0);
  let name = m.name.replace(/^\/+/, '');
  for (let i = 0; i < strip; i++) name = name.includes('/') ? name.replace(/^[^/]*\//, '') : '';
  if (name === '') return;
  const path = name.replace(/\/$/, '');
  yield* makeParents(path);
  const old = yield* statOrNone(path, false);
  if (m.type === '5') {
    if (!old) yield* sys.mkdir(path, m.mode);
    yield* sys.chmod(path, m.mode);
    return;
  }
  if (old && job.options.flags.has('k')) return;
  if (old) yield* sys.unlink(path);
  if (m.type === '2') return yield* sys.symlink(m.target, path);
  if (m.type === '1') return yield* sys.link(m.target, path);
  yield* sys.writeFile(path, m.data);
  yield* sys.chmod(path, m.mode);
  const { uid } = yield* sys.getuid();
  if (uid === 0 && !job.options.flags.has('o')) yield* sys.chown(path, m.uid, m.gid, false);
  if (!job.options.flags.has('m'))
    yield* sys.utimes(path, m.mtimeSeconds * 1e6, m.mtimeSeconds * 1e6);
}

function* extract(job: Job, members: readonly Member[]): Sys<void> {
  const { tool, options } = job;
  for (const m of members) {
    if (options.flags.has('v')) yield* tool.print(`${m.name}\n`);
    if (options.flags.has('O')) {
      yield* tool.print(m.data);
      continue;
    }
    try {
      yield* place(job, m);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* complain(tool, `${m.name}: Cannot open: ${errnoText(error.errno)}`);
    }
  }
  // A directory's time is set when nothing more comes into it.
  if (options.flags.has('O') || options.values.has('strip')) return;
  for (const m of members.filter((x) => x.type === '5').reverse()) {
    if (yield* statOrNone(m.name))
      yield* sys.utimes(m.name, m.mtimeSeconds * 1e6, m.mtimeSeconds * 1e6);
  }
}

function* store(job: Job, path: string): Sys<void> {
  let bytes = finishArchive(job.members.map(writeMember));
  const zipped = job.options.flags.has('z') || (job.options.flags.has('a') && /\.t?gz$/.test(path));
  if (zipped) bytes = compress(bytes, 6, undefined, 0, false);
  if (path === '-') yield* job.tool.print(bytes);
  else yield* sys.writeFile(path, bytes);
}

const LONG = {
  create: 'c',
  extract: 'x',
  get: 'x',
  list: 't',
  append: 'r',
  file: '=f',
  directory: '=C',
  gzip: 'z',
  verbose: 'v',
  'to-stdout': 'O',
  exclude: '=exclude',
  'strip-components': '=strip',
  'keep-old-files': 'k',
  'auto-compress': 'a',
  dereference: 'h',
  'no-same-owner': 'o',
  touch: 'm',
  'numeric-owner': 'n',
  'files-from': '=T',
  'exclude-from': '=X',
  'same-permissions': 'p',
  'preserve-permissions': 'p',
} as const;

/** In the old style the first word is letters without a dash; their values follow in order. */
function modernised(args: readonly string[]): string[] {
  const [first, ...rest] = args;
  if (first === undefined || first.startsWith('-')) return [...args];
  const out: string[] = [];
  for (const letter of first) {
    out.push(`-${letter}`);
    if ('fCTX'.includes(letter) && rest.length > 0) out.push(rest.shift()!);
  }
  return [...out, ...rest];
}

function* appendTo(job: Job, archive: string, operands: readonly string[]): Sys<void> {
  if (yield* statOrNone(archive)) job.members.push(...(yield* load(job.tool, archive)));
  for (const path of operands) yield* addTree(job, path);
}

function* runTar(tool: Context): Sys<number> {
  const short = 'cxtf:zvC:OkmpaohT:X:jJ';
  const args = modernised(tool.args);
  const options = yield* tool.options(
    { short: tool.busybox ? short : `${short}r`, long: LONG },
    args,
  );
  const { flags, values } = options;
  const mode = ['c', 'x', 't', 'r'].filter((m) => flags.has(m));
  if (mode.length !== 1) {
    if (tool.busybox) yield* tool.usage();
    const text =
      mode.length === 0
        ? "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options"
        : "You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option";
    yield* sys.write(2, `tar: ${text}\nTry 'tar --help' or 'tar --usage' for more information.\n`);
    return 2;
  }
  if (flags.has('j') || flags.has('J')) yield* tool.notSimulated(flags.has('j') ? '-j' : '-J');
  const operands = [...options.operands];
  if (values.has('T'))
    operands.push(...(yield* sys.readText(values.get('T')!)).split('\n').filter((l) => l !== ''));
  const excluded = options.all
    .filter(([n]) => n === 'exclude')
    .map(([, v]) => compilePattern(v!, false));
  const job: Job = {
    tool,
    options,
    names: yield* readNames(),
    excluded,
    members: [],
    stripped: false,
  };
  let archive = values.get('f') ?? '-';
  const writes = mode[0] === 'c' || mode[0] === 'r';
  if (writes && operands.length === 0) {
    if (tool.busybox) return yield* tool.fail('empty archive');
    yield* sys.write(
      2,
      "tar: Cowardly refusing to create an empty archive\nTry 'tar --help' or 'tar --usage' for more information.\n",
    );
    return 2;
  }
  if (!writes) job.members.push(...(yield* load(tool, archive)));
  if (values.has('C')) {
    if (writes && archive !== '-' && !archive.startsWith('/'))
      archive = joinPath(yield* sys.getcwd(), archive);
    try {
      yield* sys.chdir(values.get('C')!);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const reason = errnoText(error.errno);
      const dir = values.get('C')!;
      return yield* fatal(
        tool,
        tool.busybox
          ? `can't change directory to '${dir}': ${reason}`
          : `${dir}: Cannot open: ${reason}`,
      );
    }
  }
  yield* work(job, mode[0]!, archive, operands);
  yield* tool.flush();
  if (tool.status !== 0 && !tool.busybox)
    yield* sys.write(2, 'tar: Exiting with failure status due to previous errors\n');
  else if (tool.status !== 0 && writes)
    yield* sys.write(2, 'tar: error exit delayed from previous errors\n');
  return tool.status;
}

function* work(job: Job, mode: string, archive: string, operands: readonly string[]): Sys<void> {
  if (mode === 'c' || mode === 'r') {
    if (mode === 'r') yield* appendTo(job, archive, operands);
    else for (const path of operands) yield* addTree(job, path);
    yield* store(job, archive);
    return;
  }
  const members = yield* chosen(job, operands);
  if (mode === 'x') return yield* extract(job, members);
  for (const m of members)
    yield* job.tool.print(job.options.flags.has('v') ? longLine(job.tool, m) : `${m.name}\n`);
}

export const TAR_TOOLS: readonly Tool[] = [{ name: 'tar', run: runTar, usageStatus: 2 }];

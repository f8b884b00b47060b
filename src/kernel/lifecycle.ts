/**
 * Birth and death of processes: fork and exec as one, exec in place, exit, orphans, reaping. Models
 * `kernel/fork.c`, `fs/exec.c`, `kernel/exit.c`.
 */
import { assert, decodeUtf8, deepClone } from '../base';
import { Continuation } from './continuation';
import { PROGRAM_MEMORY_BYTES, SMALL_MEMORY_BYTES, startCost } from './costs';
import { DescriptorTable } from './descriptors';
import { ELF_HEADER_BYTES, elfKind, programNames } from './elf';
import { EXECUTE, find, permits } from './files/walk';
import type { Place } from './files/mounts';
import type { Kernel } from './kernel';
import { PidNumbers, type Namespaces, type PidNamespace } from './namespaces';
import { newNamespaces } from './namespace-calls';
import {
  Process,
  ProcessGroup,
  Session,
  type Credentials,
  type ExitStatus,
  type ProcessListener,
} from './process';
import { SysError, type Program, type Signal, type SpawnOptions } from './syscalls';
import { unknownProgram } from './unknown-program';

/** What `spawn` of a process and `startProcess` from outside have in common. */
export interface Birth {
  readonly parent: Process | undefined;
  readonly namespaces: Namespaces;
  readonly credentials: Credentials;
  readonly root: Place;
  readonly cwd: Place;
  readonly umask: number;
  readonly cgroup: Process['cgroup'];
  /** Undefined: a session of its own. */
  readonly session: Session | undefined;
  readonly group: ProcessGroup | undefined;
  readonly listener: ProcessListener | undefined;
}

/** A program found and ready to be started. */
export interface Loaded {
  readonly program: Program;
  readonly name: string;
  readonly comm: string;
  readonly exe: string;
  readonly argv: readonly string[];
}

/** `#!` lines may nest this deep (BINPRM's limit). */
const INTERPRETERS_MAX = 4;
/** Bytes of a file that exec looks at (BINPRM_BUF_SIZE). */
const HEAD_BYTES = 256;
/** MAXSYMLINKS */
const LINKS_MAX = 40;
/** Length of a name in /proc/PID/comm (TASK_COMM_LEN without its zero). */
const COMM_LENGTH = 15;
/** Processes of a machine, so that a fork bomb has an end (RLIMIT_NPROC's part). */
const PROCESSES_MAX = 4096;

export class Lifecycle {
  constructor(private readonly kernel: Kernel) {}

  /** spawn(2), so to speak: answers the child. Throws what fork or exec would fail with. */
  spawn(parent: Process, options: SpawnOptions): Process {
    const descriptors = options.fds.map(
      ([to, from]) => [to, parent.descriptors.get(from)] as const,
    );
    const cwd = options.cwd === undefined ? parent.cwd : this.directory(parent, options.cwd);
    const loaded = this.loadFor({ ...walkerOf(parent), cwd }, options);
    const made = newNamespaces(this.kernel, parent, options.unshare ?? []);
    const moved = made.places;
    const birth: Birth = {
      parent,
      namespaces: made.namespaces,
      credentials: parent.credentials,
      root: moved ? moved(parent.root) : parent.root,
      cwd: moved ? moved(cwd) : cwd,
      umask: parent.umask,
      cgroup: parent.cgroup,
      session: options.setsid === true ? undefined : parent.session,
      group: this.groupFor(parent, options),
      listener: undefined,
    };
    const child = this.create(birth, made.childPidNamespace);
    for (const signal of [...parent.inheritedIgnores, ...(options.ignore ?? [])]) {
      child.actions.set(signal, 'ignore');
      child.inheritedIgnores.add(signal);
    }
    this.dress(child, loaded, options.env, options.image);
    for (const [fd, description] of descriptors) child.descriptors.set(fd, description);
    this.kernel.scheduler.begin(child, startCost(loaded.name, options.path !== undefined));
    return child;
  }

  private groupFor(parent: Process, options: SpawnOptions): ProcessGroup | undefined {
    if (options.setsid === true || options.pgid === 0) return undefined;
    if (options.pgid === undefined) return parent.group;
    return this.findGroup(parent, options.pgid);
  }

  /** A group of the caller's session by the number that the caller sees. */
  findGroup(caller: Process, pgid: number): ProcessGroup {
    const namespace = caller.pid.namespace;
    for (const group of caller.session.groups)
      if (group.members.size > 0 && group.id.in(namespace) === pgid) return group;
    throw new SysError('EPERM');
  }

  private directory(process: Process, path: string): Place {
    const place = find(walkerOf(process), path);
    if (place.inode.type !== 'dir') throw new SysError('ENOTDIR');
    return place;
  }

  loadFor(walker: ReturnType<typeof walkerOf>, options: SpawnOptions): Loaded {
    if (options.path !== undefined) return this.load(walker, options.path, options.argv);
    const name = options.program ?? '';
    const program = this.kernel.programs.get(name);
    assert(program, `program ${name} is in the table`);
    const comm = baseName(options.argv[0] ?? name).replace(/^-/, '');
    return { program, name, comm, exe: '', argv: options.argv };
  }

  /** Finds what an executable file runs, through `#!` lines. */
  load(walker: ReturnType<typeof walkerOf>, path: string, argv: readonly string[]): Loaded {
    let file = path;
    let args = argv;
    for (let depth = 0; depth <= INTERPRETERS_MAX; depth++) {
      const line = this.firstLine(walker, file);
      if (line === undefined) throw new SysError('ENOEXEC');
      const [interpreter, argument] = splitLine(line);
      if (interpreter === 'drydock') {
        const name = argument ?? '';
        const program = this.kernel.programs.get(name) ?? unknownProgram;
        return { program, name, comm: baseName(path), exe: file, argv: args };
      }
      if (interpreter === '') throw new SysError('ENOEXEC');
      const rest = args.slice(1);
      args = [interpreter, ...(argument === undefined ? [] : [argument]), file, ...rest];
      file = interpreter;
    }
    throw new SysError('ELOOP');
  }

  /** What follows `#!` in the first line of an executable; undefined where there is no `#!`. */
  private firstLine(walker: ReturnType<typeof walkerOf>, path: string): string | undefined {
    const { inode } = find(walker, path);
    const stat = inode.fs.stat(inode);
    if (stat.type !== 'file') throw new SysError('EACCES');
    if (!permits(stat, walker.credentials, EXECUTE)) throw new SysError('EACCES');
    const data = inode.fs.openInode(inode, false);
    const bytes = data.fs.read(data, 0, HEAD_BYTES);
    const kind = elfKind(bytes);
    if (kind === 'foreign') return undefined;
    const head = decodeUtf8(kind === 'native' ? bytes.subarray(ELF_HEADER_BYTES) : bytes);
    if (!head.startsWith('#!'))
      return kind === 'native' ? this.nativeLine(walker, path) : undefined;
    const end = head.indexOf('\n');
    // A carriage return counts as part of the name, as in Linux.
    return head.slice(2, end < 0 ? undefined : end).replace(/^[ \t]+|[ \t]+$/g, '');
  }

  /** The line that an executable of machine code would have if it were one of ours. */
  private nativeLine(walker: ReturnType<typeof walkerOf>, path: string): string {
    let file = path;
    for (let links = 0; links < LINKS_MAX; links++) {
      const { inode } = find(walker, file, false);
      if (inode.type !== 'symlink') break;
      const target = inode.fs.readlink(inode);
      file = target.startsWith('/')
        ? target
        : `${file.slice(0, file.lastIndexOf('/') + 1)}${target}`;
    }
    const names = programNames(file);
    return `drydock ${names.find((name) => this.kernel.programs.has(name)) ?? names[0]!}`;
  }

  /** A process that has all but a program and descriptors. */
  create(birth: Birth, childPidNamespace?: PidNamespace): Process {
    if (this.kernel.processCount >= PROCESSES_MAX || birth.cgroup.refusesProcess())
      throw new SysError('EAGAIN');
    const namespace = childPidNamespace ?? birth.namespaces.pid;
    if (namespace.level > 0 && !namespace.init && namespace.processes.size > 0)
      throw new SysError('ENOMEM');
    const pid = this.number(namespace);
    this.kernel.forks++;
    const process = new Process(this.kernel, pid);
    process.parent = birth.parent;
    birth.parent?.children.add(process);
    process.namespaces =
      namespace === birth.namespaces.pid
        ? birth.namespaces
        : { ...birth.namespaces, pid: namespace };
    process.credentials = birth.credentials;
    process.root = birth.root;
    process.cwd = birth.cwd;
    process.umask = birth.umask;
    process.cgroup = birth.cgroup;
    process.cgroup.members.add(process);
    process.listener = birth.listener;
    process.descriptors = new DescriptorTable();
    const session = birth.session ?? new Session(pid);
    process.group = birth.group ?? new ProcessGroup(pid, session);
    session.groups.add(process.group);
    process.group.members.add(process);
    for (let at: PidNamespace | undefined = namespace; at; at = at.parent)
      at.processes.set(pid.numbers[at.level]!, process);
    return process;
  }

  private number(namespace: PidNamespace): PidNumbers {
    const numbers: number[] = [];
    for (let at = namespace; ; at = at.parent) {
      const level = at;
      numbers[at.level] = at.allocate((number) => this.kernel.isGroupNumber(level, number));
      if (!at.parent) break;
    }
    return new PidNumbers(namespace, numbers);
  }

  /** Gives a process a program, at its birth or by exec. */
  dress(
    process: Process,
    loaded: Loaded,
    env: Readonly<Record<string, string>>,
    image: unknown,
  ): void {
    process.program = loaded.name;
    process.comm = loaded.comm.slice(0, COMM_LENGTH);
    process.exe = loaded.exe;
    process.argv = Object.freeze([...loaded.argv]);
    process.env = Object.freeze({ ...env });
    process.programBytes = PROGRAM_MEMORY_BYTES[loaded.name] ?? SMALL_MEMORY_BYTES;
    process.heldBytes = 0;
    process.continuation = new Continuation(loaded.program, {
      argv: process.argv,
      env: process.env,
      image: deepClone(image),
    });
  }

  /** execve(2): the process goes on as another program; caught signals become default ones. */
  exec(
    process: Process,
    path: string,
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
  ): void {
    const loaded = this.load(walkerOf(process), path, argv);
    for (const [signal, action] of process.actions)
      if (action === 'catch') process.actions.delete(signal);
      else process.inheritedIgnores.add(signal);
    process.caught = [];
    process.interrupt = undefined;
    process.request = undefined;
    process.progress = {};
    this.dress(process, loaded, env, undefined);
    this.kernel.scheduler.begin(process, startCost(loaded.name, true));
  }

  /** Ends a process. Its number stays until the parent has waited for it. */
  exit(process: Process, status: ExitStatus): void {
    if (!process.isAlive) return;
    const { session } = process;
    const leads = session.id === process.pid;
    this.kernel.scheduler.retire(process);
    this.kernel.dropPending(process);
    process.phase = 'zombie';
    process.exitStatus = status;
    process.report = undefined;
    process.cgroup.members.delete(process);
    process.descriptors.closeAll();
    if (process.isInit) this.killNamespace(process);
    const orphaned = this.groupsThatWouldBeOrphaned(process);
    this.leaveChildren(process);
    if (leads) this.endSession(session);
    for (const left of orphaned) this.wakeOrphans(left);
    this.finish(process, status);
  }

  private finish(process: Process, status: ExitStatus): void {
    const { parent, listener } = process;
    if (!parent || !parent.isAlive || listener || parent.actions.get('CHLD') === 'ignore') {
      this.reap(process);
      if (parent?.isAlive) this.kernel.signalling.tellParent(process);
    } else {
      this.kernel.signalling.tellParent(process);
    }
    // Last, because the listener may start the next process.
    listener?.onExit(process.globalPid, status);
  }

  /** Process 1 of a namespace ended: all others in it are killed (zap_pid_ns_processes). */
  private killNamespace(init: Process): void {
    const others = [...init.pid.namespace.processes.values()].filter((other) => other !== init);
    for (const other of others) this.exit(other, { termSignal: 'KILL' });
  }

  /** Children go to process 1 of the namespace; what nobody can wait for is reaped. */
  private leaveChildren(process: Process): void {
    const init = process.pid.namespace.init;
    const heir = init && init !== process && init.isAlive ? init : undefined;
    for (const child of process.children) {
      child.parent = heir;
      if (heir) heir.children.add(child);
      if (child.phase !== 'zombie') continue;
      if (heir) this.kernel.signalling.tellParent(child);
      else this.reap(child);
    }
    process.children.clear();
  }

  /** Groups that lose with this process the last parent who could continue them. */
  private groupsThatWouldBeOrphaned(process: Process): ProcessGroup[] {
    const groups = new Set<ProcessGroup>();
    for (const child of process.children)
      if (child.group !== process.group && child.session === process.session)
        groups.add(child.group);
    return [...groups].filter((group) => !this.kernel.signalling.isOrphaned(group));
  }

  /** A group that became orphaned with stopped members gets HUP and CONT. */
  private wakeOrphans(group: ProcessGroup): void {
    const { signalling } = this.kernel;
    if (!signalling.isOrphaned(group)) return;
    if (![...group.members].some((member) => member.stopped)) return;
    signalling.toGroup(group, 'HUP');
    signalling.toGroup(group, 'CONT');
  }

  /** The session leader is gone: HUP to the foreground, and the terminal belongs to nobody. */
  private endSession(session: Session): void {
    const { terminal } = session;
    if (!terminal) return;
    const { foreground } = terminal;
    terminal.disown();
    const signals: readonly Signal[] = ['HUP', 'CONT'];
    if (foreground)
      for (const signal of signals) this.kernel.signalling.toGroup(foreground, signal);
  }

  /** Frees the number of a zombie. */
  reap(process: Process): void {
    process.phase = 'dead';
    // A zombie still holds its group, so that later processes of a pipeline can join it.
    const { group } = process;
    group.members.delete(process);
    if (group.members.size === 0) group.session.groups.delete(group);
    process.parent?.children.delete(process);
    for (let at: PidNamespace | undefined = process.pid.namespace; at; at = at.parent)
      at.processes.delete(process.pid.numbers[at.level]!);
    this.kernel.forget(process);
  }
}

export function walkerOf(process: Process) {
  return {
    namespace: process.namespaces.mnt,
    root: process.root,
    cwd: process.cwd,
    credentials: process.credentials,
  };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Interpreter and, as one word, all that follows it. */
function splitLine(line: string): [string, string | undefined] {
  const mark = line.search(/[ \t]/);
  if (mark < 0) return [line, undefined];
  return [line.slice(0, mark), line.slice(mark).trim()];
}

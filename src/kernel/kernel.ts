/**
 * The Linux kernel of one machine: owns its processes, mounts, terminals and namespaces, and is
 * what node/ and engine/ hold. The work is done by the parts: scheduler.ts runs processes,
 * lifecycle.ts makes and ends them, signalling.ts, and the calls in *-calls.ts.
 */
import { type Runtime, assert, encodeUtf8, toHex } from '../base';
import { Cgroup } from './cgroup';
import { startCost } from './costs';
import { Description } from './descriptors';
import { DeviceFile } from './files/devices';
import { Disk } from './files/disk';
import type { FileSystem, Inode } from './files/filesystem';
import { MemoryFileSystem } from './files/memory';
import {
  type Mount,
  MountIds,
  MountNamespace,
  type MountOptions,
  type Place,
} from './files/mounts';
import { InputPipe, type OutputListener, OutputPipe } from './files/outside-pipe';
import { Pipe } from './files/pipe';
import { type Walker, find, pathOf, walk } from './files/walk';
import { makeDirectories, mountMachine } from './host-files';
import { INIT_ARGV, initProgram } from './init-program';
import type { KernelOptions, KernelOutside, ProcessInfo, StartOptions } from './kernel-options';
import { type Birth, Lifecycle } from './lifecycle';
import {
  CgroupNamespace,
  FIRST_NAMESPACE,
  IpcNamespace,
  type Namespaces,
  PidNamespace,
  type PidNumbers,
  UserNamespace,
  UtsNamespace,
} from './namespaces';
import type { NetworkCalls, NetworkNamespace, PendingCall } from './network-calls';
import type { OpenFile } from './open-file';
import type { Process } from './process';
import { type CgroupFileSystem, newCgroupFileSystem } from './proc/cgroupfs';
import { type ProcFileSystem, newProcFileSystem } from './proc/procfs';
import { processInfo } from './process-info';
import { Scheduler } from './scheduler';
import { Signalling } from './signalling';
import { SysError, type ProgramTable, type Signal } from './syscalls';
import { Terminal, TerminalRegistry, type TerminalOptions } from './terminal/terminal';
import { WallClock } from './wall-clock';
import { WaitQueue } from './wait-queue';

/** 40 GiB: what small virtual machines get. */
const DISK_BYTES = 40 * 2 ** 30;
/** Where the numbers of anonymous inodes (pipes, sockets) and new namespaces begin. */
/** What programs of one machine may gather in all: our own bound, for a page has less. */
const HELD_BYTES_MAX = 512 * 2 ** 20;
const FIRST_ANONYMOUS_INODE = 16_000;
const FIRST_NEW_NAMESPACE = 4_026_532_180;

/** Waits for `answer`. */
interface Question {
  readonly waitQueue: WaitQueue;
  answered: boolean;
  result: unknown;
}

export class Kernel {
  readonly wallClock: WallClock;
  readonly disk: Disk;
  readonly programs: ProgramTable;
  readonly outside: KernelOutside;
  readonly network: NetworkCalls | undefined;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly scheduler: Scheduler;
  readonly lifecycle: Lifecycle;
  readonly signalling: Signalling;
  readonly rootCgroup = new Cgroup('', undefined);
  /** The machine's own namespaces. */
  readonly namespaces: Namespaces;
  readonly rootFs: FileSystem;
  /** Terminals of the machine's own /dev/pts. */
  readonly terminals = new TerminalRegistry();
  readonly mountIds = new MountIds();
  /** FIFOs that are open. */
  readonly fifos = new Map<Inode, Pipe>();
  readonly bootedAt: number;
  /** Processes ever made, for /proc/stat and loadavg. */
  forks = 0;
  /** The whole tree of control groups as a filesystem. */
  readonly cgroupFs: CgroupFileSystem;
  /** /proc/sys/kernel/random/boot_id */
  readonly bootId: string;
  private lastInode = FIRST_ANONYMOUS_INODE;
  private lastNamespace = FIRST_NEW_NAMESPACE;
  private lastDevice = 40;
  private lastToken = 0;
  private readonly questions = new Map<number, Question>();

  constructor(
    readonly runtime: Runtime,
    options: KernelOptions,
  ) {
    this.programs = options.programs;
    this.outside = options.outside;
    this.network = options.network;
    this.cpus = options.cpus;
    this.memoryBytes = options.memoryBytes;
    this.bootedAt = runtime.now;
    this.wallClock = new WallClock(runtime, options.epochUs);
    this.disk = new Disk(options.diskBytes ?? DISK_BYTES);
    this.scheduler = new Scheduler(this, options.cpus);
    this.lifecycle = new Lifecycle(this);
    this.signalling = new Signalling(this);
    if (options.rootFs instanceof MemoryFileSystem)
      options.rootFs.rebind(this.wallClock, this.disk);
    this.rootFs =
      options.rootFs ??
      new MemoryFileSystem({ type: 'ext4', dev: 0x801, clock: this.wallClock, disk: this.disk });
    const { mnt } = FIRST_NAMESPACE;
    const rootOptions = { source: '/dev/sda1', options: 'relatime' };
    this.namespaces = {
      mnt: new MountNamespace(mnt, this.mountIds, this.rootFs, rootOptions),
      pid: new PidNamespace(FIRST_NAMESPACE.pid, undefined),
      net: options.networkNamespace,
      uts: new UtsNamespace(FIRST_NAMESPACE.uts, options.hostname),
      ipc: new IpcNamespace(FIRST_NAMESPACE.ipc),
      user: new UserNamespace(FIRST_NAMESPACE.user),
      cgroup: new CgroupNamespace(FIRST_NAMESPACE.cgroup, this.rootCgroup),
    };
    this.cgroupFs = newCgroupFileSystem(this, this.nextDevice());
    this.bootId = uuidOf(runtime.random('boot-id').bytes(16));
    mountMachine(this);
    this.startInit();
  }

  /** Process 1, which reaps orphans. */
  private startInit(): void {
    const process = this.lifecycle.create(this.birth({ argv: [], env: {}, stdio: this.noStdio() }));
    const loaded = { program: initProgram, name: 'systemd', comm: 'systemd', exe: INIT_ARGV[0]! };
    this.lifecycle.dress(process, { ...loaded, argv: INIT_ARGV }, {}, undefined);
    this.scheduler.begin(process, 0);
  }

  private noStdio(): StartOptions['stdio'] {
    const file = this.nullFile();
    return [file, file, file];
  }

  // --- processes

  /**
   * Starts a process from outside and answers its number in the machine's first pid namespace.
   * Throws `SysError` with what exec or chdir would fail with. Its session is its own.
   */
  startProcess(options: StartOptions): number {
    const birth = this.birth(options);
    const walker: Walker = { ...birth, namespace: birth.namespaces.mnt };
    const { path, program, image, argv, env } = options;
    const spawnOptions = {
      argv,
      env,
      fds: [],
      ...(path === undefined ? {} : { path }),
      ...(program === undefined ? {} : { program }),
    };
    const loaded = this.lifecycle.loadFor(walker, spawnOptions);
    const process = this.lifecycle.create(birth);
    this.lifecycle.dress(process, loaded, env, image);
    const descriptions = new Map<OpenFile, Description>();
    options.stdio.forEach((file, fd) => {
      const description = descriptions.get(file) ?? new Description(file, true, true);
      descriptions.set(file, description);
      process.descriptors.set(fd, description);
    });
    options.stdio[0].terminal?.adopt(process.session, process.group);
    this.scheduler.begin(process, startCost(loaded.name, path !== undefined));
    return process.globalPid;
  }

  private birth(options: StartOptions): Birth {
    const namespaces = options.namespaces ?? this.namespaces;
    const root = namespaces.mnt.enter(namespaces.mnt.root.rootPlace);
    const credentials = { uid: options.uid ?? 0, gid: options.gid ?? 0 };
    const walker = { namespace: namespaces.mnt, root, cwd: root, credentials };
    const cwd = options.cwd === undefined ? root : find(walker, options.cwd);
    if (cwd.inode.type !== 'dir') throw new SysError('ENOTDIR');
    const parent =
      options.parentPid === undefined
        ? undefined
        : this.namespaces.pid.processes.get(options.parentPid);
    return {
      parent,
      namespaces,
      credentials,
      root,
      cwd,
      umask: 0o022,
      cgroup: options.cgroup ?? this.rootCgroup,
      session: undefined,
      group: undefined,
      listener: options.listener,
    };
  }

  get processCount(): number {
    return this.namespaces.pid.processes.size;
  }

  /** By number in the machine's first pid namespace. */
  process(pid: number): Process | undefined {
    return this.namespaces.pid.processes.get(pid);
  }

  findProcess(pid: PidNumbers): Process | undefined {
    const found = this.namespaces.pid.processes.get(pid.numbers[0]!);
    return found?.pid === pid ? found : undefined;
  }

  /** By the number that `viewer` sees; throws ESRCH. 0 is the viewer itself. */
  visibleProcess(viewer: Process, pid: number): Process {
    if (pid === 0) return viewer;
    const found = viewer.pid.namespace.processes.get(pid);
    if (!found) throw new SysError('ESRCH');
    return found;
  }

  /** True while a process group or a session of that number exists, so that it is not given out. */
  isGroupNumber(namespace: PidNamespace, number: number): boolean {
    for (const process of namespace.processes.values()) {
      if (process.group.id.in(namespace) === number) return true;
      if (process.session.id.in(namespace) === number) return true;
    }
    return false;
  }

  /** Of all namespaces, or of one and those below it. */
  processes(namespace: PidNamespace = this.namespaces.pid): ProcessInfo[] {
    return [...namespace.processes.values()].map(processInfo);
  }

  /** Sends a signal from outside: it comes from above all of the machine's pid namespaces. */
  signal(pid: number, signal: Signal): void {
    const process = this.process(pid);
    if (process) this.signalling.send(process, signal);
  }

  /** A process was reaped. */
  forget(process: Process): void {
    this.dropPending(process);
  }

  // --- control groups

  freeze(cgroup: Cgroup): void {
    cgroup.frozen = true;
  }

  thaw(cgroup: Cgroup): void {
    cgroup.frozen = false;
    for (const process of [...this.namespaces.pid.processes.values()])
      if (process.isAlive && isWithin(process.cgroup, cgroup)) this.scheduler.release(process);
  }

  /** After a process grew: kills where a control group or the machine has too little. */
  checkMemory(process: Process): void {
    for (let at: Cgroup | undefined = process.cgroup; at; at = at.parent) {
      const limit = at.limits.memoryBytes ?? (at.parent ? undefined : this.memoryBytes);
      const full = limit !== undefined && at.memoryBytes > limit;
      if (!full && (at.parent || this.heldBytes <= HELD_BYTES_MAX)) continue;
      this.killBiggest(at);
      return;
    }
  }

  private get heldBytes(): number {
    let bytes = 0;
    for (const process of this.namespaces.pid.processes.values()) bytes += process.heldBytes;
    return bytes;
  }

  /** The biggest process of a control group and below goes (`mm/oom_kill.c: oom_badness`). */
  private killBiggest(cgroup: Cgroup): void {
    let victim: Process | undefined;
    for (const process of this.namespaces.pid.processes.values()) {
      if (!process.isAlive || !isWithin(process.cgroup, cgroup)) continue;
      if (!victim || process.memoryBytes > victim.memoryBytes) victim = process;
    }
    if (!victim) return;
    victim.oomKilled = true;
    // The group that the victim was charged to counts it, as its container's daemon reads there.
    for (let at: Cgroup | undefined = victim.cgroup; at?.parent; at = at.parent) at.oomKills++;
    victim.heldBytes = 0;
    this.signalling.send(victim, 'KILL');
  }

  /** Kills all members of a control group for want of memory, biggest first (OOM). */
  killForMemory(cgroup: Cgroup): void {
    cgroup.oomKills++;
    const members = [...cgroup.members].sort((a, b) => b.memoryBytes - a.memoryBytes);
    for (const process of members) {
      process.oomKilled = true;
      this.signalling.send(process, 'KILL');
    }
  }

  // --- terminals, pipes and files for processes started from outside

  openTerminal(options: TerminalOptions): Terminal {
    return new Terminal(this, options);
  }

  /** A pipe that a process writes and the daemon collects. */
  openOutput(listener: OutputListener, tag: string): OutputPipe {
    return new OutputPipe(this.nextInode(), listener, tag);
  }

  /** A pipe that the daemon feeds and a process reads. */
  openInput(): InputPipe {
    return new InputPipe(this.nextInode());
  }

  nullFile(): OpenFile {
    return new DeviceFile(this, 'null');
  }

  newPipe(): Pipe {
    return new Pipe(this.nextInode(), undefined, '', this.wallClock.now());
  }

  // --- mounts

  /** A mount namespace with this filesystem as its root, and nothing else mounted. */
  newMountNamespace(rootFs: FileSystem, options: MountOptions): MountNamespace {
    return new MountNamespace(this.nextNamespaceId(), this.mountIds, rootFs, options);
  }

  /** Mounts at a path that must exist. */
  mount(namespace: MountNamespace, path: string, fs: FileSystem, options: MountOptions): Mount {
    const walker = this.walker(namespace);
    const { place, parent, name } = walk(walker, path, true);
    if (!place) throw new SysError('ENOENT');
    const folder = pathOf(namespace, walker.root, parent) ?? '/';
    const where = name === '' ? '/' : folder === '/' ? `/${name}` : `${folder}/${name}`;
    return namespace.mount(place, fs, { ...options, path: where });
  }

  /** Bind mount of a place, which may be of another namespace, be it a directory or a file. */
  bindMount(
    namespace: MountNamespace,
    from: Place,
    path: string,
    options: { readonly readOnly?: boolean; readonly source?: string } = {},
  ): Mount {
    const { mount, inode } = from;
    return this.mount(namespace, path, mount.fs, {
      source: options.source ?? mount.source,
      options: mount.options,
      readOnly: options.readOnly ?? mount.readOnly,
      root: inode,
    });
  }

  /** Path of a place as a process would say it; '' where it cannot be reached from its root. */
  pathFor(process: Process, place: Place): string {
    return pathOf(process.namespaces.mnt, process.root, place) ?? '';
  }

  /** Path of a name in a directory. */
  pathIn(process: Process, dir: Place, name: string): string {
    const folder = this.pathFor(process, dir);
    return folder === '/' ? `/${name}` : `${folder}/${name}`;
  }

  /** A group's directory in `cgroupFs`, to be mounted as the /sys/fs/cgroup of a container. */
  cgroupDirectory(cgroup: Cgroup): Inode {
    if (!cgroup.parent) return this.cgroupFs.root;
    const dir = this.cgroupDirectory(cgroup.parent);
    return this.cgroupFs.lookup(dir, cgroup.name) ?? this.cgroupFs.root;
  }

  /** Walks paths of a namespace as root. */
  walker(namespace: MountNamespace = this.namespaces.mnt): Walker {
    const root = namespace.enter(namespace.root.rootPlace);
    return { namespace, root, cwd: root, credentials: { uid: 0, gid: 0 } };
  }

  /** The place of a path; throws ENOENT and the like. */
  find(path: string, namespace: MountNamespace = this.namespaces.mnt): Place {
    return find(this.walker(namespace), path);
  }

  /** An empty tmpfs. */
  newTmpfs(rootMode = 0o1777): MemoryFileSystem {
    const { wallClock: clock } = this;
    return new MemoryFileSystem({ type: 'tmpfs', dev: this.nextDevice(), clock, rootMode });
  }

  /** A filesystem on the machine's disk (a volume, the writable layer of a container). */
  newDiskFileSystem(type = 'ext4'): MemoryFileSystem {
    const { wallClock: clock, disk } = this;
    return new MemoryFileSystem({ type, dev: this.nextDevice(), clock, disk });
  }

  newProcfs(namespace: PidNamespace): ProcFileSystem {
    return newProcFileSystem(this, namespace, this.nextDevice());
  }

  // --- files of the machine, for who fills its disk

  /** mkdir -p as root. */
  makeDirectories(path: string, mode = 0o755): void {
    makeDirectories(this, path, mode);
  }

  // --- namespaces

  nextNamespaceId(): number {
    return this.lastNamespace++;
  }

  newPidNamespace(parent: PidNamespace = this.namespaces.pid): PidNamespace {
    return new PidNamespace(this.nextNamespaceId(), parent);
  }

  newUtsNamespace(hostname: string): UtsNamespace {
    return new UtsNamespace(this.nextNamespaceId(), hostname);
  }

  newIpcNamespace(): IpcNamespace {
    return new IpcNamespace(this.nextNamespaceId());
  }

  newUserNamespace(): UserNamespace {
    return new UserNamespace(this.nextNamespaceId());
  }

  newCgroupNamespace(root: Cgroup): CgroupNamespace {
    return new CgroupNamespace(this.nextNamespaceId(), root);
  }

  newNetworkNamespace(): NetworkNamespace | undefined {
    return this.network?.newNamespace(this.nextNamespaceId());
  }

  nextInode(): number {
    return this.lastInode++;
  }

  nextDevice(): number {
    return this.lastDevice++;
  }

  // --- questions to the outside

  /** A question whose answer comes with `answer`. */
  ask(): { readonly token: number; readonly question: Question } {
    this.lastToken++;
    const question: Question = {
      waitQueue: new WaitQueue(),
      answered: false,
      result: undefined,
    };
    this.questions.set(this.lastToken, question);
    return { token: this.lastToken, question };
  }

  question(token: number): Question {
    const question = this.questions.get(token);
    assert(question, 'a question is there until its process took the answer');
    return question;
  }

  /** The answer to a `chaos` or `compute` call. One whose process is gone is ignored. */
  answer(token: number, result: unknown): void {
    const question = this.questions.get(token);
    if (!question) return;
    question.answered = true;
    question.result = result;
    question.waitQueue.wakeAll();
  }

  /** The call of a process is over: what it had under way is cancelled. */
  dropPending(process: Process): void {
    const { pending } = process.progress;
    if (pending === undefined) return;
    process.progress.pending = undefined;
    if (typeof pending === 'number') this.questions.delete(pending);
    else if (isPendingCall(pending)) pending.cancel();
  }

  /** Writes to standard error of a process, as far as that takes it. */
  complain(process: Process, text: string): void {
    try {
      process.descriptors.find(2)?.file.write(encodeUtf8(text), process);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }
}

function isPendingCall(value: unknown): value is PendingCall<unknown> {
  return typeof value === 'object' && value !== null && 'cancel' in value;
}

function isWithin(cgroup: Cgroup, above: Cgroup): boolean {
  for (let at: Cgroup | undefined = cgroup; at; at = at.parent) if (at === above) return true;
  return false;
}

/** A random (version 4) UUID of 16 bytes. */
function uuidOf(bytes: Uint8Array): string {
  const hex = toHex(bytes);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return [...parts, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}

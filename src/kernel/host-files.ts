/** What a machine mounts at its boot (/proc, /sys, /dev), and making directories as root. */
import { DEVICE_LINKS, DEVICE_NODES } from './files/devices';
import { DevPts } from './files/devpts';
import type { FileSystem, Inode } from './files/filesystem';
import { MemoryFileSystem } from './files/memory';
import type { MountNamespace } from './files/mounts';
import type { Kernel } from './kernel';
import type { TerminalRegistry } from './terminal/terminal';

const ROOT = { uid: 0, gid: 0 };

/** mkdir -p; the mode counts for the last directory, if it is made. */
export function makeDirectories(
  kernel: Kernel,
  path: string,
  mode = 0o755,
  namespace: MountNamespace = kernel.namespaces.mnt,
): void {
  const parts = path.split('/').filter((part) => part !== '');
  let at = '';
  parts.forEach((name, i) => {
    const dir = kernel.find(at === '' ? '/' : at, namespace).inode;
    at += `/${name}`;
    if (dir.fs.lookup(dir, name)) return;
    const bits = i === parts.length - 1 ? mode : 0o755;
    dir.fs.create(dir, name, { type: 'dir', mode: bits, ...ROOT });
  });
}

/** A /dev with the nodes and links that machines and containers have alike. */
export function newDev(kernel: Kernel): MemoryFileSystem {
  const { wallClock: clock } = kernel;
  const fs = new MemoryFileSystem({ type: 'tmpfs', dev: kernel.nextDevice(), clock });
  for (const { name, rdev } of DEVICE_NODES)
    fs.create(fs.root, name, { type: 'char', mode: 0o666, rdev, ...ROOT });
  for (const [name, target] of DEVICE_LINKS)
    fs.create(fs.root, name, { type: 'symlink', mode: 0o777, target, ...ROOT });
  for (const name of ['pts', 'shm', 'mqueue'])
    fs.create(fs.root, name, { type: 'dir', mode: 0o755, ...ROOT });
  return fs;
}

export function newDevPts(kernel: Kernel, registry: TerminalRegistry): DevPts {
  return new DevPts(kernel.nextDevice(), registry, kernel.wallClock.now());
}

/** A few of the files that programs look for in /sys. */
function newSysfs(kernel: Kernel): MemoryFileSystem {
  const { wallClock: clock } = kernel;
  const fs = new MemoryFileSystem({ type: 'sysfs', dev: kernel.nextDevice(), clock });
  for (const name of ['block', 'class', 'devices', 'fs', 'kernel', 'module'])
    fs.create(fs.root, name, { type: 'dir', mode: 0o755, ...ROOT });
  const group = fs.lookup(fs.root, 'fs')!;
  fs.create(group, 'cgroup', { type: 'dir', mode: 0o755, ...ROOT });
  return fs;
}

/** The mounts of a machine or, with another namespace, of a container. */
export function mountPseudoFilesystems(
  kernel: Kernel,
  namespace: MountNamespace,
  options: {
    readonly proc: FileSystem;
    readonly terminals: TerminalRegistry;
    readonly readOnlySys: boolean;
    readonly cgroupRoot?: Inode;
  },
): void {
  for (const path of ['/proc', '/sys', '/dev']) makeDirectories(kernel, path, 0o755, namespace);
  const nodev = 'nosuid,nodev,noexec,relatime';
  kernel.mount(namespace, '/proc', options.proc, { source: 'proc', options: nodev });
  const dev = newDev(kernel);
  const devOptions = 'nosuid,size=65536k,mode=755';
  kernel.mount(namespace, '/dev', dev, { source: 'tmpfs', options: devOptions });
  const pts = newDevPts(kernel, options.terminals);
  const ptsOptions = 'nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666';
  kernel.mount(namespace, '/dev/pts', pts, { source: 'devpts', options: ptsOptions });
  const readOnly = options.readOnlySys;
  kernel.mount(namespace, '/sys', newSysfs(kernel), {
    source: 'sysfs',
    options: nodev,
    readOnly,
  });
  kernel.mount(namespace, '/sys/fs/cgroup', kernel.cgroupFs, {
    source: 'cgroup',
    options: nodev,
    readOnly,
    ...(options.cgroupRoot ? { root: options.cgroupRoot } : {}),
  });
  const shmOptions = 'nosuid,nodev,noexec,relatime,size=65536k';
  kernel.mount(namespace, '/dev/shm', kernel.newTmpfs(), { source: 'shm', options: shmOptions });
}

/** At boot. */
export function mountMachine(kernel: Kernel): void {
  const { mnt, pid } = kernel.namespaces;
  mountPseudoFilesystems(kernel, mnt, {
    proc: kernel.newProcfs(pid),
    terminals: kernel.terminals,
    readOnlySys: false,
  });
  makeDirectories(kernel, '/run');
  const options = 'nosuid,nodev,noexec,relatime,mode=755';
  kernel.mount(mnt, '/run', kernel.newTmpfs(0o755), { source: 'tmpfs', options });
  for (const path of ['/run/lock', '/var']) makeDirectories(kernel, path);
  const root = kernel.find('/var').inode;
  if (!root.fs.lookup(root, 'run'))
    root.fs.create(root, 'run', { type: 'symlink', mode: 0o777, target: '/run', ...ROOT });
}

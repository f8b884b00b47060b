/** What a machine mounts at its boot (/proc, /sys, /dev), and making directories as root. */
import { DEVICE_LINKS, DEVICE_NODES } from './files/devices';
import { DevPts } from './files/devpts';
import type { FileSystem } from './files/filesystem';
import { MemoryFileSystem } from './files/memory';
import type { Kernel } from './kernel';

const ROOT = { uid: 0, gid: 0 };

/** mkdir -p; the mode counts for the last directory, if it is made. */
export function makeDirectories(kernel: Kernel, path: string, mode = 0o755): void {
  const parts = path.split('/').filter((part) => part !== '');
  let at = '';
  parts.forEach((name, i) => {
    const dir = kernel.find(at === '' ? '/' : at).inode;
    at += `/${name}`;
    if (dir.fs.lookup(dir, name)) return;
    const bits = i === parts.length - 1 ? mode : 0o755;
    dir.fs.create(dir, name, { type: 'dir', mode: bits, ...ROOT });
  });
}

/** A /dev with the nodes and links that it has on all machines. */
function newDev(kernel: Kernel): MemoryFileSystem {
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

/** At boot. */
export function mountMachine(kernel: Kernel): void {
  const { mnt, pid } = kernel.namespaces;
  const nodev = 'nosuid,nodev,noexec,relatime';
  const ptsOptions = 'nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=000';
  const pts = new DevPts(kernel.nextDevice(), kernel.terminals, kernel.wallClock.now());
  const mounts: readonly (readonly [string, FileSystem, string, string])[] = [
    ['/proc', kernel.newProcfs(pid), 'proc', nodev],
    ['/sys', newSysfs(kernel), 'sysfs', nodev],
    ['/sys/fs/cgroup', kernel.cgroupFs, 'cgroup2', `${nodev},nsdelegate`],
    ['/dev', newDev(kernel), 'udev', 'nosuid,relatime,mode=755'],
    ['/dev/pts', pts, 'devpts', ptsOptions],
    ['/dev/shm', kernel.newTmpfs(), 'tmpfs', 'nosuid,nodev'],
    ['/run', kernel.newTmpfs(0o755), 'tmpfs', 'nosuid,nodev,noexec,relatime,mode=755'],
  ];
  for (const [path, fs, source, options] of mounts) {
    makeDirectories(kernel, path);
    kernel.mount(mnt, path, fs, { source, options });
  }
  for (const path of ['/run/lock', '/var']) makeDirectories(kernel, path);
  const root = kernel.find('/var').inode;
  if (!root.fs.lookup(root, 'run'))
    root.fs.create(root, 'run', { type: 'symlink', mode: 0o777, target: '/run', ...ROOT });
}

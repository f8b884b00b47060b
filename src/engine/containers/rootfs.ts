/**
 * The mount namespace of a container, as runc sets it up from Docker's default spec: the union
 * filesystem, proc, dev, sys, the three files of /etc, then the container's own mounts.
 */
import { SECOND_US } from '../../base';
import {
  DEVICE_LINKS,
  DEVICE_NODES,
  DevPts,
  SysError,
  TerminalRegistry,
  type FileSystem,
  type Inode,
  type Kernel,
  type MountNamespace,
  type PidNamespace,
} from '../../kernel';
import { LayerBuilder, type LayerNode } from '../content/layer';
import { containerFolder } from '../core';
import type { UnionFs } from '../files/union-fs';
import { mountpointOf } from '../volumes/volumes';
import type { Container, ContainerMount } from './container';

/**
 * The `-init` layer: mount points that every container has, so that its own layer stays clean
 * (moby `daemon/initlayer`). It is as old as the container.
 */
export function initLayer(madeUs: number): LayerNode {
  return new LayerBuilder(Math.floor(madeUs / SECOND_US) * SECOND_US)
    .dir('/dev')
    .dir('/dev/pts')
    .dir('/dev/shm')
    .dir('/proc')
    .dir('/sys')
    .file('/.dockerenv', '', 0o755)
    .file('/dev/console', '', 0o755)
    .file('/etc/hostname', '', 0o755)
    .file('/etc/hosts', '', 0o755)
    .file('/etc/resolv.conf', '', 0o755)
    .symlink('/etc/mtab', '/proc/mounts')
    .build();
}

export interface ContainerMounts {
  readonly namespace: MountNamespace;
  /** Terminals of its /dev/pts. */
  readonly terminals: TerminalRegistry;
}

export function mountContainer(
  kernel: Kernel,
  container: Container,
  pids: PidNamespace,
): ContainerMounts {
  const { fs, hostConfig } = container;
  const folder = `/var/lib/docker/overlay2/${container.layerId}`;
  const namespace = kernel.newMountNamespace(fs, {
    source: 'overlay',
    options: `relatime,upperdir=${folder}/diff,workdir=${folder}/work`,
    readOnly: hostConfig.ReadonlyRootfs,
  });
  const terminals = mountKernelFiles(kernel, namespace, pids, hostConfig.ShmSize);
  bindOwnFiles(kernel, namespace, container.id);
  for (const [target, options] of Object.entries(hostConfig.Tmpfs ?? {}))
    mountTmpfs(kernel, container, namespace, target, options);
  for (const mount of mountsByDepth(container)) mountOne(kernel, container, namespace, mount);
  mountFiles(kernel, container, namespace);
  return { namespace, terminals };
}

/** /proc, /dev and /sys as runc's default spec has them. */
export function mountKernelFiles(
  kernel: Kernel,
  namespace: MountNamespace,
  pids: PidNamespace,
  shmBytes: number,
): TerminalRegistry {
  kernel.mount(namespace, '/proc', kernel.newProcfs(pids), {
    source: 'proc',
    options: 'nosuid,nodev,noexec,relatime',
  });
  const terminals = new TerminalRegistry();
  mountDev(kernel, namespace, terminals, shmBytes);
  kernel.mount(namespace, '/sys', kernel.newTmpfs(0o555), {
    source: 'sysfs',
    options: 'nosuid,nodev,noexec,relatime',
    readOnly: true,
  });
  return terminals;
}

/** Secrets and configs: files on a tmpfs, each bound to its place, read-only. */
function mountFiles(kernel: Kernel, container: Container, namespace: MountNamespace): void {
  if (container.files.length === 0) return;
  const tmpfs = kernel.newTmpfs(0o755);
  if (container.files.some(({ target }) => target.startsWith(`${SECRETS}/`))) {
    makeMountPoint(container.fs, SECRETS, 'dir');
    kernel.mount(namespace, SECRETS, kernel.newTmpfs(0o755), {
      source: 'tmpfs',
      options: 'relatime',
    });
  }
  container.files.forEach(({ target, data, mode, uid, gid }, i) => {
    const file = tmpfs.create(tmpfs.root, String(i), { type: 'file', mode, uid, gid });
    tmpfs.write(file, 0, data);
    makeFileIn(kernel, namespace, target);
    kernel.mount(namespace, target, tmpfs, {
      source: 'tmpfs',
      options: 'relatime',
      readOnly: true,
      root: file,
    });
  });
}

const SECRETS = '/run/secrets';

/** An empty file to mount on, wherever in the namespace that is. */
function makeFileIn(kernel: Kernel, namespace: MountNamespace, path: string): void {
  const parts = path.split('/').filter((part) => part !== '');
  let at = kernel.find('/', namespace).inode;
  let known = '';
  parts.forEach((part, i) => {
    const last = i === parts.length - 1;
    if (!at.fs.lookup(at, part)) {
      const type = last ? 'file' : 'dir';
      at.fs.create(at, part, { type, mode: last ? 0o644 : 0o755, uid: 0, gid: 0 });
    }
    known += `/${part}`;
    at = kernel.find(known, namespace).inode;
  });
}

/** The three files that the daemon writes for a container. */
export function bindOwnFiles(kernel: Kernel, namespace: MountNamespace, id: string): void {
  for (const name of ['resolv.conf', 'hostname', 'hosts']) {
    const place = kernel.find(`${containerFolder(id)}/${name}`);
    kernel.bindMount(namespace, place, `/etc/${name}`, { source: '/dev/sda1', readOnly: false });
  }
}

export function mountsByDepth(container: Container): ContainerMount[] {
  return [...container.mounts].sort(
    (a, b) => depth(a.point.Destination) - depth(b.point.Destination),
  );
}

function depth(path: string): number {
  return path.split('/').length;
}

function mountDev(
  kernel: Kernel,
  namespace: MountNamespace,
  terminals: TerminalRegistry,
  shmBytes: number,
): void {
  const dev = kernel.newTmpfs(0o755);
  const owner = { uid: 0, gid: 0 };
  for (const { name, rdev } of DEVICE_NODES)
    dev.create(dev.root, name, { type: 'char', mode: 0o666, rdev, ...owner });
  for (const [name, target] of DEVICE_LINKS)
    dev.create(dev.root, name, { type: 'symlink', mode: 0o777, target, ...owner });
  dev.create(dev.root, 'ptmx', { type: 'symlink', mode: 0o777, target: 'pts/ptmx', ...owner });
  for (const name of ['pts', 'shm', 'mqueue'])
    dev.create(dev.root, name, { type: 'dir', mode: 0o755, ...owner });
  kernel.mount(namespace, '/dev', dev, {
    source: 'tmpfs',
    options: 'nosuid,size=65536k,mode=755',
  });
  const pts = new DevPts(kernel.nextDevice(), terminals, kernel.wallClock.now());
  kernel.mount(namespace, '/dev/pts', pts, {
    source: 'devpts',
    options: 'nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666',
  });
  kernel.mount(namespace, '/dev/shm', kernel.newTmpfs(), {
    source: 'shm',
    options: `nosuid,nodev,noexec,relatime,size=${Math.floor(shmBytes / 1024)}k`,
  });
}

function mountTmpfs(
  kernel: Kernel,
  container: Container,
  namespace: MountNamespace,
  target: string,
  options: string,
): void {
  makeMountPoint(container.fs, target, 'dir');
  kernel.mount(namespace, target, kernel.newTmpfs(), {
    source: 'tmpfs',
    options: `nosuid,nodev,noexec,relatime${options === '' ? '' : `,${options}`}`,
    readOnly: options.split(',').includes('ro'),
  });
}

export function mountOne(
  kernel: Kernel,
  container: Container,
  namespace: MountNamespace,
  mount: ContainerMount,
): void {
  const target = mount.point.Destination;
  if (mount.kind === 'tmpfs') {
    mountTmpfs(kernel, container, namespace, target, mount.source);
    return;
  }
  const path = mount.kind === 'volume' ? mountpointOf(mount.source) : mount.source;
  const place = kernel.find(path);
  const isDir = place.inode.type === 'dir';
  makeMountPoint(container.fs, target, isDir ? 'dir' : 'file');
  if (mount.copyUp) copyImageContent(container.fs, target, place.inode);
  kernel.bindMount(namespace, place, target, { readOnly: mount.readOnly, source: '/dev/sda1' });
}

/** Makes the mount point in the container's layer where the image has none. */
export function makeMountPoint(fs: UnionFs, path: string, type: 'dir' | 'file'): void {
  const parts = path.split('/').filter((part) => part !== '');
  let at: Inode = fs.root;
  parts.forEach((part, i) => {
    const last = i === parts.length - 1;
    at = followLink(fs, fs.lookup(at, part), at, part, last && type === 'file' ? 'file' : 'dir');
  });
}

function followLink(
  fs: UnionFs,
  found: Inode | undefined,
  parent: Inode,
  name: string,
  type: 'dir' | 'file',
): Inode {
  if (!found) {
    const mode = type === 'dir' ? 0o755 : 0o644;
    return fs.create(parent, name, { type, mode, uid: 0, gid: 0 });
  }
  if (found.type !== 'symlink') return found;
  const target = fs.readlink(found);
  let at: Inode = target.startsWith('/') ? fs.root : parent;
  for (const part of target.split('/').filter((text) => text !== '' && text !== '.')) {
    const next = part === '..' ? fs.parentOf(at) : fs.lookup(at, part);
    if (!next) throw new SysError('ENOENT');
    at = next;
  }
  return at;
}

/** An empty volume gets what the image has at its place (moby `copyExistingContents`). */
function copyImageContent(fs: UnionFs, path: string, into: Inode): void {
  if (into.type !== 'dir' || into.fs.entries(into).length > 0) return;
  let at: Inode = fs.root;
  for (const part of path.split('/').filter((text) => text !== '')) {
    const next = fs.lookup(at, part);
    if (!next || next.type !== 'dir') return;
    at = next;
  }
  copyTree(fs, at, into.fs, into);
  const { mode, uid, gid } = fs.stat(at);
  into.fs.setAttributes(into, { mode, uid, gid });
}

function copyTree(fromFs: FileSystem, from: Inode, toFs: FileSystem, to: Inode): void {
  for (const { name } of fromFs.entries(from)) {
    const source = fromFs.lookup(from, name)!;
    const { mode, uid, gid, rdev, size, mtimeUs } = fromFs.stat(source);
    const target = source.type === 'symlink' ? { target: fromFs.readlink(source) } : {};
    const made = toFs.create(to, name, { type: source.type, mode, uid, gid, rdev, ...target });
    if (source.type === 'dir') copyTree(fromFs, source, toFs, made);
    else if (source.type === 'file') toFs.write(made, 0, fromFs.read(source, 0, size));
    if (source.type !== 'symlink') toFs.setAttributes(made, { mtimeUs });
  }
}

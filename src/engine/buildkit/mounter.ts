/** The mount namespace of a RUN: what runc's default has, then the mounts that the instruction asks for. */
import { SECOND_US, encodeUtf8 } from '../../base';
import {
  type FileSystem,
  type Inode,
  type MountNamespace,
  type PidNamespace,
  type TerminalRegistry,
} from '../../kernel';
import { BuildFailure } from '../build/failure';
import { findIn } from '../build/source';
import { mountKernelFiles, makeMountPoint } from '../containers/rootfs';
import { LayerBuilder, type LayerNode } from '../content/layer';
import { UnionFs } from '../files/union-fs';
import { newId } from '../ids';
import type { ExecWork } from './exec-op';
import type { ExecMount } from './llb';
import type { FetchedSecret } from './secret-fetch';
import { EMPTY_RESULT } from './vertex';

export class Mounter {
  hosts = '127.0.0.1\tlocalhost\n';
  resolvConf = '';

  constructor(
    private readonly exec: ExecWork,
    private readonly fs: UnionFs,
    private readonly pids: PidNamespace,
    private readonly secrets: readonly FetchedSecret[],
  ) {}

  mountAll(): { namespace: MountNamespace; terminals: TerminalRegistry } {
    const { kernel } = this.exec.solver.core;
    const folder = `/var/lib/docker/overlay2/${this.exec.id}`;
    const namespace = kernel.newMountNamespace(this.fs, {
      source: 'overlay',
      options: `relatime,upperdir=${folder}/diff,workdir=${folder}/work`,
    });
    const terminals = mountKernelFiles(kernel, namespace, this.pids, 67_108_864);
    this.mountText(namespace, '/etc/hosts', this.hosts);
    this.mountText(namespace, '/etc/resolv.conf', this.resolvConf);
    for (const mount of this.exec.op.mounts)
      if (mount.kind !== 'secret' && mount.kind !== 'ssh') this.mountOne(namespace, mount);
    for (const { mount, data } of this.secrets) {
      const { mode, uid, gid } = mount;
      this.mountData(namespace, mount.target, data, { mode, uid, gid, readOnly: true });
    }
    return { namespace, terminals };
  }

  private mountText(namespace: MountNamespace, target: string, text: string): void {
    const owner = { mode: 0o644, uid: 0, gid: 0, readOnly: false };
    this.mountData(namespace, target, encodeUtf8(text), owner);
  }

  private mountData(
    namespace: MountNamespace,
    target: string,
    data: Uint8Array,
    own: { mode: number; uid: number; gid: number; readOnly: boolean },
  ): void {
    const { kernel } = this.exec.solver.core;
    const tmpfs = kernel.newTmpfs(0o755);
    const { readOnly, ...attributes } = own;
    const file = tmpfs.create(tmpfs.root, 'file', { type: 'file', ...attributes });
    tmpfs.write(file, 0, data);
    makeMountPoint(this.fs, target, 'file');
    const options = { source: 'tmpfs', options: 'relatime', readOnly, root: file };
    kernel.mount(namespace, target, tmpfs, options);
  }

  private mountOne(namespace: MountNamespace, mount: ExecMount): void {
    const { kernel } = this.exec.solver.core;
    if (mount.kind === 'tmpfs') {
      makeMountPoint(this.fs, mount.target, 'dir');
      const options = { source: 'tmpfs', options: 'nosuid,nodev,noexec,relatime' };
      kernel.mount(namespace, mount.target, kernel.newTmpfs(), options);
      return;
    }
    const source = mount.kind === 'cache' ? this.cacheFiles(mount) : this.inputFiles(mount);
    const root = this.within(source, mount);
    makeMountPoint(this.fs, mount.target, root.type === 'dir' ? 'dir' : 'file');
    kernel.mount(namespace, mount.target, source, {
      source: 'overlay',
      options: 'relatime',
      readOnly: mount.readOnly,
      root,
    });
  }

  private within(source: FileSystem, mount: ExecMount): Inode {
    const found = findIn(source, mount.source);
    if (found) return found.inode;
    const shown = `/var/lib/docker/tmp/buildkit-mount000000000${mount.source}`;
    throw new BuildFailure(`failed to mount ${shown}: no such file or directory`);
  }

  private inputFiles(mount: ExecMount): FileSystem {
    const { solver, vertex } = this.exec;
    return solver.open(vertex.inputs[mount.from]?.result ?? EMPTY_RESULT);
  }

  /** The directory that outlives the build; begins as the mount's source has it. */
  private cacheFiles(mount: ExecMount): UnionFs {
    const { solver, vertex } = this.exec;
    const { cache, core } = solver;
    const known = cache.mounts.get(mount.id);
    const record = cache.recordNamed('exec.cachemount', mount.id);
    if (known) {
      known.rebind(core.kernel.wallClock, core.kernel.disk, undefined);
      if (record) cache.use(record.id, core.unixUs);
      return known;
    }
    const result = vertex.inputs[mount.from]?.result ?? EMPTY_RESULT;
    const made = solver.open({ ...result, tree: result.tree });
    const { mode, uid, gid } = mount;
    made.setAttributes(made.root, { mode, uid, gid });
    cache.mounts.set(mount.id, made);
    const id = newId(core.ids).slice(0, 25);
    const description = `cached mount ${mount.target} from exec ${this.exec.op.args.join(' ')}`;
    cache.store(
      {
        ...{ id, kind: 'exec.cachemount', description, createdAt: core.unixUs, parent: '' },
        ...{ lastUsedAt: core.unixUs, usageCount: 1, mutable: true, layers: [], name: mount.id },
      },
      '',
      [],
    );
    return made;
  }
}

/** Mount points that every RUN has, so that its layer stays clean. */
export const BUILD_INIT_LAYER: LayerNode = new LayerBuilder(1_600_000_000 * SECOND_US)
  .dir('/dev')
  .dir('/proc')
  .dir('/sys')
  .file('/etc/hosts', '', 0o755)
  .file('/etc/resolv.conf', '', 0o755)
  .build();

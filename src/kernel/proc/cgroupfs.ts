/**
 * The control group filesystem, version 2 (`kernel/cgroup/cgroup.c`): one directory a group, with
 * the files that show members, limits and counters. Writing limits by hand is not modelled; the
 * engine sets them.
 */
import { CPU_PERIOD_US, type Cgroup } from '../cgroup';
import type { Kernel } from '../kernel';
import { SysError } from '../syscalls';
import type { DirEntry } from '../syscalls';
import { GeneratedTree, type TreeNode, type TreeSource } from './generated-tree';

type Node = TreeNode<Cgroup>;

const FILES: readonly string[] = [
  'cgroup.controllers',
  'cgroup.events',
  'cgroup.freeze',
  'cgroup.procs',
  'cpu.max',
  'cpu.stat',
  'memory.current',
  'memory.events',
  'memory.max',
  'pids.current',
  'pids.max',
];

export class CgroupSource implements TreeSource<Cgroup> {
  readonly type = 'cgroup2';
  /** Node of each directory and file, by path; groups that are gone are dropped when looked for. */
  private readonly nodes = new Map<string, Node>();

  constructor(private readonly kernel: Kernel) {}

  child(dir: Node, name: string): Node | undefined {
    const group = dir.data.children.get(name);
    const key = `${dir.path}/${name}`;
    if (!group && !FILES.includes(name)) {
      this.nodes.delete(key);
      return undefined;
    }
    let node = this.nodes.get(key);
    if (!node || (group && node.data !== group)) {
      node = dir.fs.node(dir, group ? 'dir' : 'file', name, group ?? dir.data);
      this.nodes.set(key, node);
    }
    return node;
  }

  children(dir: Node): readonly DirEntry[] {
    const list: DirEntry[] = FILES.map((name) => ({ name, type: 'file' }));
    for (const name of dir.data.children.keys()) list.push({ name, type: 'dir' });
    return list;
  }

  text(node: Node): string {
    const group = node.data;
    const { limits } = group;
    switch (node.name) {
      case 'cgroup.controllers':
        return 'cpuset cpu io memory hugetlb pids rdma misc\n';
      case 'cgroup.events':
        return `populated ${group.processCount > 0 ? 1 : 0}\nfrozen ${group.frozen ? 1 : 0}\n`;
      case 'cgroup.freeze':
        return `${group.frozen ? 1 : 0}\n`;
      case 'cgroup.procs':
        return this.members(group);
      case 'cpu.max':
        return `${limits.cpuQuotaUs ?? 'max'} ${CPU_PERIOD_US}\n`;
      case 'cpu.stat':
        return `usage_usec ${group.cpuUs}\nuser_usec ${group.cpuUs}\nsystem_usec 0\n`;
      case 'memory.current':
        return `${group.memoryBytes}\n`;
      case 'memory.events':
        return `low 0\nhigh 0\nmax 0\noom ${group.oomKills}\noom_kill ${group.oomKills}\n`;
      case 'memory.max':
        return `${limits.memoryBytes ?? 'max'}\n`;
      case 'pids.current':
        return `${group.processCount}\n`;
      case 'pids.max':
        return `${limits.pids ?? 'max'}\n`;
      default:
        return '';
    }
  }

  private members(group: Cgroup): string {
    const viewer = this.kernel.scheduler.current;
    const namespace = viewer?.pid.namespace ?? this.kernel.namespaces.pid;
    return [...group.members].map((member) => `${member.pid.in(namespace)}\n`).join('');
  }

  target(): string {
    return '';
  }

  magic(): undefined {
    return undefined;
  }

  owner(node: Node): { mode: number; uid: number; gid: number } {
    return { mode: node.type === 'dir' ? 0o555 : 0o644, uid: 0, gid: 0 };
  }

  write(): void {
    throw new SysError('EACCES');
  }
}

export type CgroupFileSystem = GeneratedTree<Cgroup>;

export function newCgroupFileSystem(kernel: Kernel, dev: number): CgroupFileSystem {
  return new GeneratedTree(new CgroupSource(kernel), dev, kernel.wallClock, kernel.rootCgroup);
}

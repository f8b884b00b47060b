/**
 * /proc of a pid namespace (`fs/proc`): processes with the numbers that the namespace gives them,
 * and the state of the machine. Which files there are is here; their text is in machine-files.ts
 * and process-files.ts.
 */
import { SysError } from '../syscalls';
import type { DirEntry, FileType } from '../syscalls';
import type { MagicTarget } from '../files/filesystem';
import { RegularFile } from '../files/regular-file';
import type { Kernel } from '../kernel';
import type { PidNamespace } from '../namespaces';
import type { Process } from '../process';
import { GeneratedTree, type TreeNode, type TreeSource } from './generated-tree';
import { MACHINE_FILES, machineText } from './machine-files';
import { NAMESPACE_LINKS, PROCESS_FILES, namespaceLink, processText } from './process-files';

/** The process that a node belongs to; undefined for files of the machine. */
type Owner = Process | undefined;
type Node = TreeNode<Owner>;

const PROCESS_LINKS = ['cwd', 'exe', 'root'];
const PROCESS_DIRECTORIES = ['fd', 'ns'];
const MACHINE_LINKS: Readonly<Record<string, string>> = { mounts: 'self/mounts' };

export class ProcSource implements TreeSource<Owner> {
  readonly type = 'proc';
  private readonly fixed = new Map<string, Node>();

  constructor(
    private readonly kernel: Kernel,
    readonly namespace: PidNamespace,
  ) {}

  child(dir: Node, name: string): Node | undefined {
    const entry = this.entryOf(dir, name);
    if (!entry) return undefined;
    const process = dir.parent ? dir.data : this.processNamed(name);
    const nodes = process ? process.procNodes : this.fixed;
    const key = `${dir.fs.dev}:${dir.path}/${name}`;
    let node = nodes.get(key) as Node | undefined;
    if (!node) {
      node = dir.fs.node(dir, entry, name, process);
      nodes.set(key, node);
    }
    return node;
  }

  private processNamed(name: string): Process | undefined {
    return /^[0-9]+$/.test(name) ? this.namespace.processes.get(Number(name)) : undefined;
  }

  private entryOf(dir: Node, name: string): FileType | undefined {
    if (!dir.parent && this.processNamed(name)) return 'dir';
    return this.children(dir).find((entry) => entry.name === name)?.type;
  }

  children(dir: Node): readonly DirEntry[] {
    const process = dir.data;
    if (!process) return this.machineEntries(dir);
    const inside = dir.parent?.parent ? dir.name : '';
    if (inside === 'ns') return NAMESPACE_LINKS.map((name) => entry(name, 'symlink'));
    if (inside === 'fd')
      return process.descriptors.numbers().map((fd) => entry(String(fd), 'symlink'));
    return [
      ...PROCESS_DIRECTORIES.map((name) => entry(name, 'dir')),
      ...PROCESS_FILES.map((name) => entry(name, 'file')),
      ...PROCESS_LINKS.map((name) => entry(name, 'symlink')),
    ];
  }

  private machineEntries(dir: Node): DirEntry[] {
    const list: DirEntry[] = [];
    if (!dir.parent) {
      const numbers = [...this.namespace.processes.keys()].sort((a, b) => a - b);
      for (const number of numbers) list.push(entry(String(number), 'dir'));
      for (const name of Object.keys(MACHINE_LINKS)) list.push(entry(name, 'symlink'));
      list.push(entry('self', 'symlink'));
    }
    const prefix = dir.parent ? `${dir.path}/` : '';
    const folders = new Set<string>();
    for (const path of MACHINE_FILES) {
      if (!path.startsWith(prefix)) continue;
      const rest = path.slice(prefix.length);
      const slash = rest.indexOf('/');
      if (slash < 0) list.push(entry(rest, 'file'));
      else folders.add(rest.slice(0, slash));
    }
    for (const name of folders) list.push(entry(name, 'dir'));
    return list;
  }

  text(node: Node): string {
    const process = node.data;
    if (!process) return machineText(this.kernel, this.namespace, node.path);
    return processText(this.kernel, this.namespace, process, node.name);
  }

  target(node: Node): string {
    const process = node.data;
    if (!process) return node.name === 'self' ? this.self() : (MACHINE_LINKS[node.name] ?? '');
    const folder = node.parent?.name;
    if (folder === 'ns') return namespaceLink(process, node.name);
    if (folder === 'fd') return process.descriptors.find(Number(node.name))?.file.describe() ?? '';
    return linkOf(this.kernel, process, node.name);
  }

  private self(): string {
    const { current } = this.kernel.scheduler;
    const number = current ? current.pid.in(this.namespace) : 0;
    return number === 0 ? '' : String(number);
  }

  magic(node: Node): MagicTarget | undefined {
    const process = node.data;
    if (!process) return undefined;
    if (node.parent?.name === 'fd' && node.parent.parent?.parent) {
      const description = process.descriptors.find(Number(node.name));
      if (!description) return undefined;
      const { file } = description;
      return file instanceof RegularFile ? { place: file.place } : { description };
    }
    if (node.name === 'cwd') return { place: process.cwd };
    if (node.name === 'root') return { place: process.root };
    return undefined;
  }

  owner(node: Node): { mode: number; uid: number; gid: number } {
    const { uid, gid } = node.data?.credentials ?? { uid: 0, gid: 0 };
    const isPrivate = node.name === 'fd' || node.name === 'environ';
    if (node.type === 'dir') return { mode: isPrivate ? 0o500 : 0o555, uid, gid };
    if (node.type === 'symlink') return { mode: 0o777, uid, gid };
    return { mode: isPrivate ? 0o400 : node.path.startsWith('sys/') ? 0o644 : 0o444, uid, gid };
  }

  write(node: Node, text: string): void {
    if (node.path === 'sys/kernel/hostname') {
      const { current } = this.kernel.scheduler;
      if (current) current.namespaces.uts.hostname = text.trim();
      return;
    }
    // Other settings are taken and have no effect on what is modelled.
    if (!node.path.startsWith('sys/') && !node.path.endsWith('oom_score_adj'))
      throw new SysError('EACCES');
  }
}

function entry(name: string, type: FileType): DirEntry {
  return { name, type };
}

function linkOf(kernel: Kernel, process: Process, name: string): string {
  if (name === 'exe') return process.exe;
  return kernel.pathFor(process, name === 'cwd' ? process.cwd : process.root);
}

export type ProcFileSystem = GeneratedTree<Owner>;

export function newProcFileSystem(
  kernel: Kernel,
  namespace: PidNamespace,
  dev: number,
): ProcFileSystem {
  return new GeneratedTree<Owner>(
    new ProcSource(kernel, namespace),
    dev,
    kernel.wallClock,
    undefined,
  );
}

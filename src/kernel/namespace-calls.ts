/** unshare, setns, and what a child gets anew: changes of the namespaces of a process. */
import type { Mount, Place } from './files/mounts';
import type { Kernel } from './kernel';
import { PidNamespace, type Namespaces } from './namespaces';
import type { Process } from './process';
import { SysError, type NamespaceKind, type Syscall } from './syscalls';

export interface NewNamespaces {
  readonly namespaces: Namespaces;
  /** Where children are numbered from now on. */
  readonly childPidNamespace: PidNamespace | undefined;
  /** Carries a place over into the new mount namespace; undefined if there is none. */
  readonly places: ((place: Place) => Place) | undefined;
}

/** The namespaces of a process with these kinds made anew (`create_new_namespaces`). */
export function newNamespaces(
  kernel: Kernel,
  process: Process,
  kinds: readonly NamespaceKind[],
): NewNamespaces {
  if (kinds.length > 0 && process.credentials.uid !== 0 && !kinds.includes('user'))
    throw new SysError('EPERM');
  const old = process.namespaces;
  const made: { -readonly [K in keyof Namespaces]: Namespaces[K] } = { ...old };
  let childPidNamespace = process.childPidNamespace;
  let places: NewNamespaces['places'];
  for (const kind of kinds) {
    switch (kind) {
      case 'mnt': {
        const moved = new Map<Mount, Mount>();
        made.mnt = old.mnt.copy(kernel.nextNamespaceId(), moved);
        places = ({ mount, inode }) => ({ mount: moved.get(mount) ?? mount, inode });
        break;
      }
      case 'pid':
        childPidNamespace = kernel.newPidNamespace(process.childPidNamespace ?? old.pid);
        break;
      case 'net':
        made.net = kernel.newNetworkNamespace();
        break;
      case 'uts':
        made.uts = kernel.newUtsNamespace(old.uts.hostname);
        break;
      case 'ipc':
        made.ipc = kernel.newIpcNamespace();
        break;
      case 'user':
        made.user = kernel.newUserNamespace();
        break;
      case 'cgroup':
        made.cgroup = kernel.newCgroupNamespace(process.cgroup);
        break;
    }
  }
  return { namespaces: made, childPidNamespace, places };
}

export function unshare(
  kernel: Kernel,
  process: Process,
  call: Extract<Syscall, { call: 'unshare' }>,
): void {
  const made = newNamespaces(kernel, process, call.kinds);
  process.namespaces = made.namespaces;
  process.childPidNamespace = made.childPidNamespace;
  if (made.places) {
    process.root = made.places(process.root);
    process.cwd = made.places(process.cwd);
  }
}

/** Joins the namespaces of another process (nsenter). A pid namespace counts for children only. */
export function setns(
  kernel: Kernel,
  process: Process,
  call: Extract<Syscall, { call: 'setns' }>,
): void {
  if (process.credentials.uid !== 0) throw new SysError('EPERM');
  const other = kernel.visibleProcess(process, call.pid);
  const made: { -readonly [K in keyof Namespaces]: Namespaces[K] } = { ...process.namespaces };
  for (const kind of call.kinds) {
    switch (kind) {
      case 'mnt':
        made.mnt = other.namespaces.mnt;
        process.root = other.namespaces.mnt.enter(other.namespaces.mnt.root.rootPlace);
        process.cwd = process.root;
        break;
      case 'pid':
        process.childPidNamespace = other.pid.namespace;
        break;
      case 'net':
        made.net = other.namespaces.net;
        break;
      case 'uts':
        made.uts = other.namespaces.uts;
        break;
      case 'ipc':
        made.ipc = other.namespaces.ipc;
        break;
      case 'user':
        made.user = other.namespaces.user;
        break;
      case 'cgroup':
        made.cgroup = other.namespaces.cgroup;
        break;
    }
  }
  process.namespaces = made;
}

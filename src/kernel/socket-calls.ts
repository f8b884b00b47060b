/** System calls of the network: each goes to the stack with the caller's namespace. */
import { decodeUtf8 } from '../base';
import { Description } from './descriptors';
import { find } from './files/walk';
import type { Kernel } from './kernel';
import { walkerOf } from './lifecycle';
import type { NetworkCalls, NetworkNamespace, PendingCall, SocketOwner } from './network-calls';
import type { OpenFile } from './open-file';
import type { Process } from './process';
import { SysError, type Accepted, type NetInfo, type Syscall } from './syscalls';
import { waitOn } from './waiting';

type Call<K extends Syscall['call']> = Extract<Syscall, { call: K }>;

/** Largest of the files that resolve reads. */
const FILE_BYTES_MAX = 65536;

function stackOf(kernel: Kernel, process: Process): [NetworkCalls, NetworkNamespace] {
  const { net } = process.namespaces;
  if (!kernel.network || !net) throw new SysError('ENETUNREACH');
  return [kernel.network, net];
}

function ownerOf(process: Process): SocketOwner {
  return { pid: process.globalPid, program: process.comm };
}

function addSocket(process: Process, file: OpenFile): number {
  return process.descriptors.add(new Description(file, true, true));
}

/** Waits for what the first try began. */
function awaitResult<R>(process: Process, begin: () => PendingCall<R>): { done: R } | symbol {
  process.progress.pending ??= begin();
  const pending = process.progress.pending as PendingCall<R>;
  const result = pending.result();
  if (result === undefined) return waitOn(process, pending.waitQueue);
  process.progress.pending = undefined;
  return { done: result };
}

export function connect(kernel: Kernel, process: Process, call: Call<'connect'>): unknown {
  const [stack, namespace] = stackOf(kernel, process);
  const { address, port, protocol, timeoutUs } = call;
  const request = { address, port, protocol, timeoutUs };
  const state = awaitResult(process, () => stack.connect(namespace, request, ownerOf(process)));
  return typeof state === 'symbol' ? state : addSocket(process, state.done);
}

export function listen(kernel: Kernel, process: Process, call: Call<'listen'>): number {
  const [stack, namespace] = stackOf(kernel, process);
  const { address, port, protocol } = call;
  return addSocket(process, stack.listen(namespace, address, port, protocol, ownerOf(process)));
}

export function accept(_kernel: Kernel, process: Process, call: Call<'accept'>): unknown {
  const { file } = process.descriptors.get(call.fd);
  if (!file.accept) throw new SysError('EINVAL');
  const accepted = file.accept();
  if (!accepted) return waitOn(process, file.waitQueue);
  const { peer, local } = accepted;
  const answer: Accepted = { fd: addSocket(process, accepted.file), peer, local };
  return answer;
}

export function shutdown(_kernel: Kernel, process: Process, call: Call<'shutdown'>): void {
  const { file } = process.descriptors.get(call.fd);
  if (!file.shutdown) throw new SysError('ENOTSUP');
  file.shutdown();
}

export function resolve(kernel: Kernel, process: Process, call: Call<'resolve'>): unknown {
  const [stack, namespace] = stackOf(kernel, process);
  const { name, type } = call;
  const state = awaitResult(process, () => {
    const hostsFile = textOf(process, '/etc/hosts');
    const resolvConf = textOf(process, '/etc/resolv.conf');
    return stack.resolve(namespace, { name, type, hostsFile, resolvConf });
  });
  return typeof state === 'symbol' ? state : state.done;
}

/** Text of a file, '' if there is none. */
function textOf(process: Process, path: string): string {
  try {
    const { inode } = find(walkerOf(process), path);
    if (inode.type !== 'file') return '';
    const data = inode.fs.openInode(inode, false);
    return decodeUtf8(data.fs.read(data, 0, FILE_BYTES_MAX));
  } catch (error) {
    if (error instanceof SysError) return '';
    throw error;
  }
}

export function ping(kernel: Kernel, process: Process, call: Call<'ping'>): unknown {
  const [stack, namespace] = stackOf(kernel, process);
  const { address, bytes, ttl, timeoutUs } = call;
  const request = { address, bytes, ttl, timeoutUs };
  const state = awaitResult(process, () => stack.ping(namespace, request));
  return typeof state === 'symbol' ? state : state.done;
}

export function netinfo(kernel: Kernel, process: Process): NetInfo {
  const [stack, namespace] = stackOf(kernel, process);
  return stack.netinfo(namespace);
}

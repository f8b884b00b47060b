/** System calls that wait for time or for readiness, and the clocks. */
import type { Cgroup } from './cgroup';
import type { Kernel } from './kernel';
import type { Process } from './process';
import { SysError, type PollEntry, type Syscall } from './syscalls';
import { BLOCKED, deadlineAfter } from './waiting';

type Call<K extends Syscall['call']> = Extract<Syscall, { call: K }>;

export function clock(kernel: Kernel, process: Process): unknown {
  const unixUs = kernel.wallClock.now();
  const monotonicUs = kernel.runtime.now - kernel.bootedAt;
  return { unixUs, monotonicUs, cpuUs: process.cpuUs };
}

export function sleep(kernel: Kernel, process: Process, call: Call<'sleep'>): unknown {
  if (!(call.us >= 0)) throw new SysError('EINVAL');
  const deadline = deadlineAfter(process, call.us);
  if (kernel.runtime.now >= deadline) return undefined;
  kernel.scheduler.setDeadline(process, deadline);
  return BLOCKED;
}

export function work(kernel: Kernel, process: Process, call: Call<'work'>): boolean {
  process.memoryBytes = call.memoryBytes;
  for (let group: Cgroup | undefined = process.cgroup; group; group = group.parent) {
    const limit = group.limits.memoryBytes;
    if (limit === undefined || limit <= 0 || group.memoryBytes <= limit) continue;
    kernel.killForMemory(group);
    break;
  }
  process.interrupt = undefined;
  return process.caught.length > 0;
}

export function random(kernel: Kernel, _process: Process, call: Call<'random'>): Uint8Array {
  return kernel.runtime.random('getrandom').bytes(call.bytes);
}

export function poll(kernel: Kernel, process: Process, call: Call<'poll'>): unknown {
  const ready: PollEntry[] = [];
  for (const { fd, read, write } of call.entries) {
    const file = process.descriptors.find(fd)?.file;
    // A closed descriptor is ready at once, as POLLNVAL is: the call that follows says EBADF.
    const state = file ? file.readiness() : { read: true, write: true };
    const canRead = read === true && state.read;
    const canWrite = write === true && state.write;
    if (!canRead && !canWrite) continue;
    ready.push({ fd, ...(canRead ? { read: true } : {}), ...(canWrite ? { write: true } : {}) });
  }
  if (ready.length > 0) return ready;
  if (call.timeoutUs !== undefined && call.timeoutUs >= 0) {
    const deadline = deadlineAfter(process, call.timeoutUs);
    if (kernel.runtime.now >= deadline) return ready;
    kernel.scheduler.setDeadline(process, deadline);
  }
  for (const { fd } of call.entries) process.waitOn(process.descriptors.get(fd).file.waitQueue);
  return BLOCKED;
}

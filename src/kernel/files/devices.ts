/**
 * Character devices of /dev that need no hardware (`drivers/char/mem.c`, `random.c`, `tty_io.c`).
 */
import { NO_BYTES } from '../../base';
import type { Kernel } from '../kernel';
import type { OpenFile, Readiness } from '../open-file';
import type { Process } from '../process';
import { SysError } from '../syscalls';
import type { FileStat } from '../syscalls';
import { PTS_MAJOR, type TerminalRegistry } from '../terminal/terminal';
import { WaitQueue } from '../wait-queue';

export type DeviceName = 'null' | 'zero' | 'full' | 'random' | 'urandom';

/** Most that one read of a random or zero device gives. */
const READ_BYTES_MAX = 65536;

/** Device number as `stat` has it. */
export function deviceNumber(major: number, minor: number): number {
  return (major << 8) | minor;
}

const TTY = deviceNumber(5, 0);
const CONSOLE = deviceNumber(5, 1);

const BY_NUMBER: ReadonlyMap<number, DeviceName> = new Map([
  [deviceNumber(1, 3), 'null'],
  [deviceNumber(1, 5), 'zero'],
  [deviceNumber(1, 7), 'full'],
  [deviceNumber(1, 8), 'random'],
  [deviceNumber(1, 9), 'urandom'],
]);

/** Nodes that every /dev has, with their numbers (also those of a container). */
export const DEVICE_NODES: readonly { readonly name: string; readonly rdev: number }[] = [
  { name: 'null', rdev: deviceNumber(1, 3) },
  { name: 'zero', rdev: deviceNumber(1, 5) },
  { name: 'full', rdev: deviceNumber(1, 7) },
  { name: 'random', rdev: deviceNumber(1, 8) },
  { name: 'urandom', rdev: deviceNumber(1, 9) },
  { name: 'tty', rdev: TTY },
];

/** Links that every /dev has. */
export const DEVICE_LINKS: readonly (readonly [string, string])[] = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
];

/** Opens a device node. ENXIO for what nothing drives. */
export function openDevice(
  kernel: Kernel,
  rdev: number,
  registry: TerminalRegistry,
  caller: Process,
  stat: FileStat,
  path: string,
): OpenFile {
  const name = BY_NUMBER.get(rdev);
  if (name) return new DeviceFile(kernel, name, stat, path);
  if (rdev === TTY || rdev === CONSOLE) {
    const { terminal } = caller.session;
    if (!terminal) throw new SysError('ENXIO');
    return terminal.openSlave();
  }
  if (rdev >> 8 === PTS_MAJOR) {
    const terminal = registry.terminals.get(rdev & 255);
    if (!terminal) throw new SysError('EIO');
    if (caller.session.id === caller.pid) terminal.adopt(caller.session, caller.group);
    return terminal.openSlave();
  }
  throw new SysError('ENXIO');
}

export class DeviceFile implements OpenFile {
  readonly waitQueue = new WaitQueue();

  constructor(
    private readonly kernel: Kernel,
    private readonly name: DeviceName,
    private readonly inodeStat?: FileStat,
    private readonly path: string = `/dev/${name}`,
  ) {}

  read(max: number): Uint8Array {
    const count = Math.min(max, READ_BYTES_MAX);
    switch (this.name) {
      case 'null':
        return NO_BYTES;
      case 'zero':
      case 'full':
        return new Uint8Array(count);
      default:
        return this.kernel.runtime.random('dev/random').bytes(Math.min(count, READ_BYTES_MAX));
    }
  }

  write(data: Uint8Array): number {
    if (this.name === 'full' && data.length > 0) throw new SysError('ENOSPC');
    return data.length;
  }

  readiness(): Readiness {
    return { read: true, write: true };
  }

  stat(): FileStat {
    if (this.inodeStat) return this.inodeStat;
    const us = this.kernel.wallClock.now();
    const rdev = DEVICE_NODES.find((node) => node.name === this.name)?.rdev ?? 0;
    const times = { mtimeUs: us, atimeUs: us, ctimeUs: us };
    const owner = { uid: 0, gid: 0, nlink: 1, size: 0 };
    return { type: 'char', dev: 5, ino: 4 + (rdev & 255), mode: 0o666, rdev, ...owner, ...times };
  }

  describe(): string {
    return this.path;
  }

  seek(): number {
    return 0;
  }

  reopen(): OpenFile {
    return new DeviceFile(this.kernel, this.name, this.inodeStat, this.path);
  }

  close(): void {
    // Nothing is held.
  }
}

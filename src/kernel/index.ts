/** The one door of the kernel. What a machine holds is `Kernel`; programs use `sys`. */
export * as sys from './sys';
export * from './syscalls';
export { Cgroup, type CgroupLimits, CPU_PERIOD_US } from './cgroup';
export { ELF_HEADER_BYTES, elfHeader } from './elf';
export { errnoText } from './errno-text';
export { FileContent } from './files/content';
export { DEVICE_LINKS, DEVICE_NODES, deviceNumber } from './files/devices';
export { DevPts } from './files/devpts';
export { Disk } from './files/disk';
export type { Attributes, FileSystem, Inode, MagicTarget, NewInode } from './files/filesystem';
export { MemoryFileSystem, MemoryInode, type MemoryFileSystemOptions } from './files/memory';
export { Mount, MountNamespace, type MountOptions, type Place, samePlace } from './files/mounts';
export { InputPipe, type OutputListener, OutputPipe } from './files/outside-pipe';
export { find, pathOf, walk, type Walked, type Walker } from './files/walk';
export { Kernel } from './kernel';
export type { KernelOptions, KernelOutside, ProcessInfo, StartOptions } from './kernel-options';
export {
  CgroupNamespace,
  IpcNamespace,
  type Namespaces,
  PidNamespace,
  PidNumbers,
  UserNamespace,
  UtsNamespace,
} from './namespaces';
export * from './net';
export type * from './network-calls';
export type { AcceptedFile, OpenFile, Readiness } from './open-file';
export { type ExitStatus, Process, ProcessGroup, type ProcessListener, Session } from './process';
export { SIGNALS, signalByName, signalNumber, signalOfNumber } from './signals';
export { LineDiscipline } from './terminal/line-discipline';
export {
  Terminal,
  TerminalFile,
  type TerminalListener,
  type TerminalOptions,
  TerminalRegistry,
} from './terminal/terminal';
export { unknownProgram } from './unknown-program';
export { type Waiter, WaitQueue } from './wait-queue';
export { WallClock } from './wall-clock';

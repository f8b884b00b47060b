/**
 * What of a machine survives a loss of power: its files, the engine's images, containers and volumes, the
 * swarm's identity and its raft log.
 */
import type { MachineConfig } from '../api';
import { EngineDisk } from '../engine';
import type { FileSystem } from '../kernel';
import { SwarmDisk } from '../swarm';
import { RaftDisk } from './consensus';

export class Disk {
  /** Undefined before the first boot, which formats it. */
  rootFs: FileSystem | undefined;
  readonly engine = new EngineDisk();
  readonly swarm = new SwarmDisk();
  readonly raft = new RaftDisk();
  /** Network cards that were put in later, with their addresses in CIDR notation. */
  readonly interfaces: { readonly name: string; readonly address: string }[] = [];

  constructor(readonly config: MachineConfig) {}
}

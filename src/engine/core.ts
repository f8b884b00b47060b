/**
 * What the engine's parts share: the machine that they run on, what is on its disk, and who else is
 * there. One object a boot; the disk outlives it.
 */
import { encodeUtf8, type RandomStream, type Runtime } from '../base';
import type { ApiCall, ApiError, SystemInfo } from '../api';
import { SysError, type Kernel, type NetworkNamespace } from '../kernel';
import { BuildMemory } from './build/cache-story';
import { BuildCache } from './buildkit/build-cache';
import type { HubName } from './content/hub';
import type { Container } from './containers/container';
import { Events } from './events';
import { newEngineId } from './ids';
import { Puller, type RegistryState } from './images/pull';
import { ImageStore } from './images/store';
import type {
  ContainerDirectory,
  ContainerFace,
  NetworkEventSink,
  Networks,
} from './network/contract';
import { NetworkDisk } from './network';
import { HubContents, type HubRecord } from './registry/hub-contents';
import { insecureOf } from './registry/endpoints';
import type { RegistryHost } from './registry/conversation';
import type { Dialler } from './registry/http-exchange';
import { VolumeStore, Volumes } from './volumes/volumes';

/** What of the engine survives a loss of power (/var/lib/docker, without files). */
export class EngineDisk {
  readonly images = new ImageStore();
  readonly containers = new Map<string, Container>();
  readonly volumes = new VolumeStore();
  readonly networks = new NetworkDisk();
  readonly buildCache = new BuildCache();
  readonly buildMemory = new BuildMemory();
  engineId = '';
  /** What all machines know of the Hub: it is no part of this one, but reached without asking. */
  readonly hub = new HubContents();
}

/** The swarm part's share of the engine's answers; node/ fills it in. */
export interface SwarmFace {
  /** `Swarm` of `GET /info`. */
  status(): SystemInfo['Swarm'];
}

/** Finds the network namespaces that the network part made (kernel/net's stack). */
export interface NamespaceFinder {
  namespaceOf(id: number): NetworkNamespace | undefined;
}

/** Keeps what is published there and tells all machines of it. */
export interface OutsideWorld {
  publish(record: unknown): void;
}

export interface EngineOptions {
  /** Host name of the machine. */
  readonly name: string;
  readonly hub: HubName;
  readonly engineVersion: string;
  readonly stack: NamespaceFinder & Dialler;
  /** The network part is made with what it needs of the engine. */
  readonly makeNetworks: (directory: ContainerDirectory, events: NetworkEventSink) => Networks;
  readonly swarm: SwarmFace | undefined;
  readonly outside?: OutsideWorld;
}

export class EngineCore implements ContainerDirectory, NetworkEventSink, RegistryHost {
  readonly events: Events;
  readonly puller: Puller;
  readonly volumes: Volumes;
  readonly ids: RandomStream;
  readonly registry: RegistryState = { down: false };
  readonly networks: Networks;
  readonly name: string;
  readonly engineVersion: string;
  readonly stack: NamespaceFinder & Dialler;
  /** Of daemon.json when the daemon started. */
  readonly insecureRegistries: readonly string[];
  readonly swarm: SwarmFace | undefined;
  readonly hub: HubName;
  private readonly outside: OutsideWorld | undefined;

  constructor(
    readonly runtime: Runtime,
    readonly kernel: Kernel,
    options: EngineOptions,
    readonly disk: EngineDisk,
  ) {
    const { wallClock } = kernel;
    this.name = options.name;
    this.engineVersion = options.engineVersion;
    this.stack = options.stack;
    this.swarm = options.swarm;
    this.ids = runtime.random('engine/ids');
    this.events = new Events(runtime, wallClock);
    this.insecureRegistries = insecureOf(kernel);
    this.hub = options.hub;
    this.outside = options.outside;
    this.puller = new Puller(this, this.hub, disk, this.events, this.registry);
    this.volumes = new Volumes(kernel, disk.volumes, this.events, this.ids);
    this.networks = options.makeNetworks(this, this);
    if (disk.engineId === '') disk.engineId = newEngineId(this.ids);
  }

  /** Unix time in microseconds. */
  get unixUs(): number {
    return this.kernel.wallClock.now();
  }

  /** Puts something on the Hub. */
  publish(record: HubRecord): void {
    this.disk.hub.take(record);
    this.outside?.publish(record);
  }

  // --- containers by reference

  /** By full id, name, or the unique beginning of an id. */
  container(reference: string): Container | ApiError {
    const { containers } = this.disk;
    const exact = containers.get(reference);
    if (exact) return exact;
    const named = this.containerNamed(reference.replace(/^\//, ''));
    if (named) return named;
    const missing: ApiError = { status: 404, message: `No such container: ${reference}` };
    if (!/^[0-9a-f]+$/.test(reference)) return missing;
    const found = [...containers.values()].filter((c) => c.id.startsWith(reference));
    if (found.length > 1)
      return { status: 400, message: `Multiple IDs found with provided prefix: ${reference}` };
    return found[0] ?? missing;
  }

  containerNamed(name: string): Container | undefined {
    for (const container of this.disk.containers.values())
      if (container.name === name) return container;
    return undefined;
  }

  findContainer(reference: string): ContainerFace | undefined {
    const found = this.container(reference);
    return 'status' in found && 'message' in found
      ? undefined
      : { id: found.id, name: found.name, running: found.isRunning };
  }

  hostsChanged(containerId: string, text: string): void {
    const container = this.disk.containers.get(containerId);
    if (!container) return;
    container.hostsText = text;
    try {
      writeContainerFile(this.kernel, containerId, 'hosts', text);
    } catch (error) {
      // A full disk: the engine logs it and goes on.
      if (!(error instanceof SysError)) throw error;
    }
  }

  networkEvent(action: string, networkId: string, attributes: Record<string, string>): void {
    this.events.publish('network', action, networkId, attributes);
  }

  /** A container's event, with its own attributes first. */
  containerEvent(container: Container, action: string, more: Record<string, string> = {}): void {
    const attributes = { ...container.attributes(), ...more };
    this.events.publish('container', action, container.id, attributes);
  }
}

/** Folder of a container's own files on the machine. */
export function containerFolder(id: string): string {
  return `/var/lib/docker/containers/${id}`;
}

/** Writes one of the files that a container sees in its /etc. */
export function writeContainerFile(kernel: Kernel, id: string, name: string, text: string): void {
  const folder = containerFolder(id);
  kernel.makeDirectories(folder);
  const { inode: dir } = kernel.find(folder);
  const owner = { uid: 0, gid: 0 };
  const file =
    dir.fs.lookup(dir, name) ?? dir.fs.create(dir, name, { type: 'file', mode: 0o644, ...owner });
  // Written in place: the containers have the file bind mounted.
  dir.fs.truncate(file, 0);
  dir.fs.write(file, 0, encodeUtf8(text));
}

/** Told of the end of something that takes time. */
export interface Completion {
  done(error: ApiError | undefined): void;
}

/** Answers a call with a status of its own, or with the error. */
export class AnswerEmpty implements Completion {
  constructor(
    private readonly call: ApiCall,
    private readonly status: number,
  ) {}
  done(error: ApiError | undefined): void {
    if (error) this.call.fail(error);
    else this.call.empty(this.status);
  }
}

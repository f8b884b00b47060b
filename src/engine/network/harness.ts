/**
 * For tests: a few engines' network parts on one wire, with tables that all nodes share at once. Not
 * part of the product.
 */
import { type Runtime, type Wakeable, deepClone } from '../../base';
import { ApiCall, type Envelope, type HopRecord, type Network, type PortConfig } from '../../api';
import {
  type LanPort,
  type NetNamespace,
  NetworkStack,
  type OpenFile,
  SysError,
  WallClock,
} from '../../kernel';
import { decodeUtf8, encodeUtf8, Runtime as Clock } from '../../base';
import type {
  ContainerDirectory,
  ContainerFace,
  ContainerNetworking,
  EndpointTables,
  NetworkEventSink,
  TableEvent,
  TableName,
} from './contract';
import { NetworkController } from './controller';
import { NetworkDisk } from './network-disk';

const OWNER = { pid: 1, program: 'test' };
const NOBODY = undefined as never;

export class Engine implements ContainerDirectory, NetworkEventSink, EndpointTables, LanPort {
  readonly stack: NetworkStack;
  net: NetworkController;
  readonly faces = new Map<string, { id: string; name: string; running: boolean }>();
  readonly events: string[] = [];
  readonly joined = new Set<string>();
  hosts = '';

  constructor(
    private readonly lab: Lab,
    readonly address: string,
    name: string,
  ) {
    const { runtime } = lab;
    this.stack = new NetworkStack({
      runtime,
      lan: this,
      hostNamespaceId: 4026531840,
      name,
      address: `${address}/24`,
      gateway: '192.168.0.1',
    });
    this.net = this.controller(new NetworkDisk());
    this.net.boot();
    this.net.connectTables(this);
  }

  private controller(disk: NetworkDisk): NetworkController {
    const { runtime } = this.lab;
    return new NetworkController({
      runtime,
      stack: this.stack,
      clock: new WallClock(runtime, 1_795_470_000_000_000),
      containers: this,
      events: this,
      address: this.address,
      hostResolvConf: 'nameserver 192.168.0.1\n',
      disk,
    });
  }

  /** The daemon starts again on what is on its disk. */
  restart(): this {
    this.net = this.controller(this.net.disk);
    this.net.boot();
    this.net.connectTables(this);
    return this;
  }

  findContainer(reference: string): ContainerFace | undefined {
    return [...this.faces.values()].find(({ id, name }) => id === reference || name === reference);
  }
  hostsChanged(_id: string, text: string): void {
    this.hosts = text;
  }
  networkEvent(action: string): void {
    this.events.push(action);
  }

  // tables
  joinNetwork(networkId: string): void {
    this.joined.add(networkId);
    for (const entry of this.lab.entries.values())
      if (entry.from !== this && entry.event.networkId === networkId)
        this.net.onRecord(entry.event);
  }
  leaveNetwork(networkId: string): void {
    this.joined.delete(networkId);
  }
  create(table: TableName, networkId: string, key: string, value: unknown): void {
    this.lab.tell(this, { op: 'create', table, networkId, key, value });
  }
  update(table: TableName, networkId: string, key: string, value: unknown): void {
    this.lab.tell(this, { op: 'update', table, networkId, key, value });
  }
  remove(table: TableName, networkId: string, key: string): void {
    const value = this.lab.entries.get(`${table}/${key}`)?.event.value;
    this.lab.tell(this, { op: 'delete', table, networkId, key, value });
  }

  peers(): readonly { name: string; address: string }[] {
    return [{ name: 'c0ffee000001', address: this.address }];
  }

  send(envelope: Envelope): void {
    this.lab.runtime.setTimer(200, this.lab, 'arrive', { from: this.address, envelope });
  }

  /** Creates and starts a container; its namespace. */
  run(id: string, config: Partial<ContainerNetworking> = {}): NetNamespace {
    const result = this.tryRun(id, config);
    if ('status' in result) throw new Error(result.message);
    return this.stack.namespaceOf(result.namespace)!;
  }

  tryRun(id: string, config: Partial<ContainerNetworking> = {}) {
    const name = config.name ?? id;
    const face = { id: id.padEnd(64, '0'), name, running: false };
    this.faces.set(face.id, face);
    const refused = this.net.addContainer({
      containerId: face.id,
      name,
      hostname: face.id.slice(0, 12),
      domainname: '',
      networkMode: 'default',
      endpoints: {},
      exposedPorts: [],
      portBindings: {},
      publishAllPorts: false,
      dns: [],
      dnsSearch: [],
      dnsOptions: [],
      extraHosts: [],
      links: [],
      ...config,
    });
    if (refused) return refused;
    const started = this.net.startContainer(face.id);
    if (!('status' in started)) {
      face.running = true;
      this.hosts = started.hosts ?? '';
    }
    return started;
  }

  fullId(name: string): string {
    return this.findContainer(name)!.id;
  }

  stop(name: string): void {
    const face = [...this.faces.values()].find((one) => one.name === name)!;
    face.running = false;
    this.net.stopContainer(face.id);
  }

  api(method: string, path: string, body?: unknown): { status: number; body: unknown } {
    const seen = { status: 0, text: '' };
    const call = new ApiCall(
      {
        method,
        path,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        body: encodeUtf8(body === undefined ? '' : JSON.stringify(body)),
      },
      {
        head: (head) => (seen.status = head.status),
        data: (bytes) => (seen.text += decodeUtf8(bytes)),
        end: () => undefined,
      },
    );
    this.net.handle(call);
    return { status: seen.status, body: seen.text === '' ? undefined : JSON.parse(seen.text) };
  }
}

export class Lab implements Wakeable {
  readonly runtime: Runtime = new Clock(7, 'lab');
  readonly engines: Engine[] = [];
  readonly entries = new Map<string, { from: Engine; event: TableEvent }>();

  constructor(count: number) {
    for (let i = 1; i <= count; i++)
      this.engines.push(new Engine(this, `192.168.0.${10 + i}`, `node${i}`));
  }

  tell(from: Engine, event: TableEvent): void {
    const key = `${event.table}/${event.key}`;
    if (event.op === 'delete') this.entries.delete(key);
    else this.entries.set(key, { from, event });
    for (const engine of this.engines)
      if (engine !== from && engine.joined.has(event.networkId)) engine.net.onRecord(event);
  }

  wake(_tag: string, data: unknown): void {
    const { from, envelope } = data as { from: string; envelope: Envelope };
    const to = this.engines.find(({ address }) => address === envelope.to);
    to?.stack.receive(from, deepClone(envelope.payload));
  }

  pass(us: number): void {
    const end = this.runtime.now + us;
    for (let at = this.runtime.nextAt(); at <= end; at = this.runtime.nextAt()) {
      this.runtime.now = at;
      this.runtime.fireOne();
    }
    this.runtime.now = end;
  }

  hops(): string[] {
    return this.runtime
      .takeReports()
      .filter((report): report is HopRecord => report.kind === 'hop')
      .map((hop) => `${hop.step}: ${hop.text}`);
  }

  /** A server that answers each connection with its name and whom it sees; asks once. */
  ask(
    from: Engine,
    ns: NetNamespace,
    address: string,
    port: number,
    servers: Map<string, { accept?(): { file: OpenFile; peer: { address: string } } | undefined }>,
  ): string {
    const request = { address, port, protocol: 'tcp' as const, timeoutUs: 5_000_000 };
    const pending = from.stack.connect(ns, request, OWNER);
    this.pass(10_000);
    try {
      let file = pending.result();
      if (!file) {
        this.pass(6_000_000);
        file = pending.result()!;
      }
      let answer = '';
      for (const [name, server] of servers) {
        const taken = server.accept?.();
        if (!taken) continue;
        taken.file.write(encodeUtf8(`${name} sees ${taken.peer.address}`), NOBODY);
        taken.file.close();
      }
      this.pass(10_000);
      answer = decodeUtf8(file.read(1000) ?? new Uint8Array(0));
      file.close();
      this.pass(10_000);
      return answer;
    } catch (error) {
      if (error instanceof SysError) return error.errno;
      throw error;
    }
  }

  resolve(from: Engine, ns: NetNamespace, name: string): string {
    const pending = from.stack.resolve(ns, {
      name,
      type: 'A',
      hostsFile: '',
      resolvConf: 'nameserver 127.0.0.11\noptions ndots:0\n',
    });
    this.pass(10_000);
    try {
      return pending.result()!.addresses.join(' ');
    } catch (error) {
      if (error instanceof SysError) return error.errno;
      throw error;
    }
  }
}

/** A swarm network as the managers allocate it. */
export function swarmNetwork(id: string, name: string, subnet: string, vni: number): Network {
  const gateway = subnet.replace(/\.0\/\d+$/, '.1');
  return {
    ID: id,
    Version: { Index: 1 },
    CreatedAt: '2026-11-23T22:32:27.763970466Z',
    UpdatedAt: '2026-11-23T22:32:27.763970466Z',
    Spec: {
      Name: name,
      Labels: {},
      DriverConfiguration: {},
      ...(name === 'ingress' ? { Ingress: true } : {}),
    },
    DriverState: {
      Name: 'overlay',
      Options: { 'com.docker.network.driver.overlay.vxlanid_list': String(vni) },
    },
    IPAMOptions: { Driver: { Name: 'default' }, Configs: [{ Subnet: subnet, Gateway: gateway }] },
  };
}

/** A task's container on the given swarm networks. */
export function taskConfig(
  service: string,
  slot: number,
  addresses: Readonly<Record<string, string>>,
  virtualIps: Readonly<Record<string, string>>,
  ports: readonly PortConfig[],
): Partial<ContainerNetworking> {
  const names = Object.keys(addresses);
  const endpoints: Record<string, { IPAMConfig: { IPv4Address: string } }> = {};
  for (const name of names) endpoints[name] = { IPAMConfig: { IPv4Address: addresses[name]! } };
  return {
    name: `${service}.${slot}.${'abcdefghijklmnopqrstuvwx'}${slot}`,
    networkMode: names[0] ?? 'default',
    endpoints: endpoints as NonNullable<ContainerNetworking['endpoints']>,
    service: {
      serviceId: `${service}id`,
      serviceName: service,
      aliases: {},
      virtualIps,
      ingressPorts: ports,
    },
  };
}

/** Three machines' network parts joined by real gossip: the mesh finds and loses tasks. */
import { expect, test } from 'vitest';
import { Runtime, deepClone, type Wakeable } from '../base';
import type { Channel, Envelope, Network } from '../api';
import { NetworkController } from '../engine';
import { NetworkStack, SysError, WallClock, type LanPort } from '../kernel';
import { GossipAgent, type GossipLan } from './gossip-agent';

const INGRESS: Network = {
  ID: 'ingressid',
  Version: { Index: 1 },
  CreatedAt: '',
  UpdatedAt: '',
  Spec: { Name: 'ingress', Labels: {}, DriverConfiguration: {}, Ingress: true },
  DriverState: {
    Name: 'overlay',
    Options: { 'com.docker.network.driver.overlay.vxlanid_list': '4096' },
  },
  IPAMOptions: {
    Driver: { Name: 'default' },
    Configs: [{ Subnet: '10.0.0.0/24', Gateway: '10.0.0.1' }],
  },
};

class Box implements LanPort, GossipLan {
  readonly stack: NetworkStack;
  readonly net: NetworkController;
  readonly gossip: GossipAgent;
  on = true;

  constructor(
    private readonly lab: Lab,
    readonly address: string,
    index: number,
  ) {
    const { runtime } = lab;
    this.stack = new NetworkStack({
      runtime,
      lan: this,
      hostNamespaceId: 1,
      name: `node${index}`,
      address: `${address}/24`,
      gateway: undefined,
    });
    this.net = new NetworkController({
      runtime,
      stack: this.stack,
      clock: new WallClock(runtime, 0),
      containers: { findContainer: () => undefined, hostsChanged: () => undefined },
      events: { networkEvent: () => undefined },
      address,
      hostResolvConf: '',
    });
    this.net.boot();
    this.gossip = new GossipAgent(runtime, this, this.net, address);
    this.gossip.start(['192.168.0.11']);
    this.net.setNodeAttachments([{ network: INGRESS, address: `10.0.0.${1 + index}/24` }]);
  }
  send(envelope: Envelope): void {
    this.lab.send(this, envelope.to, envelope.channel, envelope.payload);
  }
  post(to: string, channel: Channel, _label: string, _bytes: number, payload: unknown): void {
    this.lab.send(this, to, channel, payload);
  }
  runTask(slot: number, address: string): void {
    const containerId = `c${slot}`;
    this.net.addContainer({
      containerId,
      name: `web.${slot}.id`,
      hostname: 'h',
      domainname: '',
      networkMode: 'ingress',
      endpoints: { ingress: { IPAMConfig: { IPv4Address: address } } },
      exposedPorts: [],
      portBindings: {},
      publishAllPorts: false,
      dns: [],
      dnsSearch: [],
      dnsOptions: [],
      extraHosts: [],
      links: [],
      service: {
        serviceId: 'webid',
        serviceName: 'web',
        aliases: {},
        virtualIps: { ingressid: '10.0.0.9' },
        ingressPorts: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080 }],
      },
    });
    const started = this.net.startContainer(containerId);
    if ('status' in started) throw new Error(started.message);
    const ns = this.stack.namespaceOf(started.namespace)!;
    this.stack.listen(ns, '0.0.0.0', 80, 'tcp', { pid: 1, program: 'nginx' });
    this.net.activateService(containerId);
  }
}

class Lab implements Wakeable {
  readonly runtime = new Runtime(3, 'lab');
  readonly boxes: Box[] = [];

  constructor() {
    for (const index of [1, 2, 3]) this.boxes.push(new Box(this, `192.168.0.1${index}`, index));
  }
  send(from: Box, to: string, channel: Channel, payload: unknown): void {
    if (from.on) this.runtime.setTimer(250, this, '', { from: from.address, to, channel, payload });
  }
  wake(_tag: string, data: unknown): void {
    const { from, to, channel, payload } = data as Record<string, string>;
    const box = this.boxes.find(({ address, on }) => address === to && on);
    if (!box) return;
    if (channel === 'gossip') box.gossip.receive(from!, deepClone(payload));
    else box.stack.receive(from!, deepClone(payload));
  }
  pass(us: number): void {
    const end = this.runtime.now + us;
    for (let at = this.runtime.nextAt(); at <= end; at = this.runtime.nextAt()) {
      this.runtime.now = at;
      this.runtime.fireOne();
    }
    this.runtime.now = end;
  }
  ask(box: Box, us = 100_000): string {
    const request = { address: '127.0.0.1', port: 8080, protocol: 'tcp', timeoutUs: undefined };
    const pending = box.stack.connect(box.stack.host, request as never, {
      pid: 1,
      program: 'curl',
    });
    this.pass(us);
    try {
      return pending.result() ? 'connected' : 'pending';
    } catch (error) {
      return error instanceof SysError ? error.errno : 'broken';
    }
  }
}

test('gossip carries the mesh: tasks come, and go with their node', () => {
  const lab = new Lab();
  const [one, two, three] = lab.boxes as [Box, Box, Box];
  lab.pass(2_000_000);
  expect(one.gossip.screen()!.members.map(({ state }) => state)).toEqual([
    'alive',
    'alive',
    'alive',
  ]);
  two.runTask(1, '10.0.0.6');
  three.runTask(2, '10.0.0.7');
  lab.pass(500_000);
  expect([lab.ask(one), lab.ask(one)]).toEqual(['connected', 'connected']);
  three.on = false;
  // One of two still works; the other waits until gossip has found the node dead.
  const answers = [lab.ask(one), lab.ask(one)].sort();
  expect(answers).toEqual(['connected', 'pending']);
  lab.pass(8_000_000);
  expect([lab.ask(one), lab.ask(one)]).toEqual(['connected', 'connected']);
  two.gossip.stop();
  two.net.leaveSwarm();
  lab.pass(700_000);
  expect(lab.ask(one)).toBe('ECONNREFUSED');
});

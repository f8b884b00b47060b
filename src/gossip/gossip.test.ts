import { describe, expect, test } from 'vitest';
import { Runtime, type Wakeable, deepClone } from '../base';
import type { GossipMessage, GossipTransport } from './messages';
import { type EntryEvent, type GossipListener, NetworkDb } from './network-db';

const SECOND = 1_000_000;

class Node implements GossipTransport, GossipListener {
  readonly db: NetworkDb;
  readonly told: string[] = [];
  readonly entries = new Map<string, unknown>();
  alive = true;

  constructor(
    private readonly net: Net,
    readonly address: string,
    name: string,
  ) {
    const { runtime } = net;
    this.db = new NetworkDb({ runtime, transport: this, listener: this, name, address });
    this.db.start();
  }
  send(to: string, _label: string, bytes: number, message: GossipMessage): void {
    this.net.send(this.address, to, bytes, message);
  }
  onEntry(event: EntryEvent): void {
    this.told.push(`${this.net.seconds()} ${event.op} ${event.key}`);
    if (event.op === 'delete') this.entries.delete(event.key);
    else this.entries.set(event.key, event.value);
  }
  onNode(event: string, name: string): void {
    this.told.push(`${this.net.seconds()} ${event} ${name}`);
  }
  states(): string {
    return [...this.db.memberlist.members.values()]
      .map(({ name, state }) => `${name} ${state}`)
      .sort()
      .join(', ');
  }
}

class Net implements Wakeable {
  readonly runtime: Runtime;
  readonly nodes: Node[] = [];
  messages = 0;
  bytes = 0;
  readonly cut = new Set<string>();

  constructor(count: number, seed = 1) {
    this.runtime = new Runtime(seed, 'net');
    for (let i = 1; i <= count; i++) this.add(`n${i}`, `10.0.0.${i}`);
  }
  add(name: string, address: string): Node {
    const node = new Node(this, address, name);
    this.nodes.push(node);
    if (this.nodes.length > 1) node.db.join([this.nodes[0]!.address]);
    return node;
  }
  seconds(): number {
    return Math.floor(this.runtime.now / 100_000) / 10;
  }
  send(from: string, to: string, bytes: number, message: GossipMessage): void {
    this.messages++;
    this.bytes += bytes;
    if (this.cut.has(from) !== this.cut.has(to)) return;
    this.runtime.setTimer(300, this, 'arrive', { from, to, message });
  }
  wake(_tag: string, data: unknown): void {
    const { from, to, message } = data as { from: string; to: string; message: GossipMessage };
    for (const node of this.nodes)
      if (node.address === to && node.alive) node.db.receive(from, deepClone(message));
  }
  run(us: number): void {
    const end = this.runtime.now + us;
    for (let at = this.runtime.nextAt(); at <= end; at = this.runtime.nextAt()) {
      this.runtime.now = at;
      this.runtime.fireOne();
    }
    this.runtime.now = end;
  }
  kill(node: Node): void {
    node.alive = false;
    node.db.stop();
  }
}

const all = (count: number) =>
  Array.from({ length: count }, (_, i) => `n${i + 1} alive`)
    .sort()
    .join(', ');

describe('members', () => {
  test('find each other within a second and are quiet when idle', () => {
    const net = new Net(4);
    net.run(SECOND);
    for (const node of net.nodes) expect(node.states()).toBe(all(4));
    net.run(5 * SECOND);
    const before = net.messages;
    net.run(100 * SECOND);
    // One ping and its ack a second and node, and little else.
    const perNode = (net.messages - before) / 100 / 4;
    expect(perNode).toBeGreaterThan(1.9);
    expect(perNode).toBeLessThan(2.4);
    for (const node of net.nodes) expect(node.told.length).toBe(3);
  });

  test('notice a dead one in the time that real clusters need', () => {
    const times: number[] = [];
    for (let seed = 1; seed <= 10; seed++) {
      const net = new Net(5, seed);
      net.run(10 * SECOND + seed * 137_000);
      const at = net.runtime.now;
      net.kill(net.nodes[4]!);
      const seen = () =>
        net.nodes.slice(0, 4).every((node) => node.told.some((line) => line.endsWith('failed n5')));
      while (!seen() && net.runtime.now - at < 20 * SECOND) net.run(50_000);
      times.push((net.runtime.now - at) / SECOND);
    }
    expect(Math.min(...times)).toBeGreaterThan(4.9);
    expect(Math.max(...times)).toBeLessThan(8.2);
  });

  test('defend themselves, come back after a cut, and leave at once', () => {
    const net = new Net(4);
    net.run(5 * SECOND);
    net.cut.add('10.0.0.4');
    net.run(3 * SECOND);
    net.cut.clear();
    net.run(20 * SECOND);
    for (const node of net.nodes) expect(node.states()).toBe(all(4));
    net.cut.add('10.0.0.4');
    net.run(60 * SECOND);
    expect(net.nodes[0]!.told.at(-1)).toContain('failed n4');
    net.cut.clear();
    net.run(5 * SECOND);
    for (const node of net.nodes) expect(node.states()).toBe(all(4));
    net.nodes[3]!.db.leave();
    net.run(SECOND);
    expect(net.nodes[0]!.states()).toContain('n4 left');
    expect(net.nodes[0]!.told.at(-1)).toContain('leave n4');
    expect(net.nodes[3]!.db.memberlist.isRunning).toBe(false);
  });
});

describe('tables', () => {
  test('reach the nodes of a network only, and new ones by bulk sync', () => {
    const net = new Net(4);
    net.run(2 * SECOND);
    const [one, two, three, four] = net.nodes as [Node, Node, Node, Node];
    for (const node of [one, two, three]) node.db.joinNetwork('net');
    net.run(SECOND);
    one.db.createEntry('endpoint_table', 'net', 'a', { ip: 1 });
    net.run(700_000);
    expect(two.entries.get('a')).toEqual({ ip: 1 });
    expect(three.entries.get('a')).toEqual({ ip: 1 });
    expect(four.entries.size).toBe(0);
    one.db.updateEntry('endpoint_table', 'net', 'a', { ip: 2 });
    two.db.createEntry('endpoint_table', 'net', 'b', 'B');
    net.run(SECOND);
    four.db.joinNetwork('net');
    net.run(10_000);
    expect([...four.entries]).toEqual([
      ['a', { ip: 2 }],
      ['b', 'B'],
    ]);
    one.db.deleteEntry('endpoint_table', 'net', 'a');
    net.run(SECOND);
    for (const node of [two, three, four]) expect(node.entries.has('a')).toBe(false);
    two.db.leaveNetwork('net');
    net.run(SECOND);
    expect(four.entries.size).toBe(0);
  });

  test('lose the entries of a dead node and get them back', () => {
    const net = new Net(3);
    const [one, two, three] = net.nodes as [Node, Node, Node];
    for (const node of net.nodes) node.db.joinNetwork('net');
    net.run(2 * SECOND);
    three.db.createEntry('endpoint_table', 'net', 'c', 'C');
    net.run(SECOND);
    expect(one.entries.get('c')).toBe('C');
    net.cut.add(three.address);
    net.run(8 * SECOND);
    expect(one.entries.size).toBe(0);
    expect(two.entries.size).toBe(0);
    net.cut.clear();
    net.run(3 * SECOND);
    expect(one.entries.get('c')).toBe('C');
    expect(two.entries.get('c')).toBe('C');
    // The host starts again under a new name before anybody has noticed.
    net.kill(three);
    const again = net.add('n3b', three.address);
    again.db.joinNetwork('net');
    net.run(SECOND);
    expect(one.entries.size).toBe(0);
    again.db.createEntry('endpoint_table', 'net', 'd', 'D');
    net.run(SECOND);
    expect(one.entries.get('d')).toBe('D');
  });

  test('are the same in a clone', () => {
    const net = new Net(3);
    for (const node of net.nodes) node.db.joinNetwork('net');
    net.run(2 * SECOND);
    net.nodes[0]!.db.createEntry('endpoint_table', 'net', 'a', 'A');
    const copy = deepClone(net);
    for (const world of [net, copy]) world.run(2 * SECOND);
    expect(copy.nodes[2]!.told).toEqual(net.nodes[2]!.told);
    expect(copy.messages).toBe(net.messages);
  });
});

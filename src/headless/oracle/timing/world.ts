/**
 * A cluster as the recorder of the timings had it: images on every node, the registry unreachable,
 * managers first, polled every 50 ms. What is measured counts from the last `mark`.
 */
import type { NodeScreen, Node, Service, Task } from '../../../api';
import { SECOND_US } from '../../../base';
import { InlineCluster } from '../../../host/inline';

const POLL_US = 50_000;
const IMAGES = ['nginx:1.12', 'nginx:1.13'];
const ADDRESS = '192.168.0.11:2377';

/** Named conditions; each is answered with the seconds after which it first held. */
export type Conditions = Readonly<Record<string, () => boolean>>;
export type Figures = Record<string, number>;

export class World {
  private markedAt = 0;

  constructor(
    readonly cluster: InlineCluster,
    readonly managers: readonly string[],
    readonly nodes: readonly string[],
  ) {}

  /** A swarm of so many managers and workers, with the images pulled. */
  static form(seed: number, managers: number, workers: number): World {
    const world = World.machines(seed, managers + workers, managers);
    const { cluster, nodes } = world;
    world.run('node1', 'docker swarm init --advertise-addr eth0');
    for (const [i, node] of nodes.slice(1).entries()) {
      world.join(node, i + 1 < managers ? 'manager' : 'worker');
    }
    // A wait that differs from seed to seed, against the timers that began with the swarm.
    cluster.runFor(5 * SECOND_US + ((seed * 1_370_001) % (7 * SECOND_US)));
    return world;
  }

  /** Machines with images, in no swarm. */
  static machines(seed: number, count: number, managers: number): World {
    const cluster = new InlineCluster({
      seed,
      nodes: count,
      hub: 'stand-in',
      engineVersion: '20.10.24+dfsg1',
    });
    cluster.runFor(SECOND_US);
    const { nodes } = cluster;
    const world = new World(cluster, nodes.slice(0, managers), nodes);
    for (const node of nodes) {
      for (const image of IMAGES) world.run(node, `docker pull -q ${image}`);
      cluster.fault(node, { kind: 'registry-down', on: true });
    }
    return world;
  }

  clone(): World {
    return new World(this.cluster.clone(), this.managers, this.nodes);
  }

  join(node: string, role: 'manager' | 'worker', by = 'node1'): number {
    const token = this.run(by, `docker swarm join-token -q ${role}`).stdout.trim();
    return this.run(node, `docker swarm join --token ${token} ${ADDRESS}`).seconds;
  }

  // --- time

  get seconds(): number {
    return this.cluster.now / SECOND_US;
  }

  mark(): void {
    this.markedAt = this.cluster.now;
  }

  /** Since the mark. */
  elapsed(): number {
    return (this.cluster.now - this.markedAt) / SECOND_US;
  }

  since(at: number): number {
    return (at - this.markedAt) / SECOND_US;
  }

  pass(seconds: number): void {
    this.cluster.runFor(Math.round(seconds * SECOND_US));
  }

  /** Looks every 50 ms until all have held once; those that never did are missing. */
  watch(conditions: Conditions, limitSeconds: number): Figures {
    const found: Figures = {};
    const open = new Map(Object.entries(conditions));
    const limit = this.cluster.now + limitSeconds * SECOND_US;
    for (;;) {
      for (const [name, holds] of [...open]) {
        if (!holds()) continue;
        found[name] = this.elapsed();
        open.delete(name);
      }
      if (open.size === 0 || this.cluster.now >= limit) return found;
      this.cluster.runFor(POLL_US);
    }
  }

  // --- commands

  /** Runs a command line, which has to succeed. */
  run(node: string, command: string): { readonly stdout: string; readonly seconds: number } {
    const result = this.cluster.exec(node, command, { timeoutUs: 60 * SECOND_US });
    if (result.exitCode !== 0) {
      throw new Error(`${node}$ ${command}: ${result.exitCode}: ${result.stderr.trim()}`);
    }
    return { stdout: result.stdout, seconds: (result.endedAt - result.startedAt) / SECOND_US };
  }

  /** A service that has come to rest. */
  serve(flags: string, replicas: number, command = 'nginx:1.12'): void {
    const head = `docker service create -d --name web --replicas ${replicas}`;
    this.run('node1', `${head} ${flags} ${command}`);
    this.watch({ up: () => this.running().length === replicas }, 120);
    this.pass(3);
  }

  // --- looking

  screen(node: string): NodeScreen {
    return this.cluster.screen(node);
  }

  leader(): string | undefined {
    const leads = (node: string) => this.screen(node).raft?.role === 'leader';
    return this.managers.find((node) => leads(node));
  }

  cluster1(from = 'node1'): NonNullable<NodeScreen['cluster']> | undefined {
    return this.screen(from).cluster;
  }

  node(name: string, from = 'node1'): Node | undefined {
    return this.cluster1(from)?.nodes.find((node) => node.Description.Hostname === name);
  }

  isDown(name: string, from = 'node1'): boolean {
    return this.node(name, from)?.Status.State === 'down';
  }

  service(from = 'node1'): Service | undefined {
    return this.cluster1(from)?.services[0];
  }

  tasks(from = 'node1'): readonly Task[] {
    return this.cluster1(from)?.tasks ?? [];
  }

  /** Tasks that run and are meant to. */
  running(from = 'node1'): readonly Task[] {
    return this.tasks(from).filter(
      (task) => task.DesiredState === 'running' && task.Status.State === 'running',
    );
  }

  idOf(name: string, from = 'node1'): string {
    return this.node(name, from)?.ID ?? '';
  }

  containers(): number {
    return this.nodes.reduce((sum, node) => sum + this.screen(node).containers.length, 0);
  }

  /** Holds once GET /nodes on that node is answered with a list that satisfies; asks again and again. */
  answers(node: string, satisfied: (nodes: readonly Node[]) => boolean): () => boolean {
    let asked: { done: boolean; text: string } | undefined;
    let held = false;
    return () => {
      if (held) return true;
      if (asked?.done) {
        const nodes: unknown = asked.text === '' ? undefined : JSON.parse(asked.text);
        held = Array.isArray(nodes) && satisfied(nodes as Node[]);
        asked = undefined;
        if (held) return true;
      }
      asked ??= this.ask(node);
      return false;
    };
  }

  private ask(node: string): { done: boolean; text: string } {
    const answer = { done: false, text: '' };
    const decoder = new TextDecoder();
    const request = { method: 'GET', path: '/nodes', headers: {}, body: new Uint8Array() };
    this.cluster.openApi(node, request, {
      head: () => undefined,
      data: (bytes) => {
        answer.text += decoder.decode(bytes, { stream: true });
      },
      end: () => {
        answer.done = true;
      },
    });
    return answer;
  }
}

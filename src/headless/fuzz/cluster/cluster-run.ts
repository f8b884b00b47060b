/**
 * One seed of the cluster fuzzer: a swarm of 3 to 7 managers and up to 10 workers, a minute or two of
 * random faults and commands with the checkers looking on, then everything is healed and must come to
 * what was asked for; then everything is removed and nothing may be left.
 */
import { RandomStream, SECOND_US } from '../../../base';
import { InlineCluster } from '../../../host/inline';
import { Client } from './clients';
import { Commands } from './commands';
import { healAll, killLine, randomFault, randomMend } from './faults';
import { leaderOf } from './inside';
import { checkHistory, type Operation } from './linearizable';
import { RaftProperties } from './raft-properties';
import { SwarmProperties } from './swarm-properties';
import { Violation } from './violation';

/** Managers and workers of the swarms that seeds start from. */
const SHAPES: readonly (readonly [number, number])[] = [
  [3, 0],
  [3, 1],
  [3, 2],
  [5, 0],
  [3, 5],
  [4, 2],
  [5, 3],
  [7, 0],
  [3, 10],
  [5, 10],
];
const CONVERGE_US = 420 * SECOND_US;
const CLEAN_US = 240 * SECOND_US;
const CELLS = ['service/the-cell', 'secret/k-1', 'secret/k-2'];

/** A swarm that many seeds share; each gets a copy. */
export interface FormedSwarm {
  readonly cluster: InlineCluster;
  readonly managers: readonly string[];
  readonly nodeId: string;
}

/** What a seed did, for figures and reports. */
export interface ClusterReport {
  readonly story: readonly string[];
  readonly violation: Violation | undefined;
  readonly operations: number;
  readonly faults: number;
  readonly elections: number;
  readonly seconds: number;
}

export function shapeOf(seed: number): number {
  return seed % SHAPES.length;
}

export function formShape(shape: number): FormedSwarm {
  const [managers, workers] = SHAPES[shape]!;
  const nodes = managers + workers;
  const cluster = new InlineCluster({ seed: shape + 1, nodes, hub: 'stand-in' });
  cluster.runFor(SECOND_US);
  cluster.exec('node1', 'docker swarm init --advertise-addr eth0');
  const tokens = ['manager', 'worker'].map((role) =>
    cluster.exec('node1', `docker swarm join-token -q ${role}`).stdout.trim(),
  );
  for (let i = 2; i <= nodes; i++) {
    const token = tokens[i <= managers ? 0 : 1];
    cluster.exec(`node${i}`, `docker swarm join --token ${token} 192.168.0.11:2377`);
  }
  // Snapshots come early, so that slow members get them.
  if (shape % 2 === 0) cluster.exec('node1', 'docker swarm update --snapshot-interval 60');
  cluster.exec('node1', 'docker service create -d --name the-cell --replicas 0 nginx:1.12');
  cluster.runFor(5 * SECOND_US);
  const nodeId = cluster.exec('node1', 'docker node inspect -f {{.ID}} node1').stdout.trim();
  const names = Array.from({ length: managers }, (_, i) => `node${i + 1}`);
  return { cluster, managers: names, nodeId };
}

export class ClusterRun {
  readonly story: string[] = [];
  private readonly random: RandomStream;
  private readonly cluster: InlineCluster;
  private readonly raft: RaftProperties;
  private readonly swarm: SwarmProperties;
  private readonly commands: Commands;
  private readonly clients: Client[];
  private readonly history: Operation[] = [];
  private faults = 0;
  private nextSample = 0;

  constructor(
    formed: FormedSwarm,
    readonly seed: number,
  ) {
    this.random = new RandomStream(seed, 'cluster-fuzz');
    this.cluster = formed.cluster.clone();
    const { cluster, random } = this;
    this.raft = new RaftProperties(cluster);
    this.swarm = new SwarmProperties(cluster);
    this.commands = new Commands(cluster, random, cluster.nodes.slice(0, formed.managers.length));
    const cells = [...CELLS, `node/${formed.nodeId}`];
    this.clients = Array.from(
      { length: random.between(2, 4) },
      (_, i) =>
        new Client(
          `c${i}`,
          cluster,
          new RandomStream(seed, `client${i}`),
          formed.managers,
          cells,
          this.history,
        ),
    );
  }

  run(): ClusterReport {
    const before = new Map(this.cluster.nodes.map((node) => [node, this.swarm.footprint(node)]));
    // Different seeds of one shape begin at different instants of its clocks.
    this.pass(this.random.below(2 * SECOND_US));
    let violation: Violation | undefined;
    const from = this.cluster.now;
    try {
      this.trouble();
      this.rest();
      this.removeAll(before);
    } catch (error) {
      if (error instanceof Violation) violation = error;
      else violation = new Violation('crash', error instanceof Error ? (error.stack ?? '') : '?');
    }
    const terms = leaderOf(this.cluster)?.consensus.node.core.term ?? 0;
    return {
      story: this.story,
      violation,
      operations: this.history.length,
      faults: this.faults,
      elections: terms,
      seconds: Math.round((this.cluster.now - from) / SECOND_US),
    };
  }

  private say(text: string): void {
    this.story.push(`${(this.cluster.now / SECOND_US).toFixed(2)} ${text}`);
  }

  /** Lets time pass with all eyes open. */
  private pass(us: number, until: () => boolean = () => false): boolean {
    return this.cluster.runUntil(() => {
      this.raft.look();
      for (const client of this.clients) if (!client.isIdle) client.turn();
      if (this.cluster.now >= this.nextSample) this.sample();
      return until();
    }, us);
  }

  private sample(): void {
    this.nextSample = this.cluster.now + SECOND_US;
    this.swarm.noTaskTwice();
    this.raft.compareStores();
  }

  private trouble(): void {
    const { random, cluster, commands } = this;
    const steps = random.between(25, 60);
    /** Out of ten steps: how many break something. */
    const mischief = random.between(1, 6);
    for (let i = 0; i < steps; i++) {
      const dice = random.below(10);
      if (dice < mischief) this.chaos(randomFault(random, cluster.nodes));
      else if (dice < mischief + 2) this.chaos(randomMend(random, cluster.nodes));
      else if (dice === 9 && random.chance(1, 2)) {
        const line = killLine(random, cluster);
        if (line !== undefined) this.chaos(line);
      }
      if (random.chance(2, 3)) {
        commands.turn();
        const line = commands.lines.at(-1);
        if (line !== undefined && !this.story.includes(line)) this.story.push(line);
      }
      for (const client of this.clients) client.turn();
      this.pass(random.pick([200, 1000, 1000, 3000, 8000]) * 1000 + random.below(500_000));
    }
  }

  private chaos(line: string): void {
    this.faults++;
    const { exitCode } = this.cluster.chaos(line);
    if (exitCode === 0) this.say(`chaos ${line}`);
  }

  /** All is whole again: what was promised is there, and services come to what they ask for. */
  private rest(): void {
    healAll(this.cluster);
    this.say('healed');
    this.pass(30 * SECOND_US);
    // A machine that was still shutting down is off by now.
    healAll(this.cluster);
    for (const client of this.clients) client.stop();
    this.commands.stop();
    for (const client of this.clients) this.finalReads(client);
    this.checkHistory();
    const { name: node } = this.leader();
    this.checkPromises();
    const nodes = this.cluster.nodes.map(
      (name) => `docker node update --availability active ${name}`,
    );
    this.cluster.exec(node, nodes.join('; '));
    // An update that was paused by the trouble goes on.
    const services = leaderOf(this.cluster)!
      .store.all('service')
      .map(({ Spec }) => Spec.Name);
    for (const name of services)
      this.cluster.exec(node, `docker service update -d --force ${name}`);
    const missing = this.waitFor(() => this.swarm.missing());
    if (missing !== undefined) throw new Violation('convergence', missing);
    this.pass(3 * SECOND_US);
    this.sample();
    this.swarm.checkBooks();
  }

  /** The leader, as soon as there is one. */
  private leader(): NonNullable<ReturnType<typeof leaderOf>> {
    const none = this.waitFor(() => (leaderOf(this.cluster) ? undefined : 'no leader'));
    const leader = leaderOf(this.cluster);
    if (!leader) throw new Violation('convergence', none ?? 'no leader');
    return leader;
  }

  private waitFor(what: () => string | undefined): string | undefined {
    let answer = what();
    let next = 0;
    this.pass(CONVERGE_US, () => {
      if (this.cluster.now < next) return answer === undefined;
      next = this.cluster.now + SECOND_US;
      answer = what();
      return answer === undefined;
    });
    return answer;
  }

  /** Every cell is read once more, now that all is quiet. */
  private finalReads(client: Client): void {
    for (let i = 0; i < 8; i++) {
      client.turn();
      this.pass(4 * SECOND_US, () => client.isIdle);
    }
    client.stop();
  }

  private checkHistory(): void {
    // A leader that has been deposed and does not know it answers from its own store, as the real one
    // does: what was read then need not be the newest.
    const judged = this.history.filter(
      ({ effect, calledAt, answeredAt = this.cluster.now }) =>
        effect.kind === 'swap' || !this.raft.hadStaleLeader(calledAt, answeredAt),
    );
    const wrong = checkHistory(judged, () => undefined);
    if (!wrong) return;
    const { key, culprit } = wrong;
    const list = judged.filter((operation) => operation.key === key);
    for (const { client, text, calledAt, answeredAt, effect } of list) {
      const end = answeredAt === undefined ? '?' : (answeredAt / SECOND_US).toFixed(3);
      const saw = effect.kind === 'read' ? ` = ${JSON.stringify(effect.before)}` : '';
      this.story.push(`  ${client} ${(calledAt / SECOND_US).toFixed(3)}..${end} ${text}${saw}`);
    }
    throw new Violation(
      'linearizability',
      `${key}: ${culprit.client} "${culprit.text}" at ${(culprit.calledAt / SECOND_US).toFixed(3)}`,
    );
  }

  private checkPromises(): void {
    const { store } = this.leader();
    for (const { kind, name, id } of this.commands.standing())
      if (!store.get(kind, id))
        throw new Violation('lost write', `${kind} ${name} (${id}) was made and is not there`);
  }

  private removeAll(before: ReadonlyMap<string, ReturnType<SwarmProperties['footprint']>>): void {
    const { cluster } = this;
    const { store, name: node } = this.leader();
    const services = store.all('service').map(({ Spec }) => Spec.Name);
    if (services.length > 0) cluster.exec(node, `docker service rm ${services.join(' ')}`);
    const left = () => this.swarm.remains(before);
    let answer: string | undefined = 'nothing';
    let next = 0;
    this.pass(CLEAN_US, () => {
      if (cluster.now < next) return false;
      next = cluster.now + SECOND_US;
      answer = left();
      return answer === undefined;
    });
    if (answer !== undefined) throw new Violation('leak', answer);
    this.swarm.checkBooks();
  }
}

/**
 * Random docker commands on random nodes, and a record of what was promised: what a command said that
 * it has made must be there in the end, unless somebody asked for its removal.
 */
import type { RandomStream } from '../../../base';
import type { ExecRun, InlineCluster } from '../../../host/inline';

const IMAGES = ['nginx:1.12', 'nginx:1.13', 'redis:7-alpine'];
// With a dash, so that no name is the beginning of an id.
const SERVICES = ['s-1', 's-2', 's-3', 's-4', 's-5'];
const NETWORKS = ['n-1', 'n-2'];
const SECRETS = ['x-1', 'x-2'];

interface Draft {
  readonly line: string;
  readonly makes?: { readonly kind: 'service' | 'network' | 'secret'; readonly name: string };
  readonly removes?: string;
}
interface Given extends Draft {
  readonly run: ExecRun;
  readonly at: number;
}
export interface Made {
  readonly kind: 'service' | 'network' | 'secret';
  readonly name: string;
  readonly id: string;
  readonly at: number;
}

type Maker = (random: RandomStream, nodes: readonly string[]) => Draft;

function createService(random: RandomStream): Draft {
  const name = random.pick(SERVICES);
  const words = ['docker service create -d', `--name ${name}`];
  words.push(random.chance(1, 4) ? '--mode global' : `--replicas ${random.below(7)}`);
  if (random.chance(1, 3))
    words.push(`-p ${random.chance(1, 2) ? '' : `808${random.below(3)}:`}80`);
  if (random.chance(1, 2)) words.push(`--network ${random.pick(NETWORKS)}`);
  if (random.chance(1, 5)) words.push(`--secret ${random.pick(SECRETS)}`);
  if (random.chance(1, 4)) words.push('--restart-delay 1s');
  if (random.chance(1, 4)) words.push('--stop-grace-period 2s');
  if (random.chance(1, 4)) words.push(`--update-parallelism ${random.below(3)}`);
  if (random.chance(1, 5)) words.push('--endpoint-mode dnsrr');
  words.push(random.pick(IMAGES));
  // Published by the mesh and dnsrr exclude each other: refused, which is as good a command as any.
  return { line: words.join(' '), makes: { kind: 'service', name } };
}

const MAKERS: readonly Maker[] = [
  createService,
  createService,
  createService,
  (random) => ({
    line: `docker service scale -d ${random.pick(SERVICES)}=${random.below(8)}`,
  }),
  (random) => ({
    line: `docker service update -d --image ${random.pick(IMAGES)} ${random.pick(SERVICES)}`,
  }),
  (random) => ({ line: `docker service update -d --force ${random.pick(SERVICES)}` }),
  (random) => ({
    line: `docker service update -d --env-add A=${random.below(9)} ${random.pick(SERVICES)}`,
  }),
  (random) => ({
    line: `docker service update -d --publish-add ${8080 + random.below(3)}:80 ${random.pick(SERVICES)}`,
  }),
  (random) => ({ line: `docker service rollback -d ${random.pick(SERVICES)}` }),
  (random) => {
    const name = random.pick(SERVICES);
    return { line: `docker service rm ${name}`, removes: name };
  },
  (random) => {
    const name = random.pick(NETWORKS);
    const line = `docker network create -d overlay ${random.chance(1, 2) ? '--attachable ' : ''}${name}`;
    return { line, makes: { kind: 'network', name } };
  },
  (random) => {
    const name = random.pick(NETWORKS);
    return { line: `docker network rm ${name}`, removes: name };
  },
  (random) => {
    const name = random.pick(SECRETS);
    return { line: `echo s | docker secret create ${name} -`, makes: { kind: 'secret', name } };
  },
  (random) => {
    const name = random.pick(SECRETS);
    return { line: `docker secret rm ${name}`, removes: name };
  },
  (random, nodes) => ({
    line: `docker node update --availability ${random.pick(['active', 'active', 'pause', 'drain'])} ${random.pick(nodes)}`,
  }),
  (random, nodes) => ({ line: `docker node promote ${random.pick(nodes)}` }),
  (random, nodes) => ({ line: `docker node demote ${random.pick(nodes)}` }),
  (random, nodes) => ({
    line: `docker node update --label-add zone=${random.below(3)} ${random.pick(nodes)}`,
  }),
  () => ({ line: 'docker swarm update --task-history-limit 3' }),
  () => ({ line: 'docker swarm join-token --rotate -q worker' }),
];

/** Commands that run at one time. */
const RUNNING_MAX = 4;

export class Commands {
  private running: Given[] = [];
  private readonly promises: Made[] = [];
  private readonly removals = new Map<string, number[]>();
  readonly lines: string[] = [];

  constructor(
    private readonly cluster: InlineCluster,
    private readonly random: RandomStream,
    private readonly managers: readonly string[],
  ) {}

  /** Starts one more command, and takes what the others have said. */
  turn(): void {
    this.collect();
    if (this.running.length >= RUNNING_MAX) return;
    const { random, cluster } = this;
    const draft = random.pick(MAKERS)(random, cluster.nodes);
    this.give(random.pick(this.managers), draft);
  }

  give(node: string, draft: Draft): void {
    const { cluster } = this;
    if (cluster.screen(node).power === 'off') return;
    const at = cluster.now;
    const run = cluster.startExec(node, draft.line);
    this.lines.push(`${(at / 1e6).toFixed(1)} ${node}$ ${draft.line}`);
    this.running.push({ ...draft, run, at });
    if (draft.removes !== undefined) {
      const list = this.removals.get(draft.removes) ?? [];
      this.removals.set(draft.removes, [...list, at]);
    }
  }

  private collect(): void {
    const open: Given[] = [];
    for (const given of this.running) {
      const { run, makes, at } = given;
      if (run.exitCode === undefined) {
        open.push(given);
        continue;
      }
      const id = run.stdout.trim().split('\n')[0]!;
      if (run.exitCode === 0 && makes) this.promises.push({ ...makes, id, at });
    }
    this.running = open;
  }

  /** Ends what still runs. */
  stop(): void {
    this.collect();
    for (const { run } of this.running) this.cluster.killExec(run);
    this.running = [];
  }

  /** What must be there: made, acknowledged, and never asked away since. */
  standing(): Made[] {
    return this.promises.filter(
      ({ name, at }) => !(this.removals.get(name) ?? []).some((removal) => removal >= at - 60e6),
    );
  }
}

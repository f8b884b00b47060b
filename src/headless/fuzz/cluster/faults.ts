/** Random faults as chaos lines, and the lines that make everything whole again. */
import type { RandomStream } from '../../../base';
import type { InlineCluster } from '../../../host/inline';

type Line = (random: RandomStream, nodes: readonly string[]) => string;

const pair = (random: RandomStream, nodes: readonly string[]) => {
  const [a, b] = random.shuffle(nodes);
  return random.chance(1, 2) ? `${a} ${b}` : `${a} to ${b}`;
};
const some = (random: RandomStream, nodes: readonly string[]) =>
  random.shuffle(nodes).slice(0, random.between(1, Math.max(1, Math.floor(nodes.length / 2))));

/** Faults by their name, so that a run can do without one. */
const FAULTS: Readonly<Record<string, Line>> = {
  crash: (random, nodes) => `crash ${random.pick(nodes)}`,
  restart: (random, nodes) => `restart ${random.pick(nodes)}`,
  stop: (random, nodes) => `stop ${random.pick(nodes)}`,
  freeze: (random, nodes) => `freeze ${random.pick(nodes)}`,
  cut: (random, nodes) => `cut ${pair(random, nodes)}`,
  partition: (random, nodes) => `partition ${some(random, nodes).join(',')}`,
  loss: (random, nodes) => `loss ${pair(random, nodes)} ${random.between(1, 40)}%`,
  lossAll: (random) => `loss all ${random.between(1, 10)}%`,
  delay: (random, nodes) => `delay ${pair(random, nodes)} ${random.between(1, 900)}ms`,
  delayAll: (random) => `delay all ${random.between(1, 60)}ms ${random.between(0, 60)}ms`,
  duplicate: (random) => `duplicate all ${random.between(1, 30)}%`,
  reorder: (random) => `reorder all ${random.between(1, 30)}%`,
  drop: (random, nodes) => `drop ${pair(random, nodes)} ${random.between(1, 5)}`,
  bandwidth: (random, nodes) => `bandwidth ${pair(random, nodes)} 1mbit`,
  slowDisk: (random, nodes) => `slow-disk ${random.pick(nodes)} ${random.between(5, 1500)}ms`,
  diskFull: (random, nodes) => `disk-full ${random.pick(nodes)}`,
  skew: (random, nodes) => `skew ${random.pick(nodes)} ${random.between(-90, 90)}s`,
  registry: () => 'registry down',
  powerCut: () => 'power-cut',
};
/** How often each comes, against the others. */
const WEIGHTS: Readonly<Record<string, number>> = { powerCut: 1, registry: 1, bandwidth: 1 };
const USUAL_WEIGHT = 4;

/** Lines that mend one thing each. */
const MENDS: readonly Line[] = [
  () => 'heal',
  (random, nodes) => `start ${random.pick(nodes)}`,
  (random, nodes) => `start ${random.pick(nodes)}`,
  (random, nodes) => `thaw ${random.pick(nodes)}`,
  (random, nodes) => `slow-disk ${random.pick(nodes)} off`,
  (random, nodes) => `disk-full ${random.pick(nodes)} off`,
  () => 'registry up',
];

export function randomFault(random: RandomStream, nodes: readonly string[]): string {
  const names = Object.keys(FAULTS).flatMap((name) =>
    Array.from({ length: WEIGHTS[name] ?? USUAL_WEIGHT }, () => name),
  );
  return FAULTS[random.pick(names)]!(random, nodes);
}

export function randomMend(random: RandomStream, nodes: readonly string[]): string {
  return random.pick(MENDS)(random, nodes);
}

/** Kills some container that runs. */
export function killLine(random: RandomStream, cluster: InlineCluster): string | undefined {
  const node = random.pick(cluster.nodes);
  const running = cluster.screen(node).containers.filter(({ State }) => State === 'running');
  if (running.length === 0) return undefined;
  const verb = random.chance(1, 4) ? 'oom' : 'kill';
  return `${verb} ${random.pick(running).Id.slice(0, 12)} on ${node}`;
}

/** Everything is whole again and every machine runs. */
export function healAll(cluster: InlineCluster): void {
  cluster.chaos('heal');
  cluster.chaos('registry up');
  for (const node of cluster.nodes) {
    cluster.chaos(`thaw ${node}`);
    cluster.chaos(`slow-disk ${node} off`);
    cluster.chaos(`disk-full ${node} off`);
    cluster.chaos(`skew ${node} 0s`);
    cluster.chaos(`start ${node}`);
  }
}

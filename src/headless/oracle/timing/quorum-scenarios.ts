/** Section 7 of the timings: a swarm that has lost its quorum, and gets it back. */
import type { ExecRun } from '../../../host/inline';
import { named, THREE_MANAGERS, type Scenario } from './scenario';
import type { Figures, World } from './world';

const NO_LEADER = 'The swarm does not have a leader';
const DEADLINE = 'context deadline exceeded';
/** The series: a read, half a second and what the recorder itself took, for 30 s. */
const SPACING_SECONDS = 0.57;
const READS = 53;

type Lost = 'two_followers' | 'leader+1';

/** Kills two of three; answers the survivor and who comes back later. */
function lose(world: World, lost: Lost): { survivor: string; back: string } {
  const [first, second] = lost === 'leader+1' ? ['node1', 'node2'] : ['node2', 'node3'];
  world.cluster.power(first!, 'off');
  world.cluster.power(second!, 'off');
  return { survivor: lost === 'leader+1' ? 'node3' : 'node1', back: 'node2' };
}

function recovery(lost: Lost): Scenario {
  const prefix = `7.${lost}_killed`;
  return {
    gives: [`${prefix}.`],
    base: THREE_MANAGERS,
    run(world) {
      world.serve('', 6);
      const { survivor, back } = lose(world, lost);
      world.pass(35);
      const refused = world.cluster.exec(survivor, 'docker service ls');
      world.pass(2);
      world.cluster.power(back, 'on');
      world.mark();
      const figures = world.watch(
        {
          recovery_node_ls: world.answers(survivor, (nodes) => nodes.length > 0),
          recovery_all_running: () => {
            const leads = [survivor, back].find((n) => world.screen(n).raft?.role === 'leader');
            return leads !== undefined && world.running(leads).length >= 6;
          },
        },
        120,
      );
      const cmd = (refused.endedAt - refused.startedAt) / 1e6;
      return named(prefix, { ...figures, ...(lost === 'two_followers' ? { cmd } : {}) });
    },
  };
}

function series(lost: Lost): Scenario {
  const prefix = `7.series.${lost}`;
  return {
    gives: [`${prefix}.`],
    base: THREE_MANAGERS,
    run(world) {
      world.serve('', 6);
      world.mark();
      const { survivor, back } = lose(world, lost);
      const reads: ExecRun[] = [];
      for (let i = 0; i < READS; i++) {
        reads.push(world.cluster.startExec(survivor, 'docker node ls'));
        world.pass(SPACING_SECONDS);
      }
      world.pass(25);
      const figures = seriesFigures(world, reads);
      world.cluster.power(back, 'on');
      world.mark();
      const answered = world.answers(survivor, (nodes) => nodes.length > 0);
      const recovered = world.watch({ recovered_after: answered }, 120);
      return named(prefix, { ...figures, ...recovered });
    },
  };
}

function seriesFigures(world: World, reads: readonly ExecRun[]): Figures {
  const figures: Figures = {};
  const started = (run: ExecRun) => world.since(run.startedAt);
  const took = (run: ExecRun) => ((run.endedAt ?? Infinity) - run.startedAt) / 1e6;
  const normal = reads.filter((run) => run.exitCode === 0);
  const none = reads.filter((run) => run.stderr.includes(NO_LEADER));
  const last = normal[normal.length - 1];
  if (last) figures['last_normal_answer_started'] = started(last);
  const ended = none.map((run) => world.since(run.endedAt ?? Infinity));
  if (ended.length > 0) figures['first_no_leader_error'] = Math.min(...ended);
  const atOnce = none.find((run) => took(run) < 1);
  if (atOnce) figures['immediate_no_leader_from'] = started(atOnce);
  figures['deadline_errors'] = reads.filter(
    (run) => run.stderr.includes(DEADLINE) && took(run) > 15,
  ).length;
  return figures;
}

const forced: Scenario = {
  gives: ['7.force_new_cluster.'],
  base: THREE_MANAGERS,
  seeds: 10,
  run(world) {
    world.serve('', 6);
    lose(world, 'two_followers');
    world.pass(30);
    world.mark();
    const command = 'docker swarm init --force-new-cluster --advertise-addr eth0';
    const { seconds } = world.run('node1', command);
    const id = world.idOf('node1');
    const here = () => world.running().filter((task) => task.NodeID === id).length;
    const figures = world.watch(
      {
        node_ls: world.answers('node1', (nodes) => nodes.length > 0),
        states_settled: () => world.isDown('node2') && world.isDown('node3'),
        all_running: () => here() === 6,
      },
      90,
    );
    return named('7.force_new_cluster', { cli: seconds, ...figures });
  },
};

export const QUORUM_SCENARIOS: readonly Scenario[] = [
  recovery('two_followers'),
  recovery('leader+1'),
  series('two_followers'),
  series('leader+1'),
  forced,
];

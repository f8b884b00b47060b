/** Sections 3, 6, 7 and 12 of the timings: machines that are lost, leaders, quorum. */
import type { Task } from '../../../api';
import type { ExecRun } from '../../../host/inline';
import { FIVE_MANAGERS, named, ONE_MANAGER, THREE_MANAGERS } from './scenario';
import type { Base, Scenario } from './scenario';
import { World, type Figures } from './world';

type Way = 'kill' | 'link' | 'leave' | 'term' | 'stop';

function lose(world: World, node: string, way: Way): ExecRun | undefined {
  if (way === 'kill') world.cluster.power(node, 'off');
  else if (way === 'term') world.cluster.power(node, 'stop');
  else if (way === 'link') world.cluster.chaos(`partition ${node}`);
  else if (way === 'stop') world.cluster.chaos(`freeze ${node}`);
  else return world.cluster.startExec(node, 'docker swarm leave');
  return undefined;
}

function workerLost(way: Way): Scenario {
  return {
    gives: [`3.${way}.`],
    base: ONE_MANAGER,
    run(world) {
      world.serve('', 6);
      const id = world.idOf('node3');
      const there = (task: Task) => task.NodeID === id;
      const before = new Set(world.tasks().map((task) => task.ID));
      world.mark();
      const leaving = lose(world, 'node3', way);
      const added = () => world.tasks().filter((task) => !before.has(task.ID));
      const figures = world.watch(
        {
          ...(leaving ? { cli: () => leaving.exitCode !== undefined } : {}),
          ...(way === 'term' ? { exit: () => world.screen('node3').power === 'off' } : {}),
          down: () => world.isDown('node3'),
          lost_desired_shutdown: () =>
            world.tasks().every((task) => !there(task) || task.DesiredState === 'shutdown'),
          replacement_assigned: () => added().filter((task) => task.NodeID).length >= 2,
          all_running: () => world.running().filter((task) => !there(task)).length === 6,
        },
        60,
      );
      if (leaving) {
        figures['cli'] = world.since(leaving.endedAt ?? Infinity);
        world.run('node1', 'docker node rm node3');
        figures['rejoin'] = world.join('node3', 'worker');
      }
      return named(`3.${way}`, figures);
    },
  };
}

const heartbeats: Scenario = {
  gives: ['3.down_after_last_heartbeat', '12.'],
  base: ONE_MANAGER,
  run(world) {
    const address = world.screen('node3').address;
    const beats = (of: World, seconds: number) => {
      const times: number[] = [];
      const end = of.seconds + seconds;
      of.cluster.takeFlights();
      while (of.seconds < end) {
        of.pass(0.25);
        for (const flight of of.cluster.takeFlights()) {
          const mine = flight.from === 'node3' || flight.from === address;
          if (mine && flight.channel === 'dispatcher' && flight.label === 'heartbeat') {
            times.push(flight.sentAt / 1e6);
          }
        }
      }
      return times;
    };
    // The same swarm goes on unharmed in a copy: so the period is known that was announced last.
    const unharmed = world.clone();
    const times = beats(unharmed, 20);
    const [last = NaN, next = NaN] = times.slice(1);
    world.pass(last + 0.1 - world.seconds);
    world.cluster.power('node3', 'off');
    world.watch({ down: () => world.isDown('node3') }, 40);
    const waited = world.seconds - last;
    const period = next - last;
    return {
      '3.down_after_last_heartbeat': waited,
      '3.down_after_last_heartbeat_in_periods': waited / period,
      '12.dispatcher_heartbeat_period_announced': period,
    };
  },
};

/** The rafts of the managers as they are seen every 50 ms. */
class RaftWatch {
  private readonly term: number;
  private highest: number;
  private candidate: number | undefined;

  constructor(
    private readonly world: World,
    private readonly old: string,
  ) {
    this.term = this.highest = world.screen(old).raft?.term ?? 0;
  }

  /** A candidacy is a new term, or the role itself where it is caught. */
  private look(): string | undefined {
    const { world } = this;
    let leader: string | undefined;
    for (const name of world.managers) {
      if (name === this.old) continue;
      const raft = world.screen(name).raft;
      if (!raft) continue;
      this.highest = Math.max(this.highest, raft.term);
      if (raft.role === 'leader') leader = name;
    }
    if (this.highest > this.term) this.candidate ??= world.elapsed();
    return leader;
  }

  readonly newLeader = (): boolean => this.look() !== undefined;

  figures(): Figures {
    return {
      ...(this.candidate === undefined ? {} : { raft_first_candidate: this.candidate }),
      raft_candidacies_until_leader: this.highest - this.term,
    };
  }
}

function leaderLost(base: Base, way: Way): Scenario {
  const name = `6.${base.managers}m.${way}`;
  return {
    gives: [`${name}.`, '6.dead_leader_down_after_election'],
    base,
    run(world) {
      const others = world.managers.slice(1);
      const rafts = new RaftWatch(world, 'node1');
      world.mark();
      lose(world, 'node1', way);
      const led = (of: string) =>
        world.answers(of, (nodes) =>
          nodes.some((n) => n.ManagerStatus?.Leader && n.Description.Hostname !== 'node1'),
        );
      const leads = others.map(led);
      // All are asked, as each asks again only when it is looked at.
      const led1 = () => leads.map((holds) => holds()).includes(true);
      const status = (from: string) => world.node('node1', from)?.ManagerStatus?.Reachability;
      const leader = () => others.find((n) => world.screen(n).raft?.role === 'leader');
      const figures = world.watch(
        {
          ...(way === 'term' ? { exit: () => world.screen('node1').power === 'off' } : {}),
          ...(way === 'link'
            ? { raft_old_leader_steps_down: () => world.screen('node1').raft?.role !== 'leader' }
            : {}),
          raft_new_leader: rafts.newLeader,
          new_leader_first: led1,
          old_leader_unreachable: () => {
            const from = leader();
            return from !== undefined && status(from) === 'unreachable';
          },
          old_leader_down: () => {
            const from = leader();
            return from !== undefined && world.isDown('node1', from);
          },
        },
        120,
      );
      Object.assign(figures, rafts.figures());
      const down = figures['old_leader_down'];
      const result = { ...named(name, figures) };
      if (down !== undefined && figures['raft_new_leader'] !== undefined) {
        result['6.dead_leader_down_after_election'] = down - figures['raft_new_leader'];
      }
      if (way === 'link') return { ...result, ...cutOffAnswer(world, name) };
      return way === 'stop' ? result : { ...result, ...named(name, comesBack(world, leader()!)) };
    },
  };
}

function cutOffAnswer(world: World, name: string): Figures {
  const { startedAt, endedAt } = world.cluster.exec('node1', 'docker node ls');
  return { [`${name}.cutoff_leader_answer`]: (endedAt - startedAt) / 1e6 };
}

function comesBack(world: World, leader: string): Figures {
  world.cluster.power('node1', 'on');
  world.watch({ up: () => world.screen('node1').power === 'on' }, 30);
  world.mark();
  return world.watch(
    {
      back_ready_reachable: () => {
        const node = world.node('node1', leader);
        return node?.Status.State === 'ready' && node.ManagerStatus?.Reachability === 'reachable';
      },
      back_answers_node_ls: world.answers('node1', (nodes) => nodes.length > 0),
    },
    60,
  );
}

function demote(base: Base): Scenario {
  const prefix = `6.${base.managers}m`;
  return {
    gives: [`${prefix}.demote.`, `${prefix}.promote.`],
    base,
    run(world) {
      const others = world.managers.slice(1);
      const rafts = new RaftWatch(world, 'node1');
      const led = others.map((of) =>
        world.answers(of, (nodes) =>
          nodes.some((n) => n.ManagerStatus?.Leader && n.Description.Hostname !== 'node1'),
        ),
      );
      world.mark();
      const run = world.cluster.startExec('node2', 'docker node demote node1');
      const seen = world.watch(
        {
          cli: () => run.exitCode !== undefined,
          raft_new_leader: rafts.newLeader,
          new_leader_first: () => led.map((holds) => holds()).includes(true),
        },
        30,
      );
      const figures = {
        ...seen,
        ...rafts.figures(),
        cli: world.since(run.endedAt ?? Infinity),
      };
      world.pass(10);
      world.mark();
      const promote = world.run('node2', 'docker node promote node1').seconds;
      const back = world.watch(
        {
          back_ready_reachable: () =>
            world.node('node1', 'node2')?.ManagerStatus?.Reachability === 'reachable',
          back_answers_node_ls: world.answers('node1', (nodes) => nodes.length > 0),
        },
        30,
      );
      return {
        ...named(`${prefix}.demote`, { ...figures, ...back }),
        [`${prefix}.promote.cli`]: promote,
      };
    },
  };
}

function followerLost(base: Base): Scenario {
  const prefix = `6.${base.managers}m.follower_kill`;
  return {
    gives: [`${prefix}.`],
    base,
    run(world) {
      world.mark();
      lose(world, 'node2', 'kill');
      const figures = world.watch(
        {
          unreachable: () => world.node('node2')?.ManagerStatus?.Reachability === 'unreachable',
          down: () => world.isDown('node2'),
        },
        60,
      );
      return named(prefix, figures);
    },
  };
}

export const FAULT_SCENARIOS: readonly Scenario[] = [
  ...(['kill', 'link', 'leave', 'term', 'stop'] as const).map(workerLost),
  heartbeats,
  ...(['kill', 'term', 'link', 'stop'] as const).map((way) => leaderLost(THREE_MANAGERS, way)),
  ...(['kill', 'term'] as const).map((way) => leaderLost(FIVE_MANAGERS, way)),
  demote(THREE_MANAGERS),
  demote(FIVE_MANAGERS),
  followerLost(THREE_MANAGERS),
  followerLost(FIVE_MANAGERS),
];

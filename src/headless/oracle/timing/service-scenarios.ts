/** Sections 1, 2, 4, 5 and 9 of the timings: forming a swarm, services, crashes, updates, availability. */
import { named, ONE_MANAGER, type Scenario } from './scenario';
import type { Figures, World } from './world';

const RESTING = 'sh -c "trap \'\' TERM; while true; do sleep 1; done"';

const forming: Scenario = {
  gives: ['1.'],
  base: { managers: 0, workers: 3 },
  seeds: 5,
  run(world) {
    world.mark();
    const init = world.run('node1', 'docker swarm init --advertise-addr eth0').seconds;
    const isReady = (name: string) => () => world.node(name)?.Status.State === 'ready';
    const ready = world.watch({ ready: isReady('node1') }, 10);
    const figures = named('1.init', { cli: init, ...ready });
    const tokens = (role: string) =>
      world.run('node1', `docker swarm join-token -q ${role}`).stdout.trim();
    for (const [node, role] of [
      ['node2', 'worker'],
      ['node3', 'manager'],
    ] as const) {
      const token = tokens(role);
      world.pass(1);
      world.mark();
      const join = `docker swarm join --token ${token} 192.168.0.11:2377`;
      const run = world.cluster.startExec(node, join);
      const seen = world.watch(
        {
          cli: () => run.exitCode !== undefined,
          ready: isReady(node),
          ...(role === 'manager'
            ? {
                reachable: () => world.node(node)?.ManagerStatus?.Reachability === 'reachable',
                answers_node_ls: world.answers(node, (nodes) => nodes.length > 0),
              }
            : {}),
        },
        20,
      );
      seen['cli'] = world.since(run.endedAt ?? Infinity);
      Object.assign(figures, named(`1.join_${role}`, seen));
    }
    return figures;
  },
};

function create(replicas: number, seeds?: number): Scenario {
  return {
    gives: [`2.create_${replicas}.all_running`, `2.rm_${replicas}`],
    base: ONE_MANAGER,
    ...(seeds === undefined ? {} : { seeds }),
    run(world) {
      world.mark();
      world.run('node1', `docker service create -d --name web --replicas ${replicas} nginx:1.12`);
      const up = { all_running: () => world.running().length === replicas };
      const figures = named(`2.create_${replicas}`, world.watch(up, 120));
      world.pass(5);
      world.mark();
      world.run('node1', 'docker service rm web');
      const gone = {
        tasks_gone: () => world.tasks().length === 0,
        containers_gone: () => world.containers() === 0,
      };
      return { ...figures, ...named(`2.rm_${replicas}`, world.watch(gone, 120)) };
    },
  };
}

const attached: Scenario = {
  gives: ['2.create_2.attached_cli'],
  base: ONE_MANAGER,
  run(world) {
    const { seconds } = world.run(
      'node1',
      'docker service create --name web --replicas 2 nginx:1.12',
    );
    return { '2.create_2.attached_cli': seconds };
  },
};

const global: Scenario = {
  gives: ['2.global.'],
  base: ONE_MANAGER,
  run(world) {
    world.mark();
    world.run('node1', 'docker service create -d --name web --mode global nginx:1.12');
    return named('2.global', world.watch({ all_running: () => world.running().length === 3 }, 60));
  },
};

function crash(delay: string): Scenario {
  return {
    gives: [`4.crash.delay_${delay}.`],
    base: ONE_MANAGER,
    run(world) {
      world.serve(delay === 'default' ? '' : `--restart-delay ${delay}`, 3);
      const task = world.running()[0]!;
      const [node] = world.nodes.filter((name) => world.idOf(name) === task.NodeID);
      const id = task.Status.ContainerStatus?.ContainerID ?? '';
      world.mark();
      world.run(node!, `kill -9 $(docker inspect -f '{{.State.Pid}}' ${id})`);
      const old = new Set([task.ID]);
      const mine = () => world.tasks().filter((t) => t.Slot === task.Slot);
      const replacement = () => mine().find((t) => !old.has(t.ID));
      return named(
        `4.crash.delay_${delay}`,
        world.watch(
          {
            failed_seen: () => mine().some((t) => t.ID === task.ID && t.Status.State === 'failed'),
            replacement_created: () => replacement() !== undefined,
            replacement_running: () => replacement()?.Status.State === 'running',
          },
          30,
        ),
      );
    },
  };
}

const history: Scenario = {
  gives: ['4.history_limit'],
  base: ONE_MANAGER,
  seeds: 1,
  run(world) {
    const looping = '--restart-delay 0s nginx:1.12 sh -c "sleep 1; exit 3"';
    world.run('node1', `docker service create -d --name web ${looping}`);
    world.pass(25);
    return { '4.history_limit': world.tasks().length };
  },
};

/** From a command until the update of the service has come to such a state. */
function update(
  name: string,
  state: string,
  { flags = '', replicas = 5, command = '', verb = 'update --image nginx:1.13' },
): Scenario {
  return {
    gives: [`5.${name}.total`],
    base: ONE_MANAGER,
    run(world) {
      world.serve(flags, replicas);
      world.mark();
      world.run('node1', `docker service ${verb} -d ${command} web`);
      const reached = () => world.service()?.UpdateStatus?.State === state;
      return named(`5.${name}`, world.watch({ total: reached }, 120));
    },
  };
}

const BAD = '--args /nocmd';
const SHORT = '--args "sh -c \'sleep 2; exit 1\'"';
const missing = { verb: 'update --image nginx:9.99' };
const UPDATES = [
  update('stop-first.p1.d0', 'completed', {}),
  update('stop-first.p2.d0', 'completed', { flags: '--update-parallelism 2' }),
  update('stop-first.p1.d3', 'completed', { flags: '--update-delay 3s' }),
  update('stop-first.p2.d3', 'completed', {
    flags: '--update-parallelism 2 --update-delay 3s',
  }),
  update('stop-first.p0.d0', 'completed', { flags: '--update-parallelism 0' }),
  update('fail.pause', 'paused', { command: BAD }),
  update('fail.pause.delay3', 'paused', { flags: '--update-delay 3s', command: BAD }),
  update('fail.pause.ratio', 'paused', {
    flags: '--update-max-failure-ratio 0.5',
    command: BAD,
  }),
  update('fail.continue', 'completed', {
    flags: '--update-failure-action continue',
    command: BAD,
  }),
  update('fail.rollback', 'rollback_completed', {
    flags: '--update-failure-action rollback',
    command: BAD,
  }),
  update('exit_after_2s.monitor5', 'paused', { command: SHORT }),
  update('exit_after_2s.monitor1', 'completed', {
    flags: '--update-monitor 1s',
    command: SHORT,
  }),
  update('missing_image', 'paused', missing),
];

const manualRollback: Scenario = {
  gives: ['5.manual_rollback.total'],
  base: ONE_MANAGER,
  run(world) {
    world.serve('--update-parallelism 0', 5);
    world.run('node1', 'docker service update --image nginx:1.13 -d web');
    world.watch({ done: () => world.service()?.UpdateStatus?.State === 'completed' }, 60);
    world.mark();
    world.run('node1', 'docker service rollback -d web');
    const done = () => world.service()?.UpdateStatus?.State === 'rollback_completed';
    return named('5.manual_rollback', world.watch({ total: done }, 60));
  },
};

const stubborn: Scenario = {
  gives: ['5.ignores_SIGTERM.'],
  base: ONE_MANAGER,
  seeds: 5,
  run(world) {
    world.serve('', 1, `nginx:1.12 ${RESTING}`);
    const old = world.running()[0]?.ID;
    world.mark();
    world.run('node1', 'docker service update --force -d web');
    const replaced = () => world.running().some((task) => task.ID !== old);
    return named('5.ignores_SIGTERM', world.watch({ force_update_replaced: replaced }, 60));
  },
};

const scale: Scenario = {
  gives: ['5.scale_'],
  base: ONE_MANAGER,
  run(world) {
    world.serve('', 3);
    world.mark();
    world.run('node1', 'docker service scale -d web=6');
    const up = world.watch({ all_running: () => world.running().length === 6 }, 30);
    world.pass(3);
    world.mark();
    world.run('node1', 'docker service scale -d web=2');
    const live = () => world.tasks().filter((task) => task.Status.State === 'running').length;
    const rest = world.watch({ rest_gone: () => live() === 2 }, 30);
    return { ...named('5.scale_3_to_6', up), ...named('5.scale_6_to_2', rest) };
  },
};

const drain: Scenario = {
  gives: ['9.drain.', '9.active.', '9.pause.'],
  base: ONE_MANAGER,
  run(world) {
    world.serve('', 6);
    const id = world.idOf('node3');
    const there = () => world.tasks().filter((task) => task.NodeID === id);
    const alive = () => there().filter((task) => task.DesiredState === 'running');
    world.run('node1', 'docker node update --availability pause node3');
    world.pass(2);
    const kept = alive().length;
    world.run('node1', 'docker node update --availability active node3');
    world.pass(2);
    world.mark();
    const { seconds } = world.run('node1', 'docker node update --availability drain node3');
    const elsewhere = () => world.running().filter((task) => task.NodeID !== id).length;
    const figures = world.watch(
      {
        old_desired_shutdown: () => alive().length === 0,
        all_running_elsewhere: () => elsewhere() === 6,
      },
      30,
    );
    world.pass(3);
    world.run('node1', 'docker node update --availability active node3');
    world.run('node1', 'docker service scale -d web=8');
    world.pass(5);
    return {
      ...named('9.drain', { cli: seconds, ...figures }),
      '9.pause.tasks_kept': kept,
      '9.active.then_scale_6_to_8': alive().length,
    };
  },
};

function drained(world: World, availability: string): void {
  for (const node of world.nodes) {
    world.run('node1', `docker node update --availability ${availability} ${node}`);
  }
}

const drainAll: Scenario = {
  gives: ['9.drain_all.', '9.constraint_satisfied_by_label.'],
  base: ONE_MANAGER,
  run(world): Figures {
    world.serve('', 3);
    drained(world, 'drain');
    world.pass(5);
    world.mark();
    world.run('node1', 'docker node update --availability active node2');
    const up = world.watch({ all_running: () => world.running().length === 3 }, 30);
    world.run('node1', 'docker service rm web');
    drained(world, 'active');
    world.pass(5);
    const wanted = "--replicas 2 --constraint 'node.labels.disk==ssd'";
    world.run('node1', `docker service create -d --name web ${wanted} nginx:1.12`);
    world.pass(2);
    world.mark();
    world.run('node1', 'docker node update --label-add disk=ssd node2');
    const met = world.watch({ all_running: () => world.running().length === 2 }, 30);
    return {
      ...named('9.drain_all.one_active_again', up),
      ...named('9.constraint_satisfied_by_label', met),
    };
  },
};

export const SERVICE_SCENARIOS: readonly Scenario[] = [
  forming,
  create(1),
  create(5),
  create(50, 1),
  create(200, 1),
  attached,
  global,
  ...['default', '0s', '2s', '5s'].map(crash),
  history,
  ...UPDATES,
  manualRollback,
  stubborn,
  scale,
  drain,
  drainAll,
];

/**
 * Bugs to be planted on purpose, to prove that the checkers see them: each changes one method of a class of
 * the running cluster, which is reached through a live machine, and takes the change back.
 */
import type { InlineCluster } from '../../../host/inline';
import { leaderOf, managerOf } from './inside';

export interface Mutant {
  readonly name: string;
  /** Properties of which one must be reported. */
  readonly caughtBy: readonly string[];
  /** A seed that shows it, as far as is known. */
  readonly seed: number;
  /** Plants the bug in all machines; the answer takes it out again. */
  plant(cluster: InlineCluster): () => void;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Bag = Record<string, unknown>;

/** Replaces a method of the class of that object. */
function replace(object: unknown, name: string, make: (original: Method) => Method): () => void {
  const prototype = Object.getPrototypeOf(object) as Record<string, unknown>;
  const before = Object.getOwnPropertyDescriptor(prototype, name);
  if (!before) throw new Error(`there is no method ${name} to spoil`);
  const original = (before.get ? Reflect.get(before, 'get') : before.value) as Method;
  const changed = make(original);
  Object.defineProperty(
    prototype,
    name,
    before.get ? { ...before, get: changed } : { ...before, value: changed },
  );
  return () => Object.defineProperty(prototype, name, before);
}

function raftOf(cluster: InlineCluster): Bag {
  return (managerOf(cluster, 'node1')!.consensus.node as unknown as { raft: Bag }).raft;
}
function part(cluster: InlineCluster, name: string): unknown {
  return leaderOf(cluster)!.parts.find((each) => each.name === name);
}
function executorOf(cluster: InlineCluster): unknown {
  const machine = cluster.machine('node1') as unknown as {
    system: { daemon: { swarm: { parts: { executor: unknown } } } };
  };
  return machine.system.daemon.swarm.parts.executor;
}
const RAFT = [
  'election safety',
  'leader completeness',
  'state machine safety',
  'vote kept',
  'crash',
];

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'votes for anybody, however old its log',
    seed: 5,
    caughtBy: [...RAFT, 'lost write', 'linearizability'],
    plant: (cluster) => replace(raftOf(cluster)['log'], 'isUpToDate', () => () => true),
  },
  {
    name: 'votes more than once in a term',
    seed: 2,
    caughtBy: ['election safety', 'vote kept'],
    plant: (cluster) =>
      replace(
        raftOf(cluster),
        'stepVote',
        (original) =>
          function (message) {
            (this as Bag)['votedFor'] = '';
            (this as Bag)['leader'] = '';
            return original.call(this, message);
          },
      ),
  },
  {
    name: 'wins with a minority of the votes',
    seed: 18,
    caughtBy: ['election safety'],
    plant: (cluster) => replace(raftOf(cluster), 'countVotes', () => () => 'won'),
  },
  {
    name: 'takes a follower for ahead of what it holds',
    seed: 14,
    caughtBy: [...RAFT, 'log matching', 'lost write', 'linearizability'],
    plant: (cluster) =>
      replace(
        raftOf(cluster),
        'maybeCommit',
        () =>
          function () {
            const log = (this as Bag)['log'] as {
              committed: number;
              stable: number;
              commitTo(index: number): void;
            };
            if (log.stable <= log.committed) return false;
            log.commitTo(log.stable);
            return true;
          },
      ),
  },
  {
    name: 'forgets term and vote in a crash',
    seed: 2,
    caughtBy: ['vote kept', 'election safety'],
    plant: (cluster) =>
      replace(
        (managerOf(cluster, 'node1')!.consensus as unknown as { disk: unknown }).disk,
        'saveHardState',
        (original) =>
          function (state) {
            const kept = (this as { stored: { hardState: object } }).stored?.hardState;
            return original.call(this, { ...(kept as object), commit: (state as Bag)['commit'] });
          },
      ),
  },
  {
    name: 'loses entries that it called durable',
    seed: 1,
    caughtBy: [...RAFT, 'lost write', 'linearizability', 'log matching'],
    plant: (cluster) =>
      replace(
        (managerOf(cluster, 'node1')!.consensus as unknown as { disk: unknown }).disk,
        'save',
        (original) =>
          function (write) {
            const { entries } = write as { entries: readonly unknown[] };
            return original.call(this, { ...(write as object), entries: entries.slice(0, -1) });
          },
      ),
  },
  {
    name: 'keeps entries that conflict with the leader',
    seed: 16,
    caughtBy: ['log matching', 'state machine safety', 'leader completeness', 'crash'],
    plant: (cluster) =>
      replace(
        raftOf(cluster)['log'],
        'append',
        (original) =>
          function (entries) {
            const log = this as { lastIndex: number };
            const list = entries as readonly { index: number }[];
            return original.call(
              this,
              list.filter(({ index }) => index > log.lastIndex),
            );
          },
      ),
  },
  {
    name: 'a leader drops the end of its own log',
    seed: 3,
    caughtBy: ['leader append-only', 'log matching', 'crash'],
    plant: (cluster) =>
      replace(
        raftOf(cluster),
        'tickLeader',
        (original) =>
          function () {
            const log = (this as Bag)['log'] as {
              entries: unknown[];
              committed: number;
              lastIndex: number;
              stable: number;
            };
            if (log.lastIndex > log.committed) {
              log.entries.pop();
              log.stable = Math.min(log.stable, log.lastIndex);
            }
            return original.call(this);
          },
      ),
  },
  {
    name: 'a follower skips an entry',
    seed: 1,
    caughtBy: ['state machine safety'],
    plant: (cluster) => {
      let count = 0;
      return replace(
        leaderOf(cluster)!.store,
        'applyEntry',
        (original) =>
          function (changes) {
            if (++count % 40 === 0) return undefined;
            return original.call(this, changes);
          },
      );
    },
  },
  {
    name: 'writes without a look at the version',
    seed: 1,
    caughtBy: ['linearizability'],
    plant: (cluster) =>
      replace(
        leaderOf(cluster)!.store,
        'begin',
        (original) =>
          function (queued) {
            const { transaction } = queued as { transaction: { run: Method } };
            const run = transaction.run.bind(transaction);
            const spoilt = Object.create(transaction) as Bag;
            spoilt['run'] = (tx: unknown) => run(blindView(tx as Bag));
            return original.call(this, { ...(queued as object), transaction: spoilt });
          },
      ),
  },
  {
    name: 'answers before the log has the write',
    seed: 2,
    caughtBy: ['lost write', 'linearizability', 'state machine safety', 'crash'],
    plant: (cluster) =>
      replace(
        managerOf(cluster, 'node1')!.consensus,
        'propose',
        (original) =>
          function (...args) {
            const consensus = this as unknown as { owner: { committed(token: number): void } };
            original.apply(this, args);
            consensus.owner.committed(args[1] as number);
            return undefined;
          },
      ),
  },
  {
    name: 'a manager answers reads from its own store',
    seed: 2,
    caughtBy: ['linearizability'],
    plant: (cluster) =>
      replace(
        managerOf(cluster, 'node1'),
        'leaderPlace',
        () =>
          function () {
            return 'self';
          },
      ),
  },
  {
    name: 'addresses of dead tasks stay taken',
    seed: 4,
    caughtBy: ['addresses'],
    plant: (cluster) => {
      const allocator = part(cluster, 'allocator') as { networks: unknown };
      return replace(allocator.networks, 'releaseAddress', () => () => undefined);
    },
  },
  {
    name: 'ports of removed services stay taken',
    seed: 10,
    caughtBy: ['ports'],
    plant: (cluster) => {
      const allocator = part(cluster, 'allocator') as { endpoints: { ports: unknown } };
      return replace(allocator.endpoints.ports, 'release', () => () => undefined);
    },
  },
  {
    name: 'containers are never removed',
    seed: 2,
    caughtBy: ['leak', 'convergence'],
    plant: (cluster) => replace(executorOf(cluster), 'remove', () => () => undefined),
  },
  {
    name: 'containers go on when their task is to stop',
    seed: 2,
    caughtBy: ['leak', 'convergence', 'no task twice'],
    plant: (cluster) =>
      replace(
        executorOf(cluster),
        'shutdown',
        () =>
          function (taskId) {
            const { emit } = this as { emit: Method };
            emit.call(this, { kind: 'exited', taskId, exitCode: 0, containerId: '' });
          },
      ),
  },
  {
    name: 'tasks get no node',
    seed: 1,
    caughtBy: ['convergence'],
    plant: (cluster) =>
      replace(part(cluster, 'scheduler'), 'scheduleUnassigned', () => () => undefined),
  },
];

/** A view of the store that lets every version pass. */
function blindView(tx: Bag): unknown {
  const view = Object.create(tx) as Bag;
  view['update'] = (table: string, object: { ID: string; Version: { Index: number } }) => {
    const held = (tx as { get(table: string, id: string): typeof object | undefined }).get(
      table,
      object.ID,
    );
    const Version = held?.Version ?? object.Version;
    return (tx['update'] as Method).call(tx, table, { ...object, Version });
  };
  return view;
}

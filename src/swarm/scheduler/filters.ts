/**
 * The rules that a node must pass to get a task, each with its explanation in words, which the user
 * reads in the ERROR column (swarmkit `manager/scheduler/filter.go`).
 */
import type { PluginName } from '../../api';
import type { StoredTask } from '../store';
import { nodeMatches, storedConstraints } from './constraint';
import { genericAmounts, hostPorts, type NodeInfo } from './node-info';

export interface Filter {
  /** Whether it has anything to say about the task. */
  enabled(task: StoredTask): boolean;
  check(task: StoredTask, node: NodeInfo): boolean;
  explain(nodes: number): string;
}

function onNodes(text: string): (nodes: number) => string {
  return (nodes) => (nodes === 1 ? `${text} on 1 node` : `${text} on ${nodes} nodes`);
}

const readyFilter: Filter = {
  enabled: () => true,
  check: (_task, { node }) => node.Status.State === 'ready' && node.Spec.Availability === 'active',
  explain: (nodes) =>
    nodes === 1
      ? '1 node not available for new tasks'
      : `${nodes} nodes not available for new tasks`,
};

const resourceFilter: Filter = {
  enabled: (task) => {
    const reserved = task.Spec.Resources?.Reservations;
    return (
      !!reserved &&
      (!!reserved.NanoCPUs || !!reserved.MemoryBytes || !!reserved.GenericResources?.length)
    );
  },
  check: (task, node) => {
    const reserved = task.Spec.Resources!.Reservations!;
    if ((reserved.NanoCPUs ?? 0) > node.nanoCpus) return false;
    if ((reserved.MemoryBytes ?? 0) > node.memoryBytes) return false;
    for (const [kind, amount] of genericAmounts(reserved))
      if (amount > (node.generic.get(kind) ?? 0)) return false;
    return true;
  },
  explain: onNodes('insufficient resources'),
};

function volumeDrivers(task: StoredTask): string[] {
  const drivers: string[] = [];
  for (const mount of task.Spec.ContainerSpec?.Mounts ?? []) {
    const name = mount.Type === 'volume' ? mount.VolumeOptions?.DriverConfig?.Name : undefined;
    if (name && name !== 'local') drivers.push(name);
  }
  return drivers;
}

function hasPlugin(plugins: readonly PluginName[], type: string, name: string): boolean {
  return plugins.some(
    (plugin) => plugin.Type === type && (plugin.Name === name || plugin.Name === `${name}:latest`),
  );
}

const pluginFilter: Filter = {
  enabled: (task) =>
    volumeDrivers(task).length > 0 ||
    (task.NetworksAttachments?.length ?? 0) > 0 ||
    task.Spec.LogDriver !== undefined,
  check: (task, { node }) => {
    const plugins = node.Description?.Engine?.Plugins;
    if (!plugins) return true;
    if (!volumeDrivers(task).every((name) => hasPlugin(plugins, 'Volume', name))) return false;
    for (const attachment of task.NetworksAttachments ?? []) {
      const driver = attachment.Network.DriverState?.Name;
      if (driver && !hasPlugin(plugins, 'Network', driver)) return false;
    }
    const log = task.Spec.LogDriver?.Name;
    if (!log || log === 'none') return true;
    // An engine that lists no log drivers at all is too old to say.
    return hasPlugin(plugins, 'Log', log) || !plugins.some((plugin) => plugin.Type === 'Log');
  },
  explain: onNodes('missing plugin'),
};

const constraintFilter: Filter = {
  enabled: (task) => storedConstraints(task.Spec.Placement?.Constraints).length > 0,
  check: (task, { node }) => nodeMatches(storedConstraints(task.Spec.Placement?.Constraints), node),
  explain: onNodes('scheduling constraints not satisfied'),
};

const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

function architecture(name: string | undefined): string {
  return name === undefined ? '' : (ARCHITECTURES[name] ?? name);
}

const platformFilter: Filter = {
  enabled: (task) => (task.Spec.Placement?.Platforms?.length ?? 0) > 0,
  check: (task, { node }) => {
    const own = node.Description?.Platform;
    if (!own) return false;
    return task.Spec.Placement!.Platforms!.some((platform) => {
      const wanted = architecture(platform.Architecture);
      return (
        (wanted === '' || wanted === architecture(own.Architecture)) &&
        (!platform.OS || platform.OS === own.OS)
      );
    });
  },
  explain: onNodes('unsupported platform'),
};

const hostPortFilter: Filter = {
  enabled: (task) => hostPorts(task).length > 0,
  check: (task, node) => !hostPorts(task).some((port) => node.usedHostPorts.has(port)),
  explain: onNodes('host-mode port already in use'),
};

const maxReplicasFilter: Filter = {
  enabled: (task) => (task.Spec.Placement?.MaxReplicas ?? 0) > 0,
  check: (task, node) =>
    node.tasksOfService(task.ServiceID ?? '') < task.Spec.Placement!.MaxReplicas!,
  // The misspelling is the real one.
  explain: () => 'max replicas per node limit exceed',
};

const FILTERS: readonly Filter[] = [
  readyFilter,
  resourceFilter,
  pluginFilter,
  constraintFilter,
  platformFilter,
  hostPortFilter,
  maxReplicasFilter,
];

/** Runs the filters over nodes for one task, or for a group of equal tasks, and keeps count. */
export class Pipeline {
  private readonly active: readonly Filter[];
  private readonly failures: number[];

  constructor(private readonly task: StoredTask) {
    this.active = FILTERS.filter((filter) => filter.enabled(task));
    this.failures = this.active.map(() => 0);
  }

  /** True if the node passes all filters; any success makes the counters start anew. */
  process(node: NodeInfo): boolean {
    const failed = this.active.findIndex((filter) => !filter.check(this.task, node));
    if (failed < 0) this.failures.fill(0);
    else this.failures[failed] = this.failures[failed]! + 1;
    return failed < 0;
  }

  /** Why nodes were refused, the most frequent reason first. */
  explain(): string {
    return this.active
      .map((filter, index) => ({ filter, count: this.failures[index]! }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
      .map(({ filter, count }) => filter.explain(count))
      .join('; ');
  }
}

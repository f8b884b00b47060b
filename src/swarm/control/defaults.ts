/** Defaults that `service inspect` fills in (swarmkit `api/defaults/service.go` InterpolateService). */
import type { ServiceSpec, TaskSpec, UpdateConfig } from '../../api';

const RESTART_DELAY_NS = 5_000_000_000;
const MONITOR_NS = 5_000_000_000;
const STOP_GRACE_PERIOD_NS = 10_000_000_000;

const UPDATE: UpdateConfig = Object.freeze({
  Parallelism: 1,
  FailureAction: 'pause',
  Monitor: MONITOR_NS,
  MaxFailureRatio: 0,
  Order: 'stop-first',
});

export function insertDefaults(spec: ServiceSpec): ServiceSpec {
  const { Name, Labels, TaskTemplate, Mode, UpdateConfig, RollbackConfig, ...rest } = spec;
  return {
    Name: Name ?? '',
    Labels: Labels ?? {},
    TaskTemplate: withTaskDefaults(TaskTemplate),
    Mode,
    UpdateConfig: withMonitor(UpdateConfig),
    RollbackConfig: withMonitor(RollbackConfig),
    ...rest,
  };
}

function withMonitor(config: UpdateConfig | undefined): UpdateConfig {
  if (!config) return UPDATE;
  const { Parallelism, Delay, FailureAction, Monitor, MaxFailureRatio, Order } = config;
  return {
    Parallelism,
    ...(Delay ? { Delay } : {}),
    ...(FailureAction ? { FailureAction } : {}),
    Monitor: Monitor ?? MONITOR_NS,
    MaxFailureRatio,
    ...(Order ? { Order } : {}),
  };
}

function withTaskDefaults(task: TaskSpec): TaskSpec {
  const { ContainerSpec, PluginSpec, NetworkAttachmentSpec, RestartPolicy, ...rest } = task;
  const { Resources, Placement, ...last } = rest;
  return {
    ...(ContainerSpec ? { ContainerSpec: withContainerDefaults(ContainerSpec) } : {}),
    ...(PluginSpec ? { PluginSpec } : {}),
    ...(NetworkAttachmentSpec ? { NetworkAttachmentSpec } : {}),
    Resources: Resources ?? {},
    RestartPolicy: {
      Condition: RestartPolicy?.Condition ?? 'any',
      Delay: RestartPolicy?.Delay ?? RESTART_DELAY_NS,
      MaxAttempts: RestartPolicy?.MaxAttempts ?? 0,
      ...(RestartPolicy?.Window === undefined ? {} : { Window: RestartPolicy.Window }),
    },
    Placement: Placement ?? {},
    ...last,
  };
}

type Container = NonNullable<TaskSpec['ContainerSpec']>;

/** Keys that Go prints after the two that may be inserted. */
const AFTER_GRACE: readonly (keyof Container)[] = ['Healthcheck', 'Hosts'];
const AFTER_DNS: readonly (keyof Container)[] = [
  'Secrets',
  'Configs',
  'Isolation',
  'Sysctls',
  'CapabilityAdd',
  'CapabilityDrop',
  'Ulimits',
];

function withContainerDefaults(container: Container): Container {
  const before: Record<string, unknown> = {};
  const middle: Record<string, unknown> = {};
  const after: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(container)) {
    if (key === 'StopGracePeriod' || key === 'DNSConfig') continue;
    const name = key as keyof Container;
    const part = AFTER_GRACE.includes(name) ? middle : AFTER_DNS.includes(name) ? after : before;
    part[key] = value;
  }
  return {
    ...before,
    StopGracePeriod: container.StopGracePeriod ?? STOP_GRACE_PERIOD_NS,
    ...middle,
    DNSConfig: container.DNSConfig ?? {},
    ...after,
  };
}

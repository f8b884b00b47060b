/**
 * What the flags do to a service spec, new or existing (docker/cli: cli/command/service/opts.go
 * and update.go): single values that `create` and `update` treat alike. Lists are in lists.ts.
 */
import type { HealthConfig, ServiceSpec, TaskSpec, UpdateConfig } from '../../../api';
import { CliError } from '../../errors';
import type { FlagSet } from '../../flags';

const SECOND_NS = 1e9;

/**
 * Swarmkit's defaults (api/defaults/service.go), which the client writes once a flag of the
 * group is given.
 */
const defaultUpdateConfig = (): UpdateConfig => ({
  Parallelism: 1,
  FailureAction: 'pause',
  Monitor: 5 * SECOND_NS,
  MaxFailureRatio: 0,
  Order: 'stop-first',
});

export function applyValues(spec: ServiceSpec, flags: FlagSet): void {
  const task = spec.TaskTemplate;
  applyContainer(task, flags);
  applyResources(task, flags);
  applyRestart(task, flags);
  applyHealth(task, flags);
  applyLogging(task, flags);
  const update = updateConfig(spec.UpdateConfig, 'update', flags);
  if (update) spec.UpdateConfig = update;
  const rollback = updateConfig(spec.RollbackConfig, 'rollback', flags);
  if (rollback) spec.RollbackConfig = rollback;
  if (flags.changed('replicas-max-per-node'))
    (task.Placement ??= {}).MaxReplicas = flags.number('replicas-max-per-node');
  if (flags.changed('endpoint-mode'))
    (spec.EndpointSpec ??= {}).Mode = flags.text('endpoint-mode') as 'vip' | 'dnsrr';
  if (flags.bool('force')) task.ForceUpdate++;
}

function applyContainer(task: TaskSpec, flags: FlagSet): void {
  const container = (task.ContainerSpec ??= {});
  const text = (flag: string, field: 'Hostname' | 'User' | 'Dir' | 'StopSignal' | 'Isolation') => {
    if (flags.changed(flag)) container[field] = flags.text(flag);
  };
  text('hostname', 'Hostname');
  text('user', 'User');
  text('workdir', 'Dir');
  text('stop-signal', 'StopSignal');
  text('isolation', 'Isolation');
  if (flags.changed('tty')) container.TTY = flags.bool('tty');
  if (flags.changed('read-only')) container.ReadOnly = flags.bool('read-only');
  if (flags.changed('init')) container.Init = flags.bool('init');
  if (flags.changed('entrypoint')) container.Command = [...flags.words('entrypoint')];
  if (flags.changed('args')) container.Args = [...flags.words('args')];
  if (flags.changed('stop-grace-period'))
    container.StopGracePeriod = flags.number('stop-grace-period');
}

function applyResources(task: TaskSpec, flags: FlagSet): void {
  const names = ['limit-cpu', 'limit-memory', 'limit-pids', 'reserve-cpu', 'reserve-memory'];
  if (!names.some((name) => flags.changed(name))) return;
  const resources = (task.Resources ??= {});
  const limits = (resources.Limits ??= {});
  const reservations = (resources.Reservations ??= {});
  if (flags.changed('limit-cpu')) limits.NanoCPUs = flags.number('limit-cpu');
  if (flags.changed('limit-memory')) limits.MemoryBytes = flags.number('limit-memory');
  if (flags.changed('limit-pids')) limits.Pids = flags.number('limit-pids');
  if (flags.changed('reserve-cpu')) reservations.NanoCPUs = flags.number('reserve-cpu');
  if (flags.changed('reserve-memory')) reservations.MemoryBytes = flags.number('reserve-memory');
  for (const part of [limits, reservations]) {
    if (!part.NanoCPUs) delete part.NanoCPUs;
    if (!part.MemoryBytes) delete part.MemoryBytes;
    if (!part.Pids) delete part.Pids;
  }
}

function applyRestart(task: TaskSpec, flags: FlagSet): void {
  const names = ['condition', 'delay', 'max-attempts', 'window'].map((name) => `restart-${name}`);
  if (!names.some((name) => flags.changed(name))) return;
  const policy = (task.RestartPolicy ??= {
    Condition: 'any',
    Delay: 5 * SECOND_NS,
    MaxAttempts: 0,
  });
  if (flags.changed('restart-condition'))
    policy.Condition = flags.text('restart-condition') as 'none' | 'on-failure' | 'any';
  if (flags.changed('restart-delay')) policy.Delay = flags.number('restart-delay');
  if (flags.changed('restart-max-attempts'))
    policy.MaxAttempts = flags.number('restart-max-attempts');
  if (flags.changed('restart-window')) policy.Window = flags.number('restart-window');
}

function updateConfig(
  before: UpdateConfig | undefined,
  kind: 'update' | 'rollback',
  flags: FlagSet,
): UpdateConfig | undefined {
  const parts = ['parallelism', 'delay', 'monitor', 'failure-action', 'max-failure-ratio', 'order'];
  if (!parts.some((part) => flags.changed(`${kind}-${part}`))) return before;
  const config = before ?? defaultUpdateConfig();
  const given = (part: string) => flags.changed(`${kind}-${part}`);
  if (given('parallelism')) config.Parallelism = flags.number(`${kind}-parallelism`);
  if (given('delay')) config.Delay = flags.number(`${kind}-delay`);
  if (given('monitor')) config.Monitor = flags.number(`${kind}-monitor`);
  if (given('failure-action'))
    config.FailureAction = flags.text(`${kind}-failure-action`) as 'pause';
  if (given('max-failure-ratio'))
    config.MaxFailureRatio = flags.number(`${kind}-max-failure-ratio`);
  if (given('order')) config.Order = flags.text(`${kind}-order`) as 'stop-first';
  return config;
}

function applyHealth(task: TaskSpec, flags: FlagSet): void {
  const names = ['cmd', 'interval', 'timeout', 'start-period', 'retries'].map((n) => `health-${n}`);
  const any = names.some((name) => flags.changed(name));
  if (!any && !flags.changed('no-healthcheck')) return;
  const container = (task.ContainerSpec ??= {});
  if (flags.bool('no-healthcheck')) {
    if (any) throw new CliError('--no-healthcheck conflicts with --health-* options');
    container.Healthcheck = { Test: ['NONE'] };
    return;
  }
  const health: HealthConfig = (container.Healthcheck ??= {});
  if (health.Test?.[0] === 'NONE') delete health.Test;
  if (flags.changed('health-cmd')) {
    const command = flags.text('health-cmd');
    if (command === '') delete health.Test;
    else health.Test = ['CMD-SHELL', command];
  }
  if (flags.changed('health-interval')) health.Interval = flags.number('health-interval');
  if (flags.changed('health-timeout')) health.Timeout = flags.number('health-timeout');
  if (flags.changed('health-start-period'))
    health.StartPeriod = flags.number('health-start-period');
  if (flags.changed('health-retries')) health.Retries = flags.number('health-retries');
}

function applyLogging(task: TaskSpec, flags: FlagSet): void {
  if (!flags.changed('log-driver')) return;
  const name = flags.text('log-driver');
  if (name === '') return;
  const options = flags.map('log-opt');
  task.LogDriver = {
    Name: name,
    ...(Object.keys(options).length > 0 ? { Options: options } : {}),
  };
}

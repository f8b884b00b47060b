/** `docker service inspect --pretty` (docker/cli: cli/command/service/formatter.go). */
import {
  bytesSize,
  formatDuration,
  humanDuration,
  sortedKeys,
  type Resources,
  type Service,
  type UpdateConfig,
} from '../../../api';
import { secondsOf } from '../../format/text';

/** `networks` are the names for the ids in the spec. */
export function prettyService(
  service: Service,
  networks: readonly string[],
  nowSeconds: number,
): string {
  const { Spec: spec } = service;
  const lines: string[] = ['', `ID:\t\t${service.ID}`, `Name:\t\t${spec.Name ?? ''}`];
  const labels = spec.Labels ?? {};
  if (Object.keys(labels).length > 0) {
    lines.push('Labels:');
    for (const key of sortedKeys(labels))
      lines.push(` ${key}${labels[key] ? `=${labels[key]}` : ''}`);
  }
  lines.push(...mode(service), ...updateStatus(service, nowSeconds), ...placement(service));
  if (spec.UpdateConfig) lines.push('UpdateConfig:', ...updateConfig(spec.UpdateConfig, 'Update'));
  if (spec.RollbackConfig)
    lines.push('RollbackConfig:', ...updateConfig(spec.RollbackConfig, 'Rollback'));
  lines.push(...container(service), ...files(service), ...logging(service), ...resources(service));
  if (networks.length > 0) lines.push(`Networks: ${networks.map((name) => `${name} `).join('')}`);
  if (service.Endpoint?.Spec?.Mode ?? spec.EndpointSpec?.Mode)
    lines.push(`Endpoint Mode:\t${spec.EndpointSpec?.Mode ?? service.Endpoint.Spec.Mode!}`);
  else lines.push('Endpoint Mode:\t');
  const ports = service.Endpoint?.Ports ?? [];
  if (ports.length > 0) {
    lines.push('Ports:');
    for (const port of ports)
      lines.push(
        ` PublishedPort = ${port.PublishedPort ?? 0}`,
        `  Protocol = ${port.Protocol ?? ''}`,
        `  TargetPort = ${port.TargetPort ?? 0}`,
        `  PublishMode = ${port.PublishMode ?? ''}`,
      );
    lines[lines.length - 1] += ' ';
  }
  return `${lines.join('\n')}${health(service)}\n\n`;
}

function mode({ Spec }: Service): string[] {
  if (Spec.Mode.Global) return ['Service Mode:\tGlobal'];
  if (!Spec.Mode.Replicated) return ['Service Mode:'];
  const { Replicas } = Spec.Mode.Replicated;
  return ['Service Mode:\tReplicated', ...(Replicas ? [` Replicas:\t${Replicas}`] : [])];
}

function updateStatus({ UpdateStatus: status }: Service, now: number): string[] {
  if (!status || (status.State as string) === '') return [];
  const ago = (time: string) => `${humanDuration(now - secondsOf(time))} ago`;
  const lines = ['UpdateStatus:', ` State:\t\t${status.State}`];
  if (status.StartedAt) lines.push(` Started:\t${ago(status.StartedAt)}`);
  if (status.State === 'completed' && status.CompletedAt)
    lines.push(` Completed:\t${ago(status.CompletedAt)}`);
  lines.push(` Message:\t${status.Message}`);
  return lines;
}

function placement({ Spec }: Service): string[] {
  const place = Spec.TaskTemplate.Placement;
  const lines = ['Placement:'];
  if (place?.Constraints?.length) lines.push(` Constraints:\t[${place.Constraints.join(' ')}]`);
  if (place?.Preferences?.length) {
    const list = place.Preferences.map((item) => `spread=${item.Spread.SpreadDescriptor}`);
    lines.push(` Preferences:   [${list.join(' ')}]`);
  }
  if (place?.MaxReplicas) lines.push(` Max Replicas Per Node:   ${place.MaxReplicas}`);
  return lines;
}

function updateConfig(config: UpdateConfig, kind: 'Update' | 'Rollback'): string[] {
  const lines = [` Parallelism:\t${config.Parallelism}`];
  if (config.Delay) lines.push(` Delay:\t\t${formatDuration(config.Delay)}`);
  lines.push(` On failure:\t${config.FailureAction ?? ''}`);
  if (config.Monitor) lines.push(` Monitoring Period: ${formatDuration(config.Monitor)}`);
  lines.push(
    ` Max failure ratio: ${config.MaxFailureRatio}`,
    ` ${kind} order:${kind === 'Update' ? '      ' : '    '}${config.Order ?? ''}`,
  );
  return lines;
}

function container({ Spec }: Service): string[] {
  const spec = Spec.TaskTemplate.ContainerSpec ?? {};
  const words = (list: readonly string[]) => list.map((item) => `${item} `).join('');
  const lines = ['ContainerSpec:', ` Image:\t\t${spec.Image ?? ''}`];
  if (spec.Args?.length) lines.push(` Args:\t\t${words(spec.Args)}`);
  if (spec.Env?.length) lines.push(` Env:\t\t${words(spec.Env)}`);
  if (spec.Dir) lines.push(` Dir:\t\t${spec.Dir}`);
  if (spec.Init !== undefined) lines.push(` Init:\t\t${spec.Init}`);
  if (spec.User) lines.push(` User: ${spec.User}`);
  if (spec.CapabilityAdd?.length || spec.CapabilityDrop?.length) {
    lines.push('Capabilities:');
    if (spec.CapabilityAdd?.length) lines.push(` Add: ${spec.CapabilityAdd.join(', ')}`);
    if (spec.CapabilityDrop?.length) lines.push(` Drop: ${spec.CapabilityDrop.join(', ')}`);
  }
  const sysctls = spec.Sysctls ?? {};
  if (Object.keys(sysctls).length > 0) {
    lines.push('SysCtls:');
    for (const key of sortedKeys(sysctls))
      lines.push(` ${key}${sysctls[key] ? `: ${sysctls[key]}` : ''}`);
  }
  if (spec.Ulimits?.length) {
    lines.push('Ulimits:');
    for (const item of spec.Ulimits) lines.push(` ${item.Name}: ${item.Soft}:${item.Hard}`);
  }
  if (spec.Mounts?.length) lines.push('Mounts:');
  for (const mount of spec.Mounts ?? [])
    lines.push(
      ` Target:\t${mount.Target ?? ''}`,
      `  Source:\t${mount.Source ?? ''}`,
      `  ReadOnly:\t${mount.ReadOnly ?? false}`,
      `  Type:\t\t${mount.Type}`,
    );
  return lines;
}

function files({ Spec }: Service): string[] {
  const spec = Spec.TaskTemplate.ContainerSpec ?? {};
  const lines: string[] = [];
  if (spec.Configs?.length) lines.push('Configs:');
  for (const item of spec.Configs ?? [])
    lines.push(` Target:\t${item.File?.Name ?? ''}`, `  Source:\t${item.ConfigName ?? ''}`);
  if (spec.Secrets?.length) lines.push('Secrets:');
  for (const item of spec.Secrets ?? [])
    lines.push(` Target:\t${item.File?.Name ?? ''}`, `  Source:\t${item.SecretName ?? ''}`);
  return lines;
}

function logging({ Spec }: Service): string[] {
  const driver = Spec.TaskTemplate.LogDriver;
  if (!driver) return [];
  const lines = ['Log Driver:'];
  if (driver.Name) lines.push(` Name:\t\t${driver.Name}`);
  const options = driver.Options ?? {};
  if (Object.keys(options).length > 0) lines.push(' LogOpts:');
  for (const key of sortedKeys(options))
    lines.push(`  ${key}${options[key] ? `:       ${options[key]}` : ''}`);
  // The template of the real client leaves an empty line behind the options.
  if (Object.keys(options).length > 0) lines.push('');
  return lines;
}

function resources({ Spec }: Service): string[] {
  const all = Spec.TaskTemplate.Resources;
  if (!all) return [];
  const part = (item: Resources | undefined) => {
    const lines: string[] = [];
    if (item?.NanoCPUs) lines.push(`  CPU:\t\t${item.NanoCPUs / 1e9}`);
    if (item?.MemoryBytes) lines.push(`  Memory:\t${bytesSize(item.MemoryBytes)}`);
    if (item?.Pids) lines.push(`  PIDs:\t\t${item.Pids}`);
    return lines;
  };
  const reservations = part(all.Reservations);
  const limits = part(all.Limits);
  return [
    'Resources:',
    ...(reservations.length > 0 ? [' Reservations:', ...reservations] : []),
    ...(limits.length > 0 ? [' Limits:', ...limits] : []),
  ];
}

function health({ Spec }: Service): string {
  const check = Spec.TaskTemplate.ContainerSpec?.Healthcheck;
  if (!check) return '';
  const tests = check.Test?.length
    ? `\n  Tests:${check.Test.map((test) => `\n\t Test = ${test}`).join('')} `
    : '';
  return (
    `\n Healthcheck:\n  Interval = ${formatDuration(check.Interval ?? 0)}\n` +
    `  Retries = ${check.Retries ?? 0}\n` +
    `  StartPeriod =\t${formatDuration(check.StartPeriod ?? 0)}\n` +
    `  Timeout =\t${formatDuration(check.Timeout ?? 0)}${tests}`
  );
}

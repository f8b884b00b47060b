/**
 * A task as a create request (moby `daemon/cluster/executor/container/container.go`, swarmkit
 * `template`): names, labels, mounts, ports and the placeholders of templates.
 */
import { fromBase64, NO_BYTES } from '../base';
import type { Labels, Mount } from '../api';
import type { ContainerFile, CreateOptions, CreateRequest, HostConfig } from '../engine';
import type { ExecutorFiles, StoredTask } from '../swarm';

export const TASK_LABEL = 'com.docker.swarm.task.id';

/** SERVICE.SLOT.TASK, or SERVICE.NODE.TASK of a global one. */
export function taskName(task: StoredTask): string {
  const slot = task.Slot ? String(task.Slot) : (task.NodeID ?? '');
  return `${task.ServiceAnnotations.Name}.${slot}.${task.ID}`;
}

export function taskContainer(
  task: StoredTask,
  hostname: string,
): { readonly request: CreateRequest; readonly options: CreateOptions } {
  const spec = task.Spec.ContainerSpec ?? {};
  const fill = (text: string) => fillTemplate(text, task, hostname);
  const command = spec.Command ?? [];
  const request: CreateRequest = {
    Image: spec.Image ?? '',
    Labels: taskLabels(task),
    Hostname: fill(spec.Hostname ?? ''),
    User: spec.User ?? '',
    WorkingDir: spec.Dir ?? '',
    Tty: spec.TTY ?? false,
    OpenStdin: spec.OpenStdin ?? false,
    ...(spec.Env ? { Env: spec.Env.map(fill) } : {}),
    ...(command.length > 0 ? { Entrypoint: command } : {}),
    ...(spec.Args ? { Cmd: spec.Args } : {}),
    ...(spec.StopSignal === undefined ? {} : { StopSignal: spec.StopSignal }),
    ...(spec.Healthcheck ? { Healthcheck: spec.Healthcheck } : {}),
    ExposedPorts: hostPorts(task).exposed,
    HostConfig: taskHostConfig(task, fill),
    NetworkingConfig: { EndpointsConfig: taskEndpoints(task) },
  };
  const [first] = task.NetworksAttachments ?? [];
  const options: CreateOptions = {
    name: taskName(task),
    platform: '',
    service: {
      serviceId: task.ServiceID ?? '',
      serviceName: task.ServiceAnnotations.Name,
      aliases: taskAliases(task),
      virtualIps: virtualIps(task),
      ingressPorts: (task.Endpoint?.Ports ?? []).filter((port) => port.PublishMode !== 'host'),
    },
    ...(first ? { networkMode: first.Network.Spec.Name } : {}),
  };
  return { request, options };
}

function taskLabels(task: StoredTask): Labels {
  return {
    ...task.Spec.ContainerSpec?.Labels,
    'com.docker.swarm.node.id': task.NodeID ?? '',
    'com.docker.swarm.service.id': task.ServiceID ?? '',
    'com.docker.swarm.service.name': task.ServiceAnnotations.Name,
    'com.docker.swarm.task': '',
    [TASK_LABEL]: task.ID,
    'com.docker.swarm.task.name': taskName(task),
  };
}

function taskHostConfig(task: StoredTask, fill: (text: string) => string): Partial<HostConfig> {
  const spec = task.Spec.ContainerSpec ?? {};
  const { Limits: limits, Reservations: reserved } = task.Spec.Resources ?? {};
  const dns = spec.DNSConfig;
  const log = task.Spec.LogDriver;
  return {
    ReadonlyRootfs: spec.ReadOnly ?? false,
    Mounts: (spec.Mounts ?? []).map((mount) => fillMount(mount, fill)),
    PortBindings: hostPorts(task).bindings,
    // swarmkit's executor hands over an empty list, not none.
    Ulimits: [],
    ...(spec.Init === undefined ? {} : { Init: spec.Init }),
    Isolation: spec.Isolation ?? '',
    ...(spec.Sysctls ? { Sysctls: spec.Sysctls } : {}),
    ...(spec.CapabilityAdd ? { CapAdd: spec.CapabilityAdd } : {}),
    ...(spec.CapabilityDrop ? { CapDrop: spec.CapabilityDrop } : {}),
    ...(spec.Hosts ? { ExtraHosts: spec.Hosts.map(extraHost) } : {}),
    ...(spec.Groups ? { GroupAdd: spec.Groups } : {}),
    ...(dns?.Nameservers ? { Dns: dns.Nameservers } : {}),
    ...(dns?.Search ? { DnsSearch: dns.Search } : {}),
    ...(dns?.Options ? { DnsOptions: dns.Options } : {}),
    ...(limits?.MemoryBytes === undefined ? {} : { Memory: limits.MemoryBytes }),
    ...(limits?.NanoCPUs === undefined ? {} : { NanoCpus: limits.NanoCPUs }),
    ...(limits?.Pids === undefined ? {} : { PidsLimit: limits.Pids }),
    ...(reserved?.MemoryBytes === undefined ? {} : { MemoryReservation: reserved.MemoryBytes }),
    ...(log ? { LogConfig: { Type: log.Name ?? '', Config: log.Options ?? {} } } : {}),
  };
}

/** "IP HOST" of the spec becomes "HOST:IP". */
function extraHost(line: string): string {
  const [address = '', ...names] = line.split(/\s+/);
  return `${names[0] ?? ''}:${address}`;
}

function fillMount(mount: Mount, fill: (text: string) => string): Mount {
  return {
    ...mount,
    ...(mount.Source === undefined ? {} : { Source: fill(mount.Source) }),
    ...(mount.Target === undefined ? {} : { Target: fill(mount.Target) }),
  };
}

function hostPorts(task: StoredTask) {
  const exposed: Record<string, Record<string, never>> = {};
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of task.Endpoint?.Ports ?? []) {
    const key = `${port.TargetPort ?? 0}/${port.Protocol ?? 'tcp'}`;
    exposed[key] = {};
    if (port.PublishMode !== 'host') continue;
    const published = port.PublishedPort ? String(port.PublishedPort) : '';
    (bindings[key] ??= []).push({ HostIp: '', HostPort: published });
  }
  return { exposed, bindings };
}

function taskEndpoints(task: StoredTask): Record<string, Record<string, unknown>> {
  const endpoints: Record<string, Record<string, unknown>> = {};
  for (const { Network: network, Addresses: addresses } of task.NetworksAttachments ?? []) {
    const address = addresses?.[0]?.replace(/\/\d+$/, '');
    const ipam = address === undefined ? {} : { IPAMConfig: { IPv4Address: address } };
    endpoints[network.Spec.Name] = { NetworkID: network.ID, ...ipam };
  }
  return endpoints;
}

function taskAliases(task: StoredTask): Record<string, readonly string[]> {
  const aliases: Record<string, readonly string[]> = {};
  for (const wish of task.Spec.Networks ?? [])
    if (wish.Target !== undefined && wish.Aliases) aliases[wish.Target] = wish.Aliases;
  return aliases;
}

function virtualIps(task: StoredTask): Record<string, string> {
  const addresses: Record<string, string> = {};
  for (const { NetworkID: id, Addr: address } of task.Endpoint?.VirtualIPs ?? [])
    if (address !== undefined && address !== '') addresses[id] = address.replace(/\/\d+$/, '');
  return addresses;
}

/** Secrets below /run/secrets and configs wherever they are wanted. */
export function taskFiles(task: StoredTask, files: ExecutorFiles): ContainerFile[] {
  const spec = task.Spec.ContainerSpec ?? {};
  const out: ContainerFile[] = [];
  for (const { File: file, SecretID: id } of spec.Secrets ?? []) {
    const secret = files.secrets.find((entry) => entry.id === id);
    if (!secret || !file) continue;
    const target = file.Name.startsWith('/') ? file.Name : `/run/secrets/${file.Name}`;
    out.push(containerFile(target, secret.data, file));
  }
  for (const { File: file, ConfigID: id } of spec.Configs ?? []) {
    const config = files.configs.find((entry) => entry.id === id);
    if (!config || !file) continue;
    const target = file.Name.startsWith('/') ? file.Name : `/${file.Name}`;
    out.push(containerFile(target, config.data, file));
  }
  return out;
}

function containerFile(
  target: string,
  data: string,
  file: { readonly UID: string; readonly GID: string; readonly Mode: number },
): ContainerFile {
  return {
    target,
    data: fromBase64(data) ?? NO_BYTES,
    mode: file.Mode & 0o7777,
    uid: Number(file.UID) || 0,
    gid: Number(file.GID) || 0,
  };
}

/** The placeholders of swarmkit's templates. */
export function fillTemplate(text: string, task: StoredTask, hostname: string): string {
  if (!text.includes('{{')) return text;
  const values: Record<string, string> = {
    '.Service.ID': task.ServiceID ?? '',
    '.Service.Name': task.ServiceAnnotations.Name,
    '.Node.ID': task.NodeID ?? '',
    '.Node.Hostname': hostname,
    '.Node.Platform.Architecture': 'x86_64',
    '.Node.Platform.OS': 'linux',
    '.Task.ID': task.ID,
    '.Task.Name': taskName(task),
    '.Task.Slot': task.Slot ? String(task.Slot) : (task.NodeID ?? ''),
  };
  const labels = task.ServiceAnnotations.Labels ?? {};
  return text.replace(/\{\{\s*(.*?)\s*\}\}/g, (whole, path: string) => {
    const label = /^index \.Service\.Labels "(.*)"$/.exec(path)?.[1];
    if (label !== undefined) return labels[label] ?? '';
    return values[path] ?? whole;
  });
}

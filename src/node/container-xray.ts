/**
 * What the kernel knows of one container, for the Container lens: its processes with their numbers inside
 * and outside, namespaces beside the machine's own, control group, mounts, interfaces with their other
 * ends. On a real machine: /proc/PID/{ns,mountinfo}, /sys/fs/cgroup, `ip link`.
 */
import { isApiError, type ContainerXray, type NamespaceIds, type XrayInterface } from '../api';
import { CPU_PERIOD_US, type Namespaces } from '../kernel';
import type { System } from './system';

export function containerXray(system: System, reference: string): ContainerXray | undefined {
  const { kernel, daemon, disk, runtime } = system;
  if (!daemon) return undefined;
  const container = daemon.engine.core.container(reference);
  if (isApiError(container)) return undefined;
  const { running } = container;
  const base = {
    host: idsOf(kernel.namespaces),
    hostMemoryBytes: disk.config.memoryBytes,
    hostCpus: disk.config.cpus,
    at: runtime.now,
  };
  if (!running) {
    return { ...base, processes: [], cgroup: undefined, mounts: [], interfaces: [] };
  }
  const { cgroup, namespaces } = running;
  const { limits } = cgroup;
  const inside = kernel.processes().filter((p) => isBelow(p.cgroup, cgroup.path));
  return {
    ...base,
    processes: inside.map((p) => ({
      pid: p.pid,
      ppid: p.ppid,
      innerPid: p.innerPid,
      uid: p.uid,
      state: p.state,
      command: p.argv.length > 0 ? p.argv.join(' ') : p.comm,
      memoryBytes: p.memoryBytes,
      cpuUs: p.cpuUs,
      namespaces: p.namespaces,
    })),
    cgroup: {
      path: cgroup.path,
      memoryBytes: cgroup.memoryBytes,
      memoryLimit: limits.memoryBytes ?? 0,
      cpuUs: cgroup.cpuUs,
      cpuQuotaUs: limits.cpuQuotaUs ?? 0,
      cpuPeriodUs: CPU_PERIOD_US,
      pids: cgroup.processCount,
      pidsLimit: limits.pids ?? 0,
      frozen: cgroup.isFrozen,
      oomKills: cgroup.oomKills,
    },
    mounts: namespaces.mnt.mounts.map((mount) => ({
      source: mount.source,
      path: mount.path,
      type: mount.fs.type,
      options: mount.options,
      readOnly: mount.readOnly,
    })),
    interfaces: interfacesOf(system, namespaces),
  };
}

function isBelow(path: string, group: string): boolean {
  return path === group || path.startsWith(`${group}/`);
}

function idsOf(ns: Namespaces): NamespaceIds {
  return {
    mnt: ns.mnt.id,
    pid: ns.pid.id,
    net: ns.net?.id ?? 0,
    uts: ns.uts.id,
    ipc: ns.ipc.id,
    user: ns.user.id,
    cgroup: ns.cgroup.id,
  };
}

function interfacesOf({ stack }: System, { net }: Namespaces): XrayInterface[] {
  if (!net) return [];
  const around = stack.netinfo(stack.host).interfaces;
  return stack.netinfo(net).interfaces.map((device) => {
    const { name, kind, mac, up, addresses, peerIndex, peerNamespace } = device;
    const isNear = peerNamespace === stack.host.id;
    const peer = isNear ? around.find((other) => other.index === peerIndex) : undefined;
    const bridge = around.find((other) => other.name === peer?.master);
    return {
      name,
      kind,
      mac,
      up,
      addresses,
      hostEnd: peer?.name ?? '',
      bridge: bridge?.name ?? '',
      bridgeAddress: bridge?.addresses[0] ?? '',
    };
  });
}

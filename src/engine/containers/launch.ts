/**
 * Starting a container's first process: sandbox, mounts, user, command, in the order in which dockerd
 * and runc find what is wrong (moby `daemon/start.go`, `daemon/oci_linux.go`).
 */
import { isApiError, type ApiError } from '../../api';
import { SysError, type Namespaces, type NetworkNamespace } from '../../kernel';
import { writeContainerFile, type EngineCore } from '../core';
import { findCommand, environmentOf, errnoWords, startFailure } from './command';
import type { Container, RunningPart } from './container';
import { mountContainer } from './rootfs';
import { Stdio, type StdioOwner } from './stdio';
import { resolveGroup, resolveUser } from './users';
import { makeWorkingDir } from './working-dir';

/** Size of a terminal before the client says more. */
const DEFAULT_COLS = 80;
const DEFAULT_ROWS = 24;

export interface Launched {
  readonly running: RunningPart;
  readonly stdio: Stdio;
}
export interface LaunchFailure {
  readonly error: ApiError;
  readonly exitCode: number;
}

export function isLaunchFailure(result: Launched | LaunchFailure): result is LaunchFailure {
  return 'error' in result;
}

export function launch(
  core: EngineCore,
  container: Container,
  owner: StdioOwner,
): Launched | LaunchFailure {
  container.hasBeenStarted = true;
  const sandbox = core.networks.startContainer(container.id);
  if (isApiError(sandbox)) return { error: sandbox, exitCode: 128 };
  container.hostPorts = sandbox.ports;
  const network = core.stack.namespaceOf(sandbox.namespace);
  const refused = writeFiles(core, container, sandbox.hosts, sandbox.resolvConf);
  if (refused) return { error: refused, exitCode: 128 };
  try {
    return startProcess(core, container, owner, network);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const failure = { reason: errnoWords(error.errno), exitCode: 128 } as const;
    return { error: startFailure(failure), exitCode: 128 };
  }
}

function writeFiles(
  core: EngineCore,
  container: Container,
  hosts: string | undefined,
  resolvConf: string | undefined,
): ApiError | undefined {
  const { kernel } = core;
  container.hostsText = hosts ?? container.hostsText;
  container.resolvConfText = resolvConf ?? container.resolvConfText;
  const files = {
    hostname: `${container.config.Hostname}\n`,
    hosts: container.hostsText,
    'resolv.conf': container.resolvConfText,
  };
  for (const [file, text] of Object.entries(files)) {
    try {
      writeContainerFile(kernel, container.id, file, text);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const path = `/var/lib/docker/containers/${container.id}/${file}`;
      return { status: 500, message: `open ${path}: ${errnoWords(error.errno)}` };
    }
  }
  return undefined;
}

function startProcess(
  core: EngineCore,
  container: Container,
  owner: StdioOwner,
  network: NetworkNamespace | undefined,
): Launched | LaunchFailure {
  const { kernel } = core;
  const { config, hostConfig } = container;
  const user = resolveUser(container.fs, config.User);
  if (isApiError(user)) return { error: user, exitCode: 128 };
  const flaw = checkGroups(container) ?? checkSysctls(container);
  if (flaw) return { error: flaw, exitCode: 128 };
  const pids = hostConfig.PidMode === 'host' ? kernel.namespaces.pid : kernel.newPidNamespace();
  const { namespace, terminals } = mountContainer(kernel, container, pids);
  const namespaces = namespacesOf(core, container, namespace, pids, network);
  const cwd = config.WorkingDir === '' ? '/' : config.WorkingDir;
  makeWorkingDir(container.fs, cwd);
  const env = containerEnvironment(container, user.home);
  container.hasRunLog = true;
  const path = findCommand(kernel, namespace, container.path, env, cwd);
  if (typeof path !== 'string') return { error: startFailure(path), exitCode: path.exitCode };
  const cgroup = kernel.rootCgroup.child('docker').child(container.id);
  setLimits(container, cgroup);
  const stdio = new Stdio(owner);
  const files = stdio.open(kernel, {
    tty: config.Tty,
    stdin: config.OpenStdin,
    cols: hostConfig.ConsoleSize[1] || DEFAULT_COLS,
    rows: hostConfig.ConsoleSize[0] || DEFAULT_ROWS,
    terminals,
  });
  const pid = kernel.startProcess({
    path,
    argv: [container.path, ...container.args],
    env,
    cwd,
    uid: user.uid,
    gid: user.gid,
    namespaces,
    stdio: files,
    cgroup,
    listener: stdio,
  });
  const { terminal, input } = stdio;
  const startedAt = core.runtime.now;
  return { running: { pid, namespaces, cgroup, terminal, input, startedAt }, stdio };
}

/** Limits of memory, processor and processes. */
export function setLimits(container: Container, cgroup: RunningPart['cgroup']): void {
  const { hostConfig: host } = container;
  const quota = host.NanoCpus > 0 ? Math.round(host.NanoCpus / 10_000) : host.CpuQuota;
  cgroup.limits = {
    ...(host.Memory > 0 ? { memoryBytes: host.Memory } : {}),
    ...(quota > 0 ? { cpuQuotaUs: quota } : {}),
    ...(host.PidsLimit !== null && host.PidsLimit > 0 ? { pids: host.PidsLimit } : {}),
  };
}

function namespacesOf(
  core: EngineCore,
  container: Container,
  mnt: Namespaces['mnt'],
  pid: Namespaces['pid'],
  network: NetworkNamespace | undefined,
): Namespaces {
  const { kernel } = core;
  const own = kernel.namespaces;
  const { hostConfig, config } = container;
  const hostUts = hostConfig.UTSMode === 'host';
  return {
    mnt,
    pid,
    net: container.networkMode === 'host' ? own.net : network,
    uts: hostUts ? own.uts : kernel.newUtsNamespace(config.Hostname),
    ipc: hostConfig.IpcMode === 'host' ? own.ipc : kernel.newIpcNamespace(),
    user: own.user,
    cgroup: own.cgroup,
  };
}

/** PATH, HOSTNAME, TERM and HOME stand before what the config says (moby `CreateDaemonEnvironment`). */
export function containerEnvironment(container: Container, home: string): Record<string, string> {
  const { config } = container;
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOSTNAME: config.Hostname,
    ...(config.Tty ? { TERM: 'xterm' } : {}),
    ...environmentOf(config.Env ?? []),
    HOME: environmentOf(config.Env ?? [])['HOME'] ?? home,
  };
}

function checkGroups(container: Container): ApiError | undefined {
  for (const group of container.hostConfig.GroupAdd ?? []) {
    if (resolveGroup(container.fs, group) !== undefined) continue;
    const message = `Unable to find group ${group}: no matching entries in group file`;
    return { status: 500, message };
  }
  return undefined;
}

function checkSysctls(container: Container): ApiError | undefined {
  for (const name of Object.keys(container.hostConfig.Sysctls ?? {})) {
    if (/^(net\.|fs\.mqueue\.|kernel\.(msg|sem|shm))/.test(name)) continue;
    const where = 'failed to create shim task: OCI runtime create failed: runc create failed';
    const reason = `sysctl ${JSON.stringify(name)} is not in a separate kernel namespace`;
    return { status: 500, message: `${where}: ${reason}: unknown` };
  }
  return undefined;
}

/**
 * What is wrong with a create request (moby `daemon/container.go: verifyContainerSettings`,
 * `daemon_unix.go`, `runconfig`). Checks only the request; images, names and networks come later.
 */
import type { ApiError } from '../../api';
import { parseSignal } from './signal-names';
import { validateResources } from './validate-resources';
import type { CreateRequest, HostConfig, PortBinding } from './host-config';

export interface Hardware {
  readonly cpus: number;
  readonly memoryBytes: number;
}

const LOG_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  'json-file': [
    'max-file',
    'max-size',
    'compress',
    'labels',
    'labels-regex',
    'env',
    'env-regex',
    'tag',
  ],
  local: ['max-file', 'max-size', 'compress'],
};
const LOG_DRIVERS = ['json-file', 'local', 'none', 'journald', 'syslog', 'fluentd', 'gelf'];
const CAPABILITIES =
  'AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE ' +
  'DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN ' +
  'MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID ' +
  'SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE ' +
  'SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM ALL';

function bad(message: string, status = 400): ApiError {
  return { status, message };
}

export function validateConfig(request: CreateRequest): ApiError | undefined {
  const dir = request.WorkingDir ?? '';
  if (dir !== '' && !dir.startsWith('/'))
    return bad(`the working directory '${dir}' is invalid, it needs to be an absolute path`);
  const signal = request.StopSignal ?? '';
  if (signal !== '' && parseSignal(signal) === undefined) return bad(`Invalid signal: ${signal}`);
  for (const entry of request.Env ?? [])
    if (entry === '' || entry.startsWith('=')) return bad(`invalid environment variable: ${entry}`);
  return validateHealth(request);
}

function validateHealth(request: CreateRequest): ApiError | undefined {
  const check = request.Healthcheck;
  if (!check) return undefined;
  for (const key of ['Interval', 'Timeout', 'StartPeriod'] as const) {
    const value = check[key] ?? 0;
    if (value !== 0 && value < 1_000_000)
      return bad(`${key} in Healthcheck cannot be less than 1ms`);
  }
  if ((check.Retries ?? 0) < 0) return bad('Retries in Healthcheck cannot be negative');
  return undefined;
}

export function validateHostConfig(
  host: Partial<HostConfig>,
  hardware: Hardware,
): ApiError | undefined {
  return (
    validateIsolation(host) ??
    validateRestart(host.RestartPolicy, host.AutoRemove ?? false) ??
    validatePorts(host.PortBindings) ??
    validateResources(host, hardware) ??
    validateOptions(host) ??
    validateLogging(host)
  );
}

function validateIsolation(host: Partial<HostConfig>): ApiError | undefined {
  const isolation = host.Isolation ?? '';
  if (!['', 'default'].includes(isolation.toLowerCase()))
    return bad(`Invalid isolation: "${isolation}" - linux only supports 'default'`, 500);
  return undefined;
}

export function validateRestart(
  policy: HostConfig['RestartPolicy'] | undefined,
  autoRemove: boolean,
): ApiError | undefined {
  const name = policy?.Name ?? '';
  const count = policy?.MaximumRetryCount ?? 0;
  if (['always', 'unless-stopped', 'no'].includes(name) && count !== 0)
    return bad(`maximum retry count cannot be used with restart policy '${name}'`);
  if (name === 'on-failure' && count < 0) return bad('maximum retry count cannot be negative');
  if (!['', 'no', 'always', 'unless-stopped', 'on-failure'].includes(name))
    return bad(`invalid restart policy '${name}'`);
  if (autoRemove && name !== '' && name !== 'no')
    return bad("can't create 'AutoRemove' container with restart policy");
  return undefined;
}

function validatePorts(
  bindings: Record<string, Partial<PortBinding>[] | null> | null | undefined,
): ApiError | undefined {
  for (const list of Object.values(bindings ?? {})) {
    for (const { HostPort: port = '' } of list ?? []) {
      const [low = '', high = low] = port.split('-');
      const isNumber = (text: string) => /^\d+$/.test(text) && Number(text) <= 65535;
      if (port !== '' && !(isNumber(low) && isNumber(high)))
        return bad(`invalid port specification: "${port}"`);
    }
  }
  return undefined;
}

function validateOptions(host: Partial<HostConfig>): ApiError | undefined {
  if ((host.ShmSize ?? 0) < 0) return bad('SHM size can not be less than 0');
  const score = host.OomScoreAdj ?? 0;
  if (score < -1000 || score > 1000)
    return bad(`Invalid value ${score}, range for oom score adj is [-1000, 1000]`);
  const runtime = host.Runtime ?? '';
  if (!['', 'runc', 'io.containerd.runc.v2', 'io.containerd.runtime.v1.linux'].includes(runtime))
    return bad(`Unknown runtime specified ${runtime}`);
  const known = CAPABILITIES.split(' ');
  for (const field of ['CapAdd', 'CapDrop'] as const) {
    for (const name of host[field] ?? []) {
      const upper = name.toUpperCase().replace(/^CAP_/, '');
      if (!known.includes(upper))
        return bad(`invalid ${field}: unknown capability: "CAP_${upper}"`);
    }
  }
  for (const entry of host.ExtraHosts ?? [])
    if (!/^[^:]+:.+$/.test(entry)) return bad(`bad format for add-host: "${entry}"`);
  for (const option of host.SecurityOpt ?? [])
    if (securityFlaw(option)) return bad(securityFlaw(option)!, 500);
  if (host.StorageOpt && Object.keys(host.StorageOpt).length > 0) {
    const text = "supported only for overlay over xfs with 'pquota' mount option";
    return bad(`--storage-opt is ${text}`, 500);
  }
  return undefined;
}

/** Words of `daemon/daemon_unix.go: parseSecurityOpt`. */
function securityFlaw(option: string): string | undefined {
  if (option === 'no-new-privileges' || option === 'disable') return undefined;
  const match = /^([^=:]*)[=:](.*)$/s.exec(option);
  const quoted = JSON.stringify(option);
  if (!match) return `invalid --security-opt 1: ${quoted}`;
  const [, key, value] = match;
  if (key === 'no-new-privileges')
    return /^(1|t|T|true|TRUE|True|0|f|F|false|FALSE|False)$/.test(value!)
      ? undefined
      : `invalid --security-opt 2: ${quoted}`;
  return ['label', 'apparmor', 'seccomp'].includes(key!)
    ? undefined
    : `invalid --security-opt 2: ${quoted}`;
}

function validateLogging(host: Partial<HostConfig>): ApiError | undefined {
  const driver = host.LogConfig?.Type || 'json-file';
  if (!LOG_DRIVERS.includes(driver))
    return bad(`error looking up logging plugin ${driver}: plugin "${driver}" not found`);
  const allowed = LOG_OPTIONS[driver];
  if (!allowed) return undefined;
  for (const name of Object.keys(host.LogConfig?.Config ?? {}))
    if (!allowed.includes(name)) return bad(`unknown log opt '${name}' for ${driver} log driver`);
  return undefined;
}

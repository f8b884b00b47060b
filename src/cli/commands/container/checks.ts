/**
 * What the client itself refuses in the flags of `run` and `create` (docker/cli:
 * cli/command/container/opts.go: parse), in its words; the engine sees none of it.
 */
import type { Sys } from '../../../kernel';
import { CliError } from '../../errors';
import { readUserFile } from '../../files';
import type { FlagSet } from '../../flags';

/** Throws on the first flag that is wrong, in the client's order. */
export function checkFlags(flags: FlagSet): void {
  const mac = flags.text('mac-address');
  if (mac !== '' && !isMac(mac)) throw new CliError(`${mac} is not a valid mac address`);
  const swappiness = flags.number('memory-swappiness');
  if (swappiness !== -1 && (swappiness < 0 || swappiness > 100))
    throw new CliError(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
}

/** The namespaces that a container may be put into. */
export function checkModes(flags: FlagSet): void {
  const pid = flags.text('pid');
  if (!['', 'host'].includes(pid) && !/^container:[^:]+$/.test(pid))
    throw new CliError('--pid: invalid PID mode');
  if (!['', 'host'].includes(flags.text('uts').split(':')[0]!))
    throw new CliError('--uts: invalid UTS mode');
  if (!['', 'host'].includes(flags.text('userns').split(':')[0]!))
    throw new CliError('--userns: invalid USER mode');
  if (!['', 'host', 'private'].includes(flags.text('cgroupns')))
    throw new CliError('--cgroupns: invalid CGROUP mode');
  if (flags.text('log-driver') === 'none' && flags.list('log-opt').length > 0)
    throw new CliError('invalid logging opts for driver none');
  for (const text of flags.list<unknown>('storage-opt'))
    if (typeof text === 'string' && !text.includes('='))
      throw new CliError('invalid storage option');
}

/** 6, 8 or 20 bytes with colons, hyphens or dots (net.ParseMAC). */
function isMac(text: string): boolean {
  return (
    /^[0-9a-f]{2}([:-])([0-9a-f]{2}\1){4}([0-9a-f]{2}|([0-9a-f]{2}\1){2}[0-9a-f]{2})$/i.test(
      text,
    ) ||
    /^([0-9a-f]{2}[:-]){19}[0-9a-f]{2}$/i.test(text) ||
    /^([0-9a-f]{4}\.){2}([0-9a-f]{4}|[0-9a-f]{4}\.[0-9a-f]{4})$/i.test(text)
  );
}

export interface SecurityOptions {
  readonly options: readonly string[];
  /** `systempaths=unconfined`: nothing of /proc and /sys is hidden. */
  readonly unmasked: boolean;
}

/** `--security-opt`, with the text of a seccomp profile in place of its file name. */
export function* securityOptions(flags: FlagSet): Sys<SecurityOptions> {
  const options: string[] = [];
  for (const text of flags.list('security-opt')) {
    const [, key = text, value] = /^([^=:]*)[=:](.*)$/s.exec(text) ?? [];
    if (value === undefined && key !== 'no-new-privileges')
      throw new CliError(`Invalid --security-opt: ${JSON.stringify(text)}`);
    if (key !== 'seccomp' || value === undefined || value === 'unconfined') options.push(text);
    else options.push(`seccomp=${yield* seccompProfile(value)}`);
  }
  const unmasked = options.includes('systempaths=unconfined');
  return { options: options.filter((text) => text !== 'systempaths=unconfined'), unmasked };
}

function* seccompProfile(file: string): Sys<string> {
  let text: string;
  try {
    text = yield* readUserFile(file);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`opening seccomp profile (${file}) failed: ${error.message}`);
  }
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    throw new CliError(`compacting json for seccomp profile (${file}) failed: invalid JSON`);
  }
}

export interface DeviceMapping {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

/** `HOST[:CONTAINER][:rwm]` (validateLinuxPath and parseLinuxDevice). */
export function parseDevice(text: string): DeviceMapping {
  const parts = text.split(':');
  const isMode = (mode: string) => /^[rwm]+$/.test(mode) && new Set(mode).size === mode.length;
  if (parts.length > 3 || parts.some((part) => part === ''))
    throw new CliError(`bad format for path: ${text}`);
  const [host, second = host!, third = 'rwm'] = parts as [string, string?, string?];
  const only = parts.length === 2 && isMode(second);
  if (parts.length === 3 && !isMode(third)) throw new CliError(`bad mode specified: ${third}`);
  const inside = only ? host : second;
  if (!inside.startsWith('/')) throw new CliError(`${inside} is not an absolute path`);
  return {
    PathOnHost: host,
    PathInContainer: inside,
    CgroupPermissions: only ? second : third,
  };
}

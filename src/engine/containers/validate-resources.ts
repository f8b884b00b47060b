/**
 * Limits of memory and processor that a request may ask for (moby `daemon/daemon_unix.go`:
 * verifyPlatformContainerResources), and what the engine only warns of. The kernel that is
 * modelled has no weights for block devices, as the one of the recordings.
 */
import type { ApiError } from '../../api';
import type { HostConfig } from './host-config';
import type { Hardware } from './validate';

/** 6 MiB: `linuxMinMemory`. */
const MEMORY_MIN_BYTES = 6 * 1024 * 1024;

function bad(message: string): ApiError {
  return { status: 400, message };
}

export function validateResources(
  host: Partial<HostConfig>,
  hardware: Hardware,
): ApiError | undefined {
  return validateMemory(host) ?? validateCpu(host, hardware) ?? validateSets(host, hardware);
}

function validateMemory(host: Partial<HostConfig>): ApiError | undefined {
  const memory = host.Memory ?? 0;
  const swap = host.MemorySwap ?? 0;
  const reservation = host.MemoryReservation ?? 0;
  const swappiness = host.MemorySwappiness ?? -1;
  if (memory !== 0 && memory < MEMORY_MIN_BYTES) return bad('Minimum memory limit allowed is 6MB');
  if (memory > 0 && swap > 0 && swap < memory)
    return bad('Minimum memoryswap limit should be larger than memory limit, see usage');
  if (memory === 0 && swap > 0)
    return bad('You should always set the Memory limit when using Memoryswap limit, see usage');
  if (swappiness < -1 || swappiness > 100)
    return bad(`Invalid value: ${swappiness}, valid memory swappiness range is 0-100`);
  if (reservation > 0 && reservation < MEMORY_MIN_BYTES)
    return bad('Minimum memory reservation allowed is 6MB');
  if (memory > 0 && reservation > 0 && memory < reservation)
    return bad('Minimum memory limit can not be less than memory reservation limit, see usage');
  const kernel = host.KernelMemory ?? 0;
  if (kernel > 0 && kernel < MEMORY_MIN_BYTES)
    return bad('Minimum kernel memory limit allowed is 6MB');
  return undefined;
}

function validateCpu(host: Partial<HostConfig>, hardware: Hardware): ApiError | undefined {
  const nano = host.NanoCpus ?? 0;
  const period = host.CpuPeriod ?? 0;
  const quota = host.CpuQuota ?? 0;
  if (nano !== 0 && period !== 0)
    return bad('Conflicting options: Nano CPUs and CPU Period cannot both be set');
  if (nano !== 0 && quota !== 0)
    return bad('Conflicting options: Nano CPUs and CPU Quota cannot both be set');
  if (nano < 0 || nano > hardware.cpus * 1e9) {
    const range = `Range of CPUs is from 0.01 to ${hardware.cpus}.00`;
    return bad(`${range}, as there are only ${hardware.cpus} CPUs available`);
  }
  if (period !== 0 && (period < 1000 || period > 1_000_000))
    return bad(
      'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)',
    );
  if (quota > 0 && quota < 1000) return bad('CPU cfs quota can not be less than 1ms (i.e. 1000)');
  return undefined;
}

function validateSets(host: Partial<HostConfig>, hardware: Hardware): ApiError | undefined {
  const cpus = host.CpusetCpus ?? '';
  const numbers = setMembers(cpus);
  if (typeof numbers === 'string') return bad(`Invalid value ${cpus} for cpuset cpus: ${numbers}`);
  if (numbers.some((n) => n >= hardware.cpus)) {
    const available = hardware.cpus === 1 ? '0' : `0-${hardware.cpus - 1}`;
    return bad(`Requested CPUs are not available - requested ${cpus}, available: ${available}`);
  }
  const mems = host.CpusetMems ?? '';
  const nodes = setMembers(mems);
  if (typeof nodes === 'string') return bad(`Invalid value ${mems} for cpuset mems: ${nodes}`);
  if (nodes.some((n) => n > 0))
    return bad(`Requested memory nodes are not available - requested ${mems}, available: 0`);
  return undefined;
}

/** Numbers of `0-2,7` (parsers.ParseUintList), or why it is no list. */
function setMembers(list: string): readonly number[] | string {
  const members: number[] = [];
  if (list === '') return members;
  for (const part of list.split(',')) {
    const [low = '', high = low] = part.includes('-') ? part.split(/-(.*)/s) : [part];
    const wrong = `invalid format: ${list}`;
    if (!/^\d+$/.test(low) || !/^\d+$/.test(high) || Number(high) < Number(low)) return wrong;
    if (Number(high) > 8192) return `value of out range, maximum is 8192`;
    for (let n = Number(low); n <= Number(high); n++) members.push(n);
  }
  return members;
}

/** What the engine says and goes on; a weight is forgotten. */
export function resourceWarnings(host: HostConfig): string[] {
  const warnings: string[] = [];
  if (host.OomKillDisable && host.Memory === 0)
    warnings.push(
      'OOM killer is disabled for the container, but no memory limit is set, this can result ' +
        'in the system running out of resources.',
    );
  if (host.BlkioWeight > 0) {
    warnings.push(
      'Your kernel does not support Block I/O weight or the cgroup is not mounted. ' +
        'Weight discarded.',
    );
    host.BlkioWeight = 0;
  }
  if ((host.BlkioWeightDevice ?? []).length > 0) {
    warnings.push(
      'Your kernel does not support Block I/O weight_device or the cgroup is not mounted. ' +
        'Weight-device discarded.',
    );
    host.BlkioWeightDevice = [];
  }
  return warnings;
}

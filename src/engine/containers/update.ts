/**
 * `docker update`: new limits and another restart policy for a container that is there (moby
 * `container/container_unix.go: UpdateContainer`, `daemon/update.go`).
 */
import type { ApiError } from '../../api';
import type { Container } from './container';
import type { HostConfig } from './host-config';
import { validateRestart, type Hardware } from './validate';
import { validateResources } from './validate-resources';

function refuse(container: Container, reason: string): ApiError {
  return { status: 400, message: `Cannot update container ${container.id}: ${reason}` };
}

/** The settings that the container is to have, or why it cannot have them. */
export function updateHostConfig(
  container: Container,
  change: Partial<HostConfig>,
  hardware: Hardware,
): HostConfig | ApiError {
  const flaw = validateRestart(change.RestartPolicy, false) ?? validateResources(change, hardware);
  if (flaw) return flaw;
  const { hostConfig: old } = container;
  const { NanoCpus: nano = 0, CpuPeriod: period = 0, CpuQuota: quota = 0 } = change;
  const conflict = (what: string, set: string) =>
    refuse(
      container,
      `Conflicting options: ${what} cannot be updated as ${set} has already been set`,
    );
  if (nano > 0 && old.CpuPeriod > 0) return conflict('Nano CPUs', 'CPU Period');
  if (nano > 0 && old.CpuQuota > 0) return conflict('Nano CPUs', 'CPU Quota');
  if (period > 0 && old.NanoCpus > 0) return conflict('CPU Period', 'NanoCPUs');
  if (quota > 0 && old.NanoCpus > 0) return conflict('CPU Quota', 'NanoCPUs');
  const { Memory: memory = 0, MemorySwap: swap = 0, KernelMemory: kernelMemory = 0 } = change;
  if (memory > 0 && swap === 0 && memory > old.MemorySwap && old.MemorySwap > 0)
    return refuse(
      container,
      'Memory limit should be smaller than already set memoryswap limit, ' +
        'update the memoryswap at the same time',
    );
  if (kernelMemory > 0 && container.isRunning && old.KernelMemory === 0)
    return refuse(
      container,
      'Can not update kernel memory to a running container, please stop it first.',
    );
  const policy = change.RestartPolicy?.Name ?? '';
  if (policy !== '' && policy !== old.RestartPolicy.Name && old.AutoRemove)
    return refuse(
      container,
      'Restart policy cannot be updated because AutoRemove is enabled for the container',
    );
  const host = { ...old };
  for (const [key, value] of Object.entries(change)) {
    if (key === 'RestartPolicy') continue;
    if (value !== 0 && value !== '' && value !== null)
      Object.assign(host, { [key]: value as unknown });
  }
  if (policy !== '')
    host.RestartPolicy = {
      Name: policy,
      MaximumRetryCount: change.RestartPolicy?.MaximumRetryCount ?? 0,
    };
  return host;
}

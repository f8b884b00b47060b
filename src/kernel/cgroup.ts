/**
 * Control groups as one tree (version 1 and 2 differ only in how /proc shows them): membership,
 * limits of memory, processor and processes, freezing, and the counters behind `docker stats`.
 */
import type { Process } from './process';

export interface CgroupLimits {
  readonly memoryBytes?: number;
  /** Processor microseconds in each `CPU_PERIOD_US`. */
  readonly cpuQuotaUs?: number;
  readonly pids?: number;
}

/** cpu.cfs_period_us as Docker leaves it. */
export const CPU_PERIOD_US = 100_000;

export class Cgroup {
  readonly children = new Map<string, Cgroup>();
  /** Living members of this very group. */
  readonly members = new Set<Process>();
  limits: CgroupLimits = {};
  frozen = false;
  /** Processor time of all that ever ran in it and below. */
  cpuUs = 0;
  oomKills = 0;
  private periodStart = 0;
  private usedInPeriodUs = 0;

  constructor(
    readonly name: string,
    readonly parent: Cgroup | undefined,
  ) {}

  /** "/" or "/docker/4f..." */
  get path(): string {
    if (!this.parent) return '/';
    const above = this.parent.path;
    return above === '/' ? `/${this.name}` : `${above}/${this.name}`;
  }

  child(name: string): Cgroup {
    let child = this.children.get(name);
    if (!child) {
      child = new Cgroup(name, this);
      this.children.set(name, child);
    }
    return child;
  }

  /** Removes it from the tree; its members stay until they end. */
  remove(): void {
    this.parent?.children.delete(this.name);
  }

  /** Frozen itself or below a frozen one. */
  get isFrozen(): boolean {
    return this.frozen || (this.parent?.isFrozen ?? false);
  }

  get processCount(): number {
    let count = this.members.size;
    for (const child of this.children.values()) count += child.processCount;
    return count;
  }

  get memoryBytes(): number {
    let bytes = 0;
    for (const member of this.members) bytes += member.memoryBytes;
    for (const child of this.children.values()) bytes += child.memoryBytes;
    return bytes;
  }

  /** True if one more process would break a limit of this group or of one above. */
  refusesProcess(): boolean {
    const { pids } = this.limits;
    if (pids !== undefined && pids > 0 && this.processCount >= pids) return true;
    return this.parent?.refusesProcess() ?? false;
  }

  /**
   * Counts `costUs` of processor time at `at` and answers when it may be over: later than
   * `at + costUs` where a quota is used up, which holds it until the next period.
   */
  charge(at: number, costUs: number): number {
    this.cpuUs += costUs;
    const end = this.throttle(at, costUs);
    return this.parent ? Math.max(end, this.parent.charge(at, costUs)) : end;
  }

  private throttle(at: number, costUs: number): number {
    const quota = this.limits.cpuQuotaUs;
    if (quota === undefined || quota <= 0) return at + costUs;
    if (at >= this.periodStart + CPU_PERIOD_US) {
      this.periodStart = at - (at % CPU_PERIOD_US);
      this.usedInPeriodUs = 0;
    }
    this.usedInPeriodUs += costUs;
    if (this.usedInPeriodUs <= quota) return at + costUs;
    const over = this.usedInPeriodUs - quota;
    const periods = Math.ceil(over / quota);
    return this.periodStart + periods * CPU_PERIOD_US + (over - (periods - 1) * quota);
  }
}

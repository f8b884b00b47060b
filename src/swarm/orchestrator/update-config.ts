/**
 * How a rolling update or rollback goes, with swarmkit's defaults (`api/defaults/service.go`).
 */
import { SECOND_US } from '../../base';
import type { StoredService } from '../store';
import { NANOSECONDS_PER_US } from './tasks';

const DEFAULT_MONITOR_US = 5 * SECOND_US;

export interface UpdatePlan {
  /** 0 means all at once. */
  readonly parallelism: number;
  readonly delayUs: number;
  readonly monitorUs: number;
  readonly failureAction: 'pause' | 'continue' | 'rollback';
  readonly maxFailureRatio: number;
  readonly startFirst: boolean;
}

export function isRollback(service: StoredService): boolean {
  return service.UpdateStatus?.State === 'rollback_started';
}

/** The plan of the update, or of the rollback if one is under way. */
export function updatePlan(service: StoredService): UpdatePlan {
  const config = isRollback(service) ? service.Spec.RollbackConfig : service.Spec.UpdateConfig;
  return {
    parallelism: config?.Parallelism ?? 1,
    delayUs: (config?.Delay ?? 0) / NANOSECONDS_PER_US,
    monitorUs:
      config?.Monitor === undefined ? DEFAULT_MONITOR_US : config.Monitor / NANOSECONDS_PER_US,
    failureAction: config?.FailureAction ?? 'pause',
    maxFailureRatio: config?.MaxFailureRatio ?? 0,
    startFirst: config?.Order === 'start-first',
  };
}

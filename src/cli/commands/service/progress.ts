/**
 * Watches a service until it has converged (docker/cli:
 * cli/command/service/progress/progress.go): polls every 200 ms, draws a line for each task,
 * then waits for the monitor time that it stays so.
 */
import { sys, SysError, type Sys } from '../../../kernel';
import type { Node, Service, Task } from '../../../api';
import { encodeFilters, get } from '../../client';
import { CliError } from '../../errors';
import { MessageDisplay, type Message } from '../../message-display';
import { newUpdater, type Show } from './progress-updaters';

const POLL_US = 200_000;
const MONITOR_DEFAULT_NS = 5e9;

/** What the update status says about going on. */
interface Rollback {
  active: boolean;
  /** Printed after "Service converged". */
  message: Message | undefined;
}

export function* waitOnService(id: string, quiet: boolean): Sys<void> {
  const display = quiet ? undefined : yield* MessageDisplay.onStdout();
  const show: Show = function* (message) {
    if (display) yield* display.show(message);
  };
  const before = yield* sys.sigaction('INT', 'catch');
  try {
    yield* watch(id, show);
  } finally {
    yield* sys.sigaction('INT', before);
  }
}

function* watch(id: string, show: Show): Sys<void> {
  let converged = false;
  let convergedAtUs: number | undefined;
  let monitorUs = MONITOR_DEFAULT_NS / 1000;
  const rollback: Rollback = { active: false, message: undefined };
  let updater: ReturnType<typeof newUpdater> | undefined;
  for (;;) {
    const service = yield* get<Service>(`/services/${id}`, { query: { insertDefaults: false } });
    const monitor = service.Spec.UpdateConfig?.Monitor;
    if (monitor) monitorUs = monitor / 1000;
    updater ??= newUpdater(service, show);
    if (yield* readStatus(service, converged, rollback, show)) return;
    const now = (yield* sys.clock()).monotonicUs;
    if (converged && now - convergedAtUs! >= monitorUs) {
      yield* show({ id: 'verify', status: 'Service converged', progress: NO_PROGRESS });
      if (rollback.message) yield* show(rollback.message);
      return;
    }
    const filters = encodeFilters([
      ['service', id],
      ['_up-to-date', 'true'],
    ]);
    const tasks = yield* get<Task[]>('/tasks', { query: { filters } });
    const nodes = yield* get<Node[]>('/nodes');
    const active = new Set(
      nodes.filter((node) => node.Status.State !== 'down').map((node) => node.ID),
    );
    converged = yield* updater.update(service, tasks, active, rollback.active);
    if (converged) {
      if (service.JobStatus) {
        yield* show({ status: 'job complete' });
        return;
      }
      const at = (yield* sys.clock()).monotonicUs;
      convergedAtUs ??= at;
      // The real clock has always moved on a little since it was read.
      const wait = monitorUs - (at - convergedAtUs) - 1;
      if (wait >= 0) {
        const seconds = Math.trunc(wait / 1e6) + 1;
        const status = `Waiting ${seconds} seconds to verify that tasks are stable...`;
        yield* show({ id: 'verify', status, progress: NO_PROGRESS });
      }
    } else {
      if (convergedAtUs !== undefined)
        yield* show({ id: 'verify', status: 'Detected task failure', progress: NO_PROGRESS });
      convergedAtUs = undefined;
    }
    if (!(yield* pause())) continue;
    if (!converged) {
      yield* show({ status: 'Operation continuing in background.' });
      yield* show({ status: `Use \`docker service ps ${id}\` to check progress.` });
    }
    return;
  }
}

export const NO_PROGRESS = Object.freeze({ current: 0, total: 0 });

/** Waits for the next poll; true when ^C came. */
function* pause(): Sys<boolean> {
  try {
    yield* sys.sleep(POLL_US);
  } catch (error) {
    if (!(error instanceof SysError) || error.errno !== 'EINTR') throw error;
  }
  return (yield* sys.sigpending()).includes('INT');
}

/** True when there is nothing more to watch. A paused update is an error. */
function* readStatus(
  service: Service,
  converged: boolean,
  rollback: Rollback,
  show: Show,
): Sys<boolean> {
  const status = service.UpdateStatus;
  switch (status?.State) {
    case 'updating':
      rollback.active = false;
      break;
    case 'completed':
      if (!converged) return true;
      break;
    case 'paused':
      throw new CliError(`service update paused: ${status.Message}`);
    case 'rollback_started':
      if (!rollback.active && status.Message !== '')
        yield* show({ id: 'rollback', status: status.Message, progress: NO_PROGRESS });
      rollback.active = true;
      break;
    case 'rollback_paused':
      throw new CliError(`service rollback paused: ${status.Message}`);
    case 'rollback_completed':
      if (!converged) rollback.message = { id: 'rollback', status: status.Message };
      rollback.active = true;
      break;
  }
  return false;
}

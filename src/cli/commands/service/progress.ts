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
import { newUpdater, type Screen, type Updater } from './progress-updaters';

const POLL_US = 200_000;
const MONITOR_DEFAULT_NS = 5e9;

/** What the update status says about going on. */
interface Rollback {
  active: boolean;
  /** Printed after "Service converged". */
  message: Message | undefined;
}

class NoDisplay implements Screen {
  *show(): Sys<void> {}
}

/** All that changes from one poll to the next. */
interface Watch {
  readonly screen: Screen;
  readonly rollback: Rollback;
  updater: Updater | undefined;
  converged: boolean;
  convergedAtUs: number | undefined;
  monitorUs: number;
}

export function* waitOnService(id: string, quiet: boolean): Sys<void> {
  const screen = quiet ? new NoDisplay() : yield* MessageDisplay.onStdout();
  const before = yield* sys.sigaction('INT', 'catch');
  try {
    yield* watch(id, screen);
  } finally {
    yield* sys.sigaction('INT', before);
  }
}

function* watch(id: string, screen: Screen): Sys<void> {
  let w: Watch = {
    screen,
    rollback: { active: false, message: undefined },
    updater: undefined,
    converged: false,
    convergedAtUs: undefined,
    monitorUs: MONITOR_DEFAULT_NS / 1000,
  };
  // `scale` watches one service after the other, perhaps the same twice.
  const loop = `progress ${id} ${(yield* sys.clock()).monotonicUs}`;
  for (;;) {
    w = yield* sys.turn(loop, w);
    if (yield* poll(id, w)) return;
    if (!(yield* pause())) continue;
    if (!w.converged) {
      yield* w.screen.show({ status: 'Operation continuing in background.' });
      yield* w.screen.show({ status: `Use \`docker service ps ${id}\` to check progress.` });
    }
    return;
  }
}

/** Looks once and draws; true when there is nothing more to watch. */
function* poll(id: string, w: Watch): Sys<boolean> {
  const { screen, rollback } = w;
  const service = yield* get<Service>(`/services/${id}`, { query: { insertDefaults: false } });
  const monitor = service.Spec.UpdateConfig?.Monitor;
  if (monitor) w.monitorUs = monitor / 1000;
  w.updater ??= newUpdater(service, screen);
  if (yield* readStatus(service, w.converged, rollback, screen)) return true;
  const now = (yield* sys.clock()).monotonicUs;
  if (w.converged && now - w.convergedAtUs! >= w.monitorUs) {
    yield* screen.show({ id: 'verify', status: 'Service converged', progress: NO_PROGRESS });
    if (rollback.message) yield* screen.show(rollback.message);
    return true;
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
  w.converged = yield* w.updater.update(service, tasks, active, rollback.active);
  if (!w.converged) {
    if (w.convergedAtUs !== undefined)
      yield* screen.show({ id: 'verify', status: 'Detected task failure', progress: NO_PROGRESS });
    w.convergedAtUs = undefined;
    return false;
  }
  if (service.JobStatus) {
    yield* screen.show({ status: 'job complete' });
    return true;
  }
  const at = (yield* sys.clock()).monotonicUs;
  w.convergedAtUs ??= at;
  // The real clock has always moved on a little since it was read.
  const wait = w.monitorUs - (at - w.convergedAtUs) - 1;
  if (wait >= 0) {
    const seconds = Math.trunc(wait / 1e6) + 1;
    const status = `Waiting ${seconds} seconds to verify that tasks are stable...`;
    yield* screen.show({ id: 'verify', status, progress: NO_PROGRESS });
  }
  return false;
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
  screen: Screen,
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
        yield* screen.show({ id: 'rollback', status: status.Message, progress: NO_PROGRESS });
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

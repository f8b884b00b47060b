/**
 * The stream of assignments to one agent (swarmkit `manager/dispatcher/dispatcher.go`, Assignments):
 * first everything, then changes, sent 100 ms after the last of them or when there are 100.
 */
import { MILLISECOND_US, type TimerHandle, type Wakeable } from '../../base';
import type { AgentRoute, ManagerContext } from '../leader';
import type { StoredTask } from '../store';
import { sendOnStream } from './agent-streams';
import { AssignmentSet } from './assignment-set';
import type { ManagerMessage } from './protocol';

const BATCHING_WAIT_US = 100 * MILLISECOND_US;
const BATCH_LIMIT = 100;

export class AssignmentStream implements Wakeable {
  private readonly set = new AssignmentSet();
  private sequence = 0;
  private modifications = 0;
  private timer: TimerHandle | undefined;

  constructor(
    private readonly context: ManagerContext,
    readonly route: AgentRoute,
    readonly session: number,
    readonly sessionId: string,
  ) {}

  /** Sends all that the node is to have. */
  open(): void {
    for (const task of this.context.store.tasksOfNode(this.route.nodeId))
      this.set.addOrUpdate(this.context.store, task);
    this.send('complete');
  }

  close(): void {
    this.context.runtime.cancelTimer(this.timer);
    this.timer = undefined;
  }

  taskChanged(task: StoredTask): void {
    if (this.set.addOrUpdate(this.context.store, task)) this.modified();
  }

  taskRemoved(task: StoredTask): void {
    if (this.set.remove(task)) this.modified();
  }

  wake(): void {
    this.timer = undefined;
    this.send('incremental');
  }

  private modified(): void {
    this.modifications++;
    this.close();
    if (this.modifications >= BATCH_LIMIT) this.send('incremental');
    else this.timer = this.context.runtime.setTimer(BATCHING_WAIT_US, this, 'batch');
  }

  private send(type: 'complete' | 'incremental'): void {
    this.modifications = 0;
    const changes = this.set.take();
    const appliesTo = this.sequence++;
    const message: ManagerMessage = {
      kind: 'assignments',
      session: this.session,
      type,
      appliesTo,
      resultsIn: this.sequence,
      changes,
    };
    sendOnStream(this.context, this.route, 'assignments', message);
  }
}

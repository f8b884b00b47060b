/**
 * What is going to happen besides the machines' own timers: messages on their way, and inputs from
 * outside with their log. Nothing here depends on the order in which it was told: deliveries are
 * ordered by what they are, so the cut of a run into windows never shows.
 */
import { TimeQueue } from '../base';
import type { Input } from '../api';
import type { OutsideAction, OutsideInput } from './scenario';

export interface Delivery {
  readonly at: number;
  readonly sentAt: number;
  /** Sender's position and its output's number: unique together with `copy`. */
  readonly from: number;
  readonly seq: number;
  readonly copy: number;
  readonly to: number;
  readonly input: Input;
  readonly cause: number;
}

/** Earliest first; among equals by sending time, sender and number. */
function compareDeliveries(a: Delivery, b: Delivery): number {
  return a.at - b.at || a.sentAt - b.sentAt || a.from - b.from || a.seq - b.seq || a.copy - b.copy;
}

export class Deliveries {
  private readonly queue = new TimeQueue<Delivery>();

  add(delivery: Delivery): void {
    this.queue.push(delivery.at, delivery);
  }

  nextAt(): number {
    return this.queue.nextAt();
  }

  /** Takes all that arrives before `until`, in order. */
  takeBefore(until: number): Delivery[] {
    const taken: Delivery[] = [];
    while (this.queue.nextAt() < until) taken.push(this.queue.take()!);
    return taken.length > 1 ? taken.sort(compareDeliveries) : taken;
  }

  /** Takes the first one only. */
  takeOne(): Delivery | undefined {
    const [first, ...rest] = this.takeBefore(this.nextAt() + 1);
    for (const delivery of rest) this.add(delivery);
    return first;
  }
}

export class InputLog {
  private readonly taken: OutsideInput[] = [];
  private readonly pending = new TimeQueue<OutsideInput>();
  private lastId = 0;

  /** Writes an input into the agenda and gives it its id. */
  add(at: number, action: OutsideAction): number {
    const id = ++this.lastId;
    this.pending.push(at, { id, at, action });
    return id;
  }

  /** Puts the inputs of a saved run into the agenda, ids included. */
  load(inputs: readonly OutsideInput[]): void {
    for (const input of inputs) {
      this.lastId = Math.max(this.lastId, input.id);
      this.pending.push(input.at, input);
    }
  }

  nextAt(): number {
    return this.pending.nextAt();
  }

  take(): OutsideInput | undefined {
    const input = this.pending.take();
    if (input) this.taken.push(input);
    return input;
  }

  /** What has happened so far, oldest first. */
  history(): readonly OutsideInput[] {
    return this.taken;
  }
}

/** A few words for a log line. */
export function describeAction(action: OutsideAction): string {
  if (action.kind === 'chaos') return `chaos ${action.line}`;
  if (action.kind === 'add-node') return `add node${action.number}`;
  if (action.kind === 'remove-node') return `remove ${action.node}`;
  const { input } = action;
  switch (input.kind) {
    case 'exec':
      return input.command;
    case 'terminal-data':
      return `type ${JSON.stringify(input.data)}`;
    case 'api-request':
      return `${input.request.method} ${input.request.path}`;
    case 'write-file':
      return `write ${input.path}`;
    default:
      return input.kind;
  }
}

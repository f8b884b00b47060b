/**
 * The engine's events: the last 256 are kept, and live ones go to the streams of `GET /events`
 * (moby `daemon/events`).
 */
import { SECOND_US, type Runtime, type TimerHandle, type Wakeable } from '../base';
import {
  filterExact,
  filterLabels,
  hasFilter,
  filterValues,
  isFilters,
  parseFilters,
  type ApiCall,
  type ApiReceiver,
  type Filters,
  type Labels,
} from '../api';
import type { WallClock } from '../kernel';
import { parseUnixTime } from './time';

export type EventScope = 'local' | 'swarm';
export interface EngineEvent {
  readonly type: string;
  readonly action: string;
  readonly id: string;
  readonly attributes: Labels;
  readonly scope: EventScope;
  /** Unix microseconds. */
  readonly at: number;
}

/** How many past events are kept (`eventsLimit`). */
const EVENTS_LIMIT = 256;

export class Events {
  private past: EngineEvent[] = [];
  private readonly streams = new Set<EventStream>();
  /** While an observer reads, who leaves no trace. */
  silent = false;

  constructor(
    private readonly runtime: Runtime,
    private readonly clock: WallClock,
  ) {}

  get listeners(): number {
    return this.streams.size;
  }

  publish(
    type: string,
    action: string,
    id: string,
    attributes: Labels,
    scope: EventScope = 'local',
  ): void {
    if (this.silent) return;
    const event: EngineEvent = { type, action, id, attributes, scope, at: this.clock.now() };
    this.past.push(Object.freeze(event));
    if (this.past.length > EVENTS_LIMIT) this.past.shift();
    for (const stream of [...this.streams]) stream.offer(event);
  }

  /** `GET /events`. */
  open(call: ApiCall): void {
    const since = readTime(call.query.get('since'));
    if (typeof since === 'object') return call.fail({ status: 500, ...since });
    const until = readTime(call.query.get('until'));
    if (typeof until === 'object') return call.fail({ status: 500, ...until });
    if (since !== undefined && until !== undefined && until < since) {
      const text = `\`since\` time (${call.query.get('since')}) cannot be after \`until\` time (${call.query.get('until')})`;
      return call.fail({ status: 400, message: text });
    }
    const filters = parseFilters(call.query.get('filters'));
    if (!isFilters(filters)) return call.fail({ status: 500, message: filters.message });
    call.begin(200, { 'Content-Type': 'application/json' });
    for (const event of since === undefined ? [] : this.past) {
      const within = event.at >= since! && (until === undefined || event.at <= until);
      if (within && matches(event, filters)) call.write(eventLine(event));
    }
    const now = this.clock.now();
    if (until !== undefined && until <= now) return call.end();
    const stream = new EventStream(this, call, filters);
    this.streams.add(stream);
    call.receiver = stream;
    if (until !== undefined) stream.timer = this.runtime.setTimer(until - now, stream, 'until');
  }

  close(stream: EventStream): void {
    this.streams.delete(stream);
    this.runtime.cancelTimer(stream.timer);
  }

  /** The daemon ends: all streams do. */
  shutdown(): void {
    for (const stream of [...this.streams]) stream.wake();
  }
}

class EventStream implements ApiReceiver, Wakeable {
  timer: TimerHandle | undefined;
  constructor(
    private readonly events: Events,
    private readonly call: ApiCall,
    private readonly filters: Filters,
  ) {}

  offer(event: EngineEvent): void {
    if (matches(event, this.filters)) this.call.write(eventLine(event));
  }
  wake(): void {
    this.events.close(this);
    this.call.end();
  }
  receive(): void {}
  closeInput(): void {}
  hangUp(): void {
    this.events.close(this);
  }
}

function readTime(text: string | undefined): number | { readonly message: string } | undefined {
  return text === undefined || text === '' ? undefined : parseUnixTime(text);
}

/** An event as a line of the stream; image and container events repeat themselves at the top. */
function eventLine(event: EngineEvent): string {
  const old =
    event.type === 'container' || event.type === 'image'
      ? {
          status: event.action,
          id: event.id,
          ...(event.attributes['image'] === undefined ? {} : { from: event.attributes['image'] }),
        }
      : {};
  const value = {
    ...old,
    Type: event.type,
    Action: event.action,
    Actor: { ID: event.id, Attributes: event.attributes },
    scope: event.scope,
    time: Math.floor(event.at / SECOND_US),
    timeNano: event.at * 1000,
  };
  return `${JSON.stringify(value)}\n`;
}

const OBJECT_TYPES = [
  'daemon',
  'container',
  'plugin',
  'volume',
  'network',
  'node',
  'service',
  'secret',
  'config',
];

/** `daemon/events/filter.go`: unknown keys are ignored. */
function matches(event: EngineEvent, filters: Filters): boolean {
  const labels = event.attributes;
  return (
    filterExact(filters, 'type', event.type) &&
    filterExact(filters, 'scope', event.scope) &&
    matchesAction(event, filters) &&
    OBJECT_TYPES.every((type) => matchesObject(event, filters, type)) &&
    matchesImage(event, filters) &&
    (!hasFilter(filters, 'label') || filterLabels(filters, 'label', labels)) &&
    (!hasFilter(filters, 'node.label') || filterLabels(filters, 'node.label', labels))
  );
}

/** `exec_create` and the like match without their command. */
function matchesAction(event: EngineEvent, filters: Filters): boolean {
  if (!hasFilter(filters, 'event')) return true;
  const bare = /^(exec_create|exec_start|health_status)/.exec(event.action)?.[1];
  return filterValues(filters, 'event').some(
    (value) => value === event.action || (bare !== undefined && event.action.startsWith(value)),
  );
}

function matchesObject(event: EngineEvent, filters: Filters, type: string): boolean {
  if (!hasFilter(filters, type)) return true;
  if (event.type !== type) return false;
  const name = event.attributes['name'] ?? '';
  return filterValues(filters, type).some(
    (value) => event.id.startsWith(value) || name === value || name.startsWith(value),
  );
}

function matchesImage(event: EngineEvent, filters: Filters): boolean {
  if (!hasFilter(filters, 'image')) return true;
  const key = event.type === 'image' ? 'name' : 'image';
  const name = event.attributes[key] ?? '';
  const bare = name.replace(/:[^/]*$/, '');
  return filterValues(filters, 'image').some(
    (value) => value === event.id || value === name || value === bare,
  );
}

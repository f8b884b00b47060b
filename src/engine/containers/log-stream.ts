/** `GET /containers/X/logs`: past entries, then live ones while it runs (moby `daemon/logs.go`). */
import { SECOND_US, concatBytes, encodeUtf8, type TimerHandle, type Wakeable } from '../../base';
import { isApiError, queryBool, streamFrame, type ApiCall, type ApiReceiver } from '../../api';
import type { EngineCore } from '../core';
import { formatFixedTime, parseUnixTime } from '../time';
import type { Container } from './container';
import {
  selectEntries,
  wantsEntry,
  type LogEntry,
  type LogListener,
  type LogSelection,
} from './log';

interface Format {
  readonly timestamps: boolean;
  readonly details: boolean;
  readonly raw: boolean;
}

class LogStream implements LogListener, ApiReceiver, Wakeable {
  timer: TimerHandle | undefined;
  constructor(
    private readonly core: EngineCore,
    private readonly container: Container,
    private readonly call: ApiCall,
    private readonly want: LogSelection,
    private readonly format: Format,
  ) {}
  logged(entry: LogEntry): void {
    if (wantsEntry(entry, this.want)) this.call.write(formatEntry(entry, this.format));
  }
  logClosed(): void {
    this.finish();
  }
  wake(): void {
    this.finish();
  }
  private finish(): void {
    this.hangUp();
    this.call.end();
  }
  receive(): void {}
  closeInput(): void {}
  hangUp(): void {
    this.container.log.unfollow(this);
    this.core.runtime.cancelTimer(this.timer);
  }
}

function formatEntry(entry: LogEntry, format: Format): Uint8Array {
  const details = format.details ? ' ' : '';
  const time = format.timestamps ? `${formatFixedTime(entry.at)} ` : '';
  const line =
    details + time === '' ? entry.line : concatBytes([encodeUtf8(time + details), entry.line]);
  return format.raw ? line : streamFrame(entry.stream === 'stdout' ? 1 : 2, line);
}

function instant(call: ApiCall, name: string): number | undefined | { readonly message: string } {
  const text = call.query.get(name) ?? '';
  if (text === '') return undefined;
  const at = parseUnixTime(text);
  return at === 0 ? undefined : at;
}

export function openLogs(core: EngineCore, call: ApiCall, name: string): void {
  const stdout = queryBool(call, 'stdout');
  const stderr = queryBool(call, 'stderr');
  if (!stdout && !stderr) {
    const message = 'Bad parameters: you must choose at least one stream';
    return call.fail({ status: 400, message });
  }
  const container = core.container(name);
  if (isApiError(container)) return call.fail(container);
  const since = instant(call, 'since');
  if (typeof since === 'object') return call.fail({ status: 500, ...since });
  const until = instant(call, 'until');
  if (typeof until === 'object') return call.fail({ status: 500, ...until });
  if (!container.log.readable) {
    const message = 'configured logging driver does not support reading';
    return call.fail({ status: 501, message });
  }
  const tailText = call.query.get('tail') ?? '';
  const tail = /^\d+$/.test(tailText) ? Number(tailText) : -1;
  const want: LogSelection = { stdout, stderr, tail, since, until };
  const format: Format = {
    timestamps: queryBool(call, 'timestamps'),
    details: queryBool(call, 'details'),
    raw: container.config.Tty,
  };
  call.begin(200, {});
  for (const entry of selectEntries(container.log, want)) call.write(formatEntry(entry, format));
  const live = container.isRunning || container.restarting;
  if (!queryBool(call, 'follow') || !live) return call.end();
  const stream = new LogStream(core, container, call, want, format);
  call.receiver = stream;
  container.log.follow(stream);
  if (until !== undefined) {
    const delay = Math.max(0, until - core.unixUs);
    stream.timer = core.runtime.setTimer(Math.min(delay, 1e6 * SECOND_US), stream, 'until');
  }
}

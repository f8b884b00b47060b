/**
 * Progress messages as the client shows them (moby: pkg/jsonmessage): on a terminal a line for
 * each id, rewritten in place; elsewhere a line for each message without a bar.
 */
import { humanSize } from '../api';
import { sys, SysError, type Sys } from '../kernel';
import { JsonStream } from './client';
import { CliError } from './errors';

export interface Progress {
  readonly current: number;
  readonly total: number;
  readonly hidecounts?: boolean;
  readonly units?: string;
  readonly start?: number;
}
export interface Message {
  readonly id?: string;
  readonly status?: string;
  /** An empty one still rewrites the line in place. */
  readonly progress?: Progress;
  readonly stream?: string;
}

/** A line of a pull, push, build or load as the API sends it. */
export interface WireMessage {
  readonly id?: string;
  readonly status?: string;
  readonly stream?: string;
  readonly progress?: string;
  readonly progressDetail?: Partial<Progress>;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string; readonly code?: number };
  readonly aux?: unknown;
}

/** Below this width of the terminal there is no room for bars. */
const BAR_WIDTH_MIN = 110;

function progressText(progress: Progress, width: number): string {
  const { current, total } = progress;
  if (current <= 0 && total <= 0) return '';
  if (total <= 0)
    return progress.units ? `${current} ${progress.units}` : humanSize(current).padStart(8);
  const percentage = Math.min(50, Math.trunc(Math.trunc((current / total) * 100) / 2));
  let text = '';
  if (width > BAR_WIDTH_MIN)
    text = `[${'='.repeat(Math.max(0, percentage))}>${' '.repeat(50 - percentage)}] `;
  if (!progress.hidecounts) {
    const units = progress.units ?? '';
    if (units === '') {
      const size = humanSize(current).padStart(8);
      text += current > total ? size : `${size}/${humanSize(total)}`;
    } else text += current > total ? `${current} ${units}` : `${current}/${total} ${units}`;
  }
  return text;
}

/** Where messages go. */
export interface MessageSink {
  show(message: Message): Sys<void>;
}

export class MessageDisplay implements MessageSink {
  private ids: string[] = [];

  constructor(
    private readonly fd: number,
    private readonly terminal: boolean,
    private readonly width: number,
  ) {}

  static *onStdout(): Sys<MessageDisplay> {
    return yield* MessageDisplay.on(1);
  }

  static *on(fd: number): Sys<MessageDisplay> {
    const terminal = yield* sys.isatty(fd);
    let width = 200;
    if (terminal) {
      try {
        width = (yield* sys.winsize(fd)).cols;
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
      }
    }
    return new MessageDisplay(fd, terminal, width);
  }

  *show(message: Message): Sys<void> {
    const text = this.render(message);
    if (text !== '') yield* sys.write(this.fd, text);
  }

  private render(message: Message): string {
    const { id, progress } = message;
    let text = '';
    let up = 0;
    if (id !== undefined && id !== '' && progress) {
      let at = this.ids.indexOf(id);
      if (at < 0) {
        at = this.ids.length;
        this.ids.push(id);
        if (this.terminal) text += '\n';
      }
      up = this.ids.length - at;
      if (this.terminal) text += `\x1b[${up}A`;
    } else {
      this.ids = [];
    }
    text += this.body(message);
    if (id !== undefined && id !== '' && this.terminal && up > 0) text += `\x1b[${up}B`;
    return text;
  }

  private body(message: Message): string {
    const { id, progress } = message;
    const bar = progress ? progressText(progress, this.width) : '';
    const status = message.status ?? '';
    const head = id !== undefined && id !== '' ? `${id}: ` : '';
    if (this.terminal && progress && message.stream === undefined)
      return `\x1b[2K\r${head}${status} ${bar}\r`;
    if (bar !== '') return '';
    if (message.stream !== undefined && message.stream !== '') return head + message.stream;
    return `${head}${status}\n`;
  }
}

/**
 * Shows a whole stream of an answer; an error in it is thrown. `onAux` sees what is not for
 * display.
 */
export function* showMessages(
  fd: number,
  display: MessageSink | undefined,
  onAux?: (aux: unknown) => void,
): Sys<void> {
  const stream = new JsonStream(fd);
  for (;;) {
    const wire = yield* stream.next<WireMessage>();
    if (!wire) return;
    if (wire.aux !== undefined) {
      onAux?.(wire.aux);
      continue;
    }
    if (wire.error !== undefined || wire.errorDetail) {
      if (wire.errorDetail?.code === 401) throw new CliError('authentication is required');
      throw new CliError(wire.errorDetail?.message ?? wire.error ?? '', 1, wire.errorDetail?.code);
    }
    if (!display) continue;
    yield* display.show(fromWire(wire));
  }
}

function fromWire(wire: WireMessage): Message {
  const detail = wire.progressDetail;
  return {
    ...(wire.id === undefined ? {} : { id: wire.id }),
    ...(wire.status === undefined ? {} : { status: wire.status }),
    ...(wire.stream === undefined ? {} : { stream: wire.stream }),
    ...(detail === undefined
      ? {}
      : { progress: { ...detail, current: detail.current ?? 0, total: detail.total ?? 0 } }),
  };
}

/** `--progress=plain`: blocks of lines, one step at a time (progressui `textMux`). */
import { isCanceled, unitBytes, type Trace, type TracedVertex } from './trace';

/** A step that prints keeps the floor for so long. */
const ANTI_FLICKER_SECONDS = 5;
const MAX_DELAY_US = 10_000_000;
const MIN_TIME_US = 5_000_000;
const MIN_PROGRESS = 0.05;

export class PlainDisplay {
  private current = '';
  private notFirst = false;
  private readonly last = new Map<string, { timestamp: number; current: number }>();

  /** What is to be printed now. */
  print(trace: Trace, nowUs: number): string {
    const done: string[] = [];
    const rest = new Set<string>();
    for (const digest of trace.updates) {
      const traced = trace.byDigest.get(digest)!;
      if (traced.vertex.completed !== undefined) done.push(digest);
      else rest.add(digest);
    }
    const { current } = this;
    const ended = done.includes(current);
    let text = ended ? this.printVertex(trace, current) : '';
    for (const digest of done) if (digest !== current) text += this.printVertex(trace, digest);
    if (rest.size === 0) return text + this.keepOpen(trace, current);
    if (rest.has(current)) text += this.printVertex(trace, current);
    const next = this.choose(trace, rest, current, ended, nowUs);
    return next === undefined ? text : text + this.printVertex(trace, next);
  }

  private keepOpen(trace: Trace, current: string): string {
    const isOpen = ({ vertex }: TracedVertex) =>
      vertex.started !== undefined && vertex.completed === undefined;
    const now = trace.byDigest.get(current);
    if (now && isOpen(now)) return '';
    for (const [digest, traced] of trace.byDigest)
      if (isOpen(traced)) return this.printVertex(trace, digest);
    return '';
  }

  private choose(
    trace: Trace,
    rest: Set<string>,
    current: string,
    ended: boolean,
    nowUs: number,
  ): string | undefined {
    if (current !== '') rest.add(current);
    const speeds = new Map<string, { speed: number; blockUs: number; over: boolean }>();
    let sum = 0;
    let max = '';
    for (const digest of rest) {
      const traced = trace.byDigest.get(digest)!;
      const blockUs = Math.max(1, nowUs - (traced.lastBlockUs ?? nowUs));
      const speed = traced.count / (blockUs / 1e6);
      const over = blockUs > MAX_DELAY_US && digest !== current;
      speeds.set(digest, { speed, blockUs, over });
      sum += speed;
      if (over || max === '' || speeds.get(max)!.speed < speed) max = digest;
    }
    if (ended || current === '') return max;
    for (const [digest, { over }] of speeds) if (over) return digest;
    const own = speeds.get(current)!;
    const share = own.speed / sum;
    const wait = ANTI_FLICKER_SECONDS / (1 - share);
    return wait < own.blockUs / 1e6 ? max : undefined;
  }

  private printVertex(trace: Trace, digest: string): string {
    const traced = trace.byDigest.get(digest);
    if (!traced) return '';
    let text = '';
    if (digest !== this.current) text += this.change(trace, traced);
    text += this.bars(traced) + logsOf(traced);
    this.current = digest;
    const { vertex } = traced;
    if (vertex.completed !== undefined) {
      this.current = '';
      traced.count = 0;
      text += endOf(traced);
    }
    trace.updates.delete(digest);
    return text;
  }

  private change(trace: Trace, traced: TracedVertex): string {
    let text = '';
    const old = trace.byDigest.get(this.current);
    if (old) {
      if (old.partial) text += '\n';
      old.shownOffset = 0;
      old.count = 0;
      text += `#${old.index} ...\n`;
    }
    if (this.notFirst) text += '\n';
    this.notFirst = true;
    const { index, vertex } = traced;
    return `${text}#${index} ${vertex.name}\n#${index} ${vertex.digest}\n`;
  }

  private bars(traced: TracedVertex): string {
    let text = '';
    for (const status of traced.statuses) {
      if (!traced.moved.has(status.id)) continue;
      const { id, current, total, timestamp, started, completed } = status;
      const last = this.last.get(id);
      if (last && completed === undefined) {
        const delta = total > 0 ? (current - last.current) / total : 0;
        if (delta < MIN_PROGRESS && timestamp - last.timestamp < MIN_TIME_US) continue;
      }
      this.last.set(id, { timestamp, current });
      let bytes = '';
      if (total !== 0) bytes = ` ${unitBytes(current)} / ${unitBytes(total)}`;
      else if (current !== 0) bytes = ` ${unitBytes(current)}`;
      const seconds = ((completed ?? timestamp) - (started ?? timestamp)) / 1e6;
      const time = seconds > 0.01 ? ` ${seconds.toFixed(1)}s` : '';
      text += `#${traced.index} ${id}${bytes}${time}${completed === undefined ? '' : ' done'}\n`;
    }
    traced.moved.clear();
    return text;
  }
}

function logsOf(traced: TracedVertex): string {
  const { logs, partial } = traced;
  let text = '';
  logs.forEach((line, i) => {
    text += i === 0 ? line.slice(traced.shownOffset) : line;
    if (i !== logs.length - 1 || !partial) text += '\n';
  });
  if (logs.length === 0) return '';
  traced.logs = partial ? logs.slice(-1) : [];
  traced.shownOffset = partial ? traced.logs[0]!.length : 0;
  return text;
}

function endOf({ index, vertex, partial }: TracedVertex): string {
  if (vertex.error !== '') {
    const line = isCanceled(vertex) ? 'CANCELED' : `ERROR: ${vertex.error}`;
    return `${partial ? '\n' : ''}#${index} ${line}\n`;
  }
  if (vertex.cached) return `#${index} CACHED\n`;
  const seconds = (vertex.completed! - (vertex.started ?? vertex.completed!)) / 1e6;
  return `#${index} DONE ${seconds.toFixed(1)}s\n`;
}

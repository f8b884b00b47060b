/**
 * What a build has told so far, as both displays show it (moby/buildkit `util/progress/progressui`:
 * `trace`). Plain data.
 */
import type { BuildStatus, BuildVertex, VertexStatus } from '../../api';
import { decodeUtf8 } from '../../base';

export class TracedVertex {
  /** The number behind `#`. */
  index = 0;
  statuses: VertexStatus[] = [];
  /** Bars that have moved since they were last shown. */
  readonly moved = new Set<string>();
  logs: string[] = [];
  /** The last line goes on. */
  partial = false;
  /** Of a partial line, what has been shown. */
  shownOffset = 0;
  /** Changes since it was last shown without interruption. */
  count = 0;
  lastBlockUs: number | undefined;
  /** Bytes of output, for the small terminal. */
  termBytes = 0;
  termCount = 0;
  readonly term: string[] = [];

  constructor(public vertex: BuildVertex) {}
}

const TERM_LINES = 6;

export class Trace {
  readonly byDigest = new Map<string, TracedVertex>();
  /** In the order of their start. */
  readonly started: TracedVertex[] = [];
  readonly updates = new Set<string>();
  startUs: number | undefined;
  private nextIndex = 0;

  constructor(private readonly terminal: boolean) {}

  update(status: BuildStatus, nowUs: number): void {
    for (const vertex of status.vertexes) this.updateVertex(vertex, nowUs);
    for (const item of status.statuses) {
      const traced = this.byDigest.get(item.vertex);
      if (!traced) continue;
      const at = traced.statuses.findIndex(({ id }) => id === item.id);
      if (at < 0) traced.statuses.push(item);
      else traced.statuses[at] = item;
      traced.moved.add(item.id);
      this.touch(traced, nowUs);
    }
    for (const log of status.logs) this.addLog(log.vertex, log.timestamp, log.data, nowUs);
  }

  private touch(traced: TracedVertex, nowUs: number): void {
    this.updates.add(traced.vertex.digest);
    if (traced.count === 0) traced.lastBlockUs = nowUs;
    traced.count++;
  }

  private updateVertex(vertex: BuildVertex, nowUs: number): void {
    let traced = this.byDigest.get(vertex.digest);
    const before = traced?.vertex.started;
    if (!traced) {
      traced = new TracedVertex(vertex);
      traced.index = ++this.nextIndex;
      this.byDigest.set(vertex.digest, traced);
    }
    if (vertex.started !== undefined && before === undefined) {
      this.startUs ??= nowUs;
      this.started.push(traced);
    }
    traced.vertex = vertex;
    if (vertex.started !== undefined) this.touch(traced, nowUs);
  }

  private addLog(digest: string, timestamp: number, data: Uint8Array, nowUs: number): void {
    const traced = this.byDigest.get(digest);
    if (!traced) return;
    const text = decodeUtf8(data);
    if (this.terminal) addToTerm(traced, text);
    const lines = text.split('\n');
    const complete = lines.at(-1) === '';
    if (complete) lines.pop();
    lines.forEach((line, i) => {
      if (i === 0 && traced.partial && traced.logs.length > 0) {
        traced.logs[traced.logs.length - 1] += line;
        return;
      }
      const seconds = (timestamp - (traced.vertex.started ?? timestamp)) / 1e6;
      const digits = seconds < 10 ? 3 : seconds < 100 ? 2 : 1;
      traced.logs.push(`#${traced.index} ${seconds.toFixed(digits)} ${line}`);
    });
    traced.partial = !complete;
    this.touch(traced, nowUs);
  }

  /** What stands at the very end for each step that failed. */
  errorLogs(): string {
    let text = '';
    for (const { vertex, logs } of this.started) {
      if (vertex.error === '' || isCanceled(vertex)) continue;
      text += `------\n > ${vertex.name}:\n${logs.map((line) => `${line}\n`).join('')}------\n`;
    }
    return text;
  }
}

function addToTerm(traced: TracedVertex, text: string): void {
  traced.termBytes += text.length;
  for (const line of text.split('\n')) if (line !== '') traced.term.push(line.replace(/\r/g, ''));
  traced.term.splice(0, Math.max(0, traced.term.length - TERM_LINES));
}

export function isCanceled({ error }: BuildVertex): boolean {
  return error.endsWith('context canceled');
}

/** `%.2f` of tonistiigi/units: whole bytes, else two digits behind the point. */
export function unitBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${bytes}B` : `${value.toFixed(2)}${units[unit]!}`;
}

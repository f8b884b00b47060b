/**
 * What a build by BuildKit says of itself (moby/buildkit `api/services/control/control.proto`:
 * `StatusResponse`): steps (vertices) with their times, bars within them, and what they print.
 */
import { NO_BYTES } from '../../base';
import { ProtoWriter, readProto, textOf } from '../grpc';

export interface BuildVertex {
  readonly digest: string;
  readonly inputs: readonly string[];
  readonly name: string;
  readonly cached: boolean;
  /** Unix time in microseconds, here and below. */
  readonly started?: number;
  readonly completed?: number;
  /** '' without one. */
  readonly error: string;
}
export interface VertexStatus {
  /** What is shown: "extracting sha256:...". */
  readonly id: string;
  readonly vertex: string;
  readonly current: number;
  readonly total: number;
  readonly timestamp: number;
  readonly started?: number;
  readonly completed?: number;
}
export interface VertexLog {
  readonly vertex: string;
  readonly timestamp: number;
  /** 1 stdout, 2 stderr. */
  readonly stream: number;
  readonly data: Uint8Array;
}
export interface BuildStatus {
  readonly vertexes: readonly BuildVertex[];
  readonly statuses: readonly VertexStatus[];
  readonly logs: readonly VertexLog[];
}

const SECOND_US = 1_000_000;

function timestamp(us: number): Uint8Array {
  const seconds = Math.floor(us / SECOND_US);
  return new ProtoWriter()
    .number(1, seconds)
    .number(2, (us - seconds * SECOND_US) * 1000)
    .finish();
}

function readTimestamp(bytes: Uint8Array): number {
  let us = 0;
  for (const field of readProto(bytes) ?? []) {
    if (field.field === 1) us += field.number * SECOND_US;
    else if (field.field === 2) us += Math.floor(field.number / 1000);
  }
  return us;
}

export function writeBuildStatus(status: BuildStatus): Uint8Array {
  const writer = new ProtoWriter();
  for (const vertex of status.vertexes) writer.message(1, writeVertex(vertex));
  for (const item of status.statuses) writer.message(2, writeStatus(item));
  for (const log of status.logs)
    writer.message(
      3,
      new ProtoWriter()
        .text(1, log.vertex)
        .message(2, timestamp(log.timestamp))
        .number(3, log.stream)
        .bytes(4, log.data)
        .finish(),
    );
  return writer.finish();
}

function writeVertex(vertex: BuildVertex): Uint8Array {
  const writer = new ProtoWriter().text(1, vertex.digest);
  for (const input of vertex.inputs) writer.text(2, input);
  writer.text(3, vertex.name).flag(4, vertex.cached);
  if (vertex.started !== undefined) writer.message(5, timestamp(vertex.started));
  if (vertex.completed !== undefined) writer.message(6, timestamp(vertex.completed));
  return writer.text(7, vertex.error).finish();
}

function writeStatus(status: VertexStatus): Uint8Array {
  const writer = new ProtoWriter()
    .text(1, status.id)
    .text(2, status.vertex)
    .number(4, status.current)
    .number(5, status.total)
    .message(6, timestamp(status.timestamp));
  if (status.started !== undefined) writer.message(7, timestamp(status.started));
  if (status.completed !== undefined) writer.message(8, timestamp(status.completed));
  return writer.finish();
}

/** Undefined for what is no status. */
export function readBuildStatus(bytes: Uint8Array): BuildStatus | undefined {
  const fields = readProto(bytes);
  if (!fields) return undefined;
  const vertexes: BuildVertex[] = [];
  const statuses: VertexStatus[] = [];
  const logs: VertexLog[] = [];
  for (const field of fields) {
    if (field.field === 1) vertexes.push(readVertex(field.bytes));
    else if (field.field === 2) statuses.push(readStatus(field.bytes));
    else if (field.field === 3) logs.push(readLog(field.bytes));
  }
  return { vertexes, statuses, logs };
}

type Open<T> = { -readonly [K in keyof T]: T[K] };

function readVertex(bytes: Uint8Array): BuildVertex {
  const inputs: string[] = [];
  const out: Open<BuildVertex> = { digest: '', inputs, name: '', cached: false, error: '' };
  for (const field of readProto(bytes) ?? []) {
    if (field.field === 1) out.digest = textOf(field);
    else if (field.field === 2) inputs.push(textOf(field));
    else if (field.field === 3) out.name = textOf(field);
    else if (field.field === 4) out.cached = field.number === 1;
    else if (field.field === 5) out.started = readTimestamp(field.bytes);
    else if (field.field === 6) out.completed = readTimestamp(field.bytes);
    else if (field.field === 7) out.error = textOf(field);
  }
  return out;
}

function readStatus(bytes: Uint8Array): VertexStatus {
  const out: Open<VertexStatus> = { id: '', vertex: '', current: 0, total: 0, timestamp: 0 };
  for (const field of readProto(bytes) ?? []) {
    if (field.field === 1) out.id = textOf(field);
    else if (field.field === 2) out.vertex = textOf(field);
    else if (field.field === 4) out.current = field.number;
    else if (field.field === 5) out.total = field.number;
    else if (field.field === 6) out.timestamp = readTimestamp(field.bytes);
    else if (field.field === 7) out.started = readTimestamp(field.bytes);
    else if (field.field === 8) out.completed = readTimestamp(field.bytes);
  }
  return out;
}

function readLog(bytes: Uint8Array): VertexLog {
  const out: Open<VertexLog> = { vertex: '', timestamp: 0, stream: 1, data: NO_BYTES };
  for (const field of readProto(bytes) ?? []) {
    if (field.field === 1) out.vertex = textOf(field);
    else if (field.field === 2) out.timestamp = readTimestamp(field.bytes);
    else if (field.field === 3) out.stream = field.number;
    else if (field.field === 4) out.data = field.bytes;
  }
  return out;
}

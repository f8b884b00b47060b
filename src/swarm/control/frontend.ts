/**
 * The daemon's side of the control API: what every handler does before and after it asks the leader
 * (moby `api/server/router/swarm`, `daemon/cluster`).
 */
import {
  isFilters,
  parseFilters,
  type ApiCall,
  type ApiError,
  type Filters,
  type StructShape,
  decodeBody,
  isApiError,
} from '../../api';
import { toApiError, type Failure, type RpcReply } from '../rpc';
import type { ControlRequest } from './context';
import type { LogRequest, LogSink } from '../leader';

/** The node, as the handlers see it. */
export interface ControlFrontend {
  /** Why this node cannot do it now: 503 unless it is an active manager. */
  managerRefusal(): ApiError | undefined;
  controlCall(request: ControlRequest, reply: RpcReply): void;
  /** A name for a service that was given none. */
  newName(): string;
  /** What the engine's own network of that name is, if it has one. */
  localNetwork(name: string): 'predefined' | 'local' | undefined;
  subscribeLogs(request: LogRequest, sink: LogSink): LogStream;
}
export interface LogStream {
  close(): void;
}

/** Writes the leader's answer; `finish` is a function of module level. */
export class AnswerReply implements RpcReply {
  constructor(
    private readonly call: ApiCall,
    private readonly finish: (call: ApiCall, value: unknown) => void,
  ) {}
  answered(value: unknown): void {
    this.finish(this.call, value);
  }
  failed(error: Failure): void {
    this.call.fail(toApiError(error));
  }
}

export function answerJson(call: ApiCall, value: unknown): void {
  call.json(200, value);
}
export function answerCreated(call: ApiCall, value: unknown): void {
  call.json(201, value);
}
export function answerEmpty(call: ApiCall): void {
  call.empty(200);
}
export function answerNoContent(call: ApiCall): void {
  call.empty(204);
}

/** Asks the leader, unless this node is in no state to. */
export function ask(
  owner: ControlFrontend,
  call: ApiCall,
  method: string,
  params: unknown,
  finish: (call: ApiCall, value: unknown) => void,
): void {
  const refusal = owner.managerRefusal();
  if (refusal) return call.fail(refusal);
  owner.controlCall({ method, params }, new AnswerReply(call, finish));
}

/** The body, or undefined when the call has been answered. */
export function readBody<T>(call: ApiCall, shape: StructShape): T | undefined {
  const decoded = decodeBody(call, shape, 'read-json');
  if (isApiError(decoded)) {
    call.fail(decoded);
    return undefined;
  }
  return (decoded.value ?? {}) as T;
}

/** `?version=`: Go's `strconv.ParseUint`; the sentence differs by kind. */
export function readVersion(call: ApiCall, kind: string): number | ApiError {
  const text = call.query.get('version') ?? '';
  if (/^[0-9]+$/.test(text)) return Number(text);
  if (kind === 'secret' || kind === 'config')
    return { status: 400, message: `invalid ${kind} version` };
  const problem = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  return { status: 400, message: `invalid ${kind} version '${text}': ${problem}` };
}

/** `strconv.ParseBool`; undefined if it is none. */
export function parseBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  return undefined;
}

export function readFilters(call: ApiCall, status: number): Filters | ApiError {
  const filters = parseFilters(call.query.get('filters'));
  return isFilters(filters) ? filters : { status, message: filters.message };
}

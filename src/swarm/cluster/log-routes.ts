/** `GET /services/X/logs`, `GET /tasks/X/logs` (moby `daemon/cluster/services.go` ServiceLogs). */
import {
  queryBool,
  route,
  streamFrame,
  type ApiCall,
  type ApiReceiver,
  type Router,
  type Service,
  type Task,
} from '../../api';
import { concatBytes, encodeUtf8 } from '../../base';
import { toApiError, type Failure, type RpcReply } from '../rpc';
import type { LogSink } from '../leader';
import type { LogStream } from '../control';
import type { LogLine, LogOptions } from '../seams';
import type { LocalNode } from './local-node';

function readOptions(call: ApiCall): LogOptions | string {
  const stdout = queryBool(call, 'stdout');
  const stderr = queryBool(call, 'stderr');
  if (!stdout && !stderr) return 'Bad parameters: you must choose at least one stream';
  const tail = call.query.get('tail') ?? '';
  if (tail !== '' && tail !== 'all' && !/^\d+$/.test(tail))
    return 'tail value must be a positive integer or "all"';
  return {
    stdout,
    stderr,
    follow: queryBool(call, 'follow'),
    tail: tail === '' || tail === 'all' ? -1 : Number(tail),
    since: readSince(call.query.get('since') ?? ''),
  };
}

/** Unix seconds with a fraction to nanoseconds. */
function readSince(text: string): string {
  const match = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text);
  if (!match || Number(match[1]) === 0) return '';
  return `${match[1]}${(match[2] ?? '').padEnd(9, '0')}`;
}

function serviceLogs(owner: LocalNode, call: ApiCall, params: { id?: string }): void {
  begin(owner, call, 'service.get', { id: params.id, insertDefaults: false });
}
function taskLogs(owner: LocalNode, call: ApiCall, params: { id?: string }): void {
  begin(owner, call, 'task.get', { id: params.id });
}

function begin(
  owner: LocalNode,
  call: ApiCall,
  method: 'service.get' | 'task.get',
  params: unknown,
): void {
  const options = readOptions(call);
  if (typeof options === 'string' && options.startsWith('Bad'))
    return call.fail({ status: 500, message: options });
  const refusal = owner.managerRefusal();
  if (refusal) return call.fail(refusal);
  const reply = new LogsCall(owner, call, method, options);
  owner.controlCall({ method, params }, reply);
}

class LogsCall implements RpcReply, LogSink, ApiReceiver {
  private stream: LogStream | undefined;
  private isTty = false;

  constructor(
    private readonly owner: LocalNode,
    private readonly call: ApiCall,
    private readonly method: 'service.get' | 'task.get',
    private readonly options: LogOptions | string,
  ) {}

  answered(value: unknown): void {
    const { options, call } = this;
    if (typeof options === 'string') return call.fail({ status: 500, message: options });
    const { ID } = value as { readonly ID: string };
    const spec =
      this.method === 'service.get' ? (value as Service).Spec.TaskTemplate : (value as Task).Spec;
    this.isTty = spec.ContainerSpec?.TTY ?? false;
    const isService = this.method === 'service.get';
    call.receiver = this;
    // No Content-Type at all, as the real one.
    call.begin(200, {});
    const request = {
      serviceId: isService ? ID : undefined,
      taskId: isService ? undefined : ID,
      options,
    };
    const stream = this.owner.subscribeLogs(request, this);
    if (call.ended) stream.close();
    else this.stream = stream;
  }

  failed(error: Failure): void {
    this.call.fail(toApiError(error));
  }

  lines(
    from: { readonly nodeId: string; readonly serviceId: string; readonly taskId: string },
    lines: readonly LogLine[],
  ): void {
    for (const line of lines) {
      let head = queryBool(this.call, 'timestamps') ? `${line.timestamp} ` : '';
      if (queryBool(this.call, 'details'))
        head +=
          `com.docker.swarm.node.id=${from.nodeId},` +
          `com.docker.swarm.service.id=${from.serviceId},` +
          `com.docker.swarm.task.id=${from.taskId} `;
      const data = head === '' ? line.data : concatBytes([encodeUtf8(head), line.data]);
      this.call.write(this.isTty ? data : streamFrame(line.stream === 'stdout' ? 1 : 2, data));
    }
  }

  end(error: string): void {
    if (error !== '')
      this.call.write(streamFrame(1, encodeUtf8(`Error grabbing logs: ${error}\n`)));
    this.call.end();
  }

  receive(): void {}
  closeInput(): void {}
  hangUp(): void {
    this.stream?.close();
  }
}

export const LOG_ROUTES: Router<LocalNode> = [
  route('GET /services/{id}/logs', serviceLogs),
  route('GET /tasks/{id}/logs', taskLogs),
];

/** Attach, exec and resize: the calls that turn a connection into a raw stream. */
import {
  checkJsonType,
  decodeBody,
  isApiError,
  parseAtoi,
  queryBool,
  route,
  type ApiCall,
  type ApiError,
  type Router,
  type RouteParams,
  type Shape,
} from '../../api';
import type { Engine } from '../engine';
import { Attachment, parseDetachKeys, type AttachTarget, type StreamChoice } from './attach';
import type { Container } from './container';
import { refuseExec, type Exec, type ExecConfig, type ExecListener } from './exec';

/** Typing into a container's first process. */
class ContainerTarget implements AttachTarget {
  constructor(
    private readonly engine: Engine,
    private readonly container: Container,
  ) {}
  input(data: Uint8Array): void {
    const { container } = this;
    if (!container.config.OpenStdin) return;
    const stdio = this.engine.lifecycle.stdios.get(container.id);
    if (stdio) stdio.type(data);
    else container.heldInput.push(data);
  }
  inputClosed(): void {
    const { container } = this;
    if (!container.config.StdinOnce || container.config.Tty) return;
    container.inputEnded = true;
    this.engine.lifecycle.stdios.get(container.id)?.endInput();
  }
  detached(attachment: Attachment): void {
    this.container.attachments.delete(attachment);
    this.engine.core.containerEvent(this.container, 'detach');
  }
}

/** Attach answers errors as plain text, without the engine's headers. */
function refuseAttach(call: ApiCall, error: ApiError): void {
  const type = 'application/vnd.docker.raw-stream';
  call.beginRaw(error.status, { 'Content-Type': type });
  call.write(`${error.message}\r\n`);
  call.end();
}

function attach(engine: Engine, call: ApiCall, { name = '' }: RouteParams): void {
  const keysText = call.query.get('detachKeys') ?? '';
  const keys = parseDetachKeys(keysText);
  if (!keys) {
    const message = `Invalid detach keys (${keysText}) provided`;
    return refuseAttach(call, { status: 400, message });
  }
  const container = engine.core.container(name);
  if (isApiError(container)) return refuseAttach(call, container);
  if (container.paused) {
    const message = `container ${name} is paused, unpause the container before attach`;
    return refuseAttach(call, { status: 409, message });
  }
  if (container.restarting) {
    const message = `container ${name} is restarting, wait until the container is running`;
    return refuseAttach(call, { status: 409, message });
  }
  const streams: StreamChoice = {
    stdin: queryBool(call, 'stdin'),
    stdout: queryBool(call, 'stdout'),
    stderr: queryBool(call, 'stderr'),
  };
  const target = new ContainerTarget(engine, container);
  const attachment = new Attachment(call, target, streams, container.config.Tty, keys);
  call.hijack(attachment, false);
  if (queryBool(call, 'logs'))
    for (const entry of container.log.all) attachment.output(entry.stream, entry.line);
  if (!queryBool(call, 'stream')) return call.end();
  container.attachments.add(attachment);
  engine.core.containerEvent(container, 'attach');
}

function attachWebsocket(_engine: Engine, call: ApiCall): void {
  call.beginRaw(400, {});
  call.write('not websocket protocol');
  call.end();
}

// --- exec

const EXEC_SHAPE: Shape = {
  struct: 'types.ExecConfig',
  fields: {
    User: 'string',
    Privileged: 'bool',
    Tty: 'bool',
    AttachStdin: 'bool',
    AttachStderr: 'bool',
    AttachStdout: 'bool',
    Detach: 'bool',
    DetachKeys: 'string',
    Env: { list: 'string' },
    WorkingDir: 'string',
    Cmd: { list: 'string' },
  },
};

interface ExecBody {
  readonly User?: string;
  readonly Privileged?: boolean;
  readonly Tty?: boolean;
  readonly AttachStdin?: boolean;
  readonly AttachStdout?: boolean;
  readonly AttachStderr?: boolean;
  readonly DetachKeys?: string;
  readonly Env?: string[];
  readonly WorkingDir?: string;
  readonly Cmd?: string[];
}

function createExec(engine: Engine, call: ApiCall, { name = '' }: RouteParams): void {
  const decoded = decodeBody(call, EXEC_SHAPE, 'read-json');
  if (isApiError(decoded)) return call.fail(decoded);
  const body = (decoded.value ?? {}) as ExecBody;
  const command = body.Cmd ?? [];
  if (command.length === 0) return call.fail({ status: 400, message: 'No exec command specified' });
  const container = engine.core.container(name);
  if (isApiError(container)) return call.fail(container);
  const config: ExecConfig = {
    user: body.User ?? '',
    privileged: body.Privileged ?? false,
    tty: body.Tty ?? false,
    stdin: body.AttachStdin ?? false,
    stdout: body.AttachStdout ?? false,
    stderr: body.AttachStderr ?? false,
    detachKeys: body.DetachKeys ?? '',
    env: body.Env ?? [],
    workingDir: body.WorkingDir ?? '',
    command,
  };
  const exec = engine.execs.create(container, config, name);
  if (isApiError(exec)) call.fail(exec);
  else call.json(201, { Id: exec.id });
}

function missingExec(id: string): ApiError {
  return { status: 404, message: `No such exec instance: ${id}` };
}

/** A client waits at this exec. */
class ExecCall implements ExecListener, AttachTarget {
  attachment: Attachment | undefined;
  constructor(
    private readonly exec: Exec,
    private readonly call: ApiCall,
  ) {}
  execStarted(exec: Exec, error: ApiError | undefined): void {
    if (!this.attachment) {
      if (error) this.call.fail(error);
      else this.call.empty(200);
      return;
    }
    if (!error) return;
    this.attachment.say(`${error.message}\r\n`);
    this.attachment.end();
    exec.attachment = undefined;
  }
  execEnded(): void {}
  input(data: Uint8Array): void {
    if (this.exec.stdio) this.exec.stdio.type(data);
    else this.exec.heldInput.push(data);
  }
  inputClosed(): void {
    this.exec.inputEnded = true;
    this.exec.stdio?.endInput();
  }
  detached(): void {
    this.exec.attachment = undefined;
  }
}

function startExec(engine: Engine, call: ApiCall, { id = '' }: RouteParams): void {
  const wrongType = call.body.length > 0 ? checkJsonType(call) : undefined;
  if (wrongType) return call.fail(wrongType);
  const shape: Shape = {
    struct: 'types.ExecStartCheck',
    fields: { Detach: 'bool', Tty: 'bool' },
  };
  const decoded = decodeBody(call, shape, 'read-json');
  if (isApiError(decoded)) return call.fail(decoded);
  const body = (decoded.value ?? {}) as { Detach?: boolean; Tty?: boolean };
  const exec = engine.execs.find(id);
  if (!exec) return call.fail(missingExec(id));
  const refusal = refuseExec(exec.container);
  if (refusal) return call.fail(refusal);
  const again = `Error: Exec command ${exec.id} has already run`;
  const execCall = new ExecCall(exec, call);
  if (body.Detach === true) {
    if (exec.begun) return call.fail({ status: 409, message: again });
    exec.listener = execCall;
    return engine.execs.start(exec);
  }
  const { config } = exec;
  const keys = parseDetachKeys(config.detachKeys) ?? [];
  const streams = { stdin: config.stdin, stdout: config.stdout, stderr: config.stderr };
  const attachment = new Attachment(call, execCall, streams, config.tty, keys);
  call.hijack(attachment, true);
  if (exec.begun) {
    attachment.say(`${again}\r\n`);
    return call.end();
  }
  execCall.attachment = attachment;
  exec.attachment = attachment;
  exec.listener = execCall;
  engine.execs.start(exec);
}

function inspectExec(engine: Engine, call: ApiCall, { id = '' }: RouteParams): void {
  const exec = engine.execs.find(id);
  if (!exec) return call.fail(missingExec(id));
  const { config } = exec;
  const [entrypoint = '', ...args] = config.command;
  call.json(200, {
    ID: exec.id,
    Running: exec.running,
    ExitCode: exec.exitCode ?? null,
    ProcessConfig: {
      tty: config.tty,
      entrypoint,
      arguments: args,
      privileged: config.privileged,
      ...(config.user === '' ? {} : { user: config.user }),
    },
    OpenStdin: config.stdin,
    OpenStderr: config.stderr,
    OpenStdout: config.stdout,
    CanRemove: false,
    ContainerID: exec.container.id,
    DetachKeys: config.detachKeys,
    Pid: exec.pid,
  });
}

function readSize(call: ApiCall): { rows: number; cols: number } | ApiError {
  const rows = parseAtoi(call.query.get('h') ?? '');
  if (typeof rows === 'object') return { status: 400, ...rows };
  const cols = parseAtoi(call.query.get('w') ?? '');
  if (typeof cols === 'object') return { status: 400, ...cols };
  return { rows, cols };
}

function resizeExec(engine: Engine, call: ApiCall, { id = '' }: RouteParams): void {
  const size = readSize(call);
  if (isApiError(size)) return call.fail(size);
  const exec = engine.execs.find(id);
  if (!exec) return call.fail(missingExec(id));
  if (!exec.running && exec.begun) return call.fail({ status: 404, message: 'no such exec' });
  exec.cols = size.cols;
  exec.rows = size.rows;
  exec.stdio?.terminal?.resize(size.cols, size.rows);
  call.empty(200);
}

function resize(engine: Engine, call: ApiCall, { name = '' }: RouteParams): void {
  const size = readSize(call);
  if (isApiError(size)) return call.fail(size);
  const container = engine.core.container(name);
  if (isApiError(container)) return call.fail(container);
  if (!container.running) {
    const message = `Container ${container.id} is not running`;
    return call.fail({ status: 409, message });
  }
  container.running.terminal?.resize(size.cols, size.rows);
  engine.core.containerEvent(container, 'resize', {
    height: String(size.rows),
    width: String(size.cols),
  });
  call.empty(200);
}

export const STREAM_ROUTES: Router<Engine> = [
  route('POST /containers/{name:.*}/attach', attach),
  route('GET /containers/{name:.*}/attach/ws', attachWebsocket),
  route('POST /containers/{name:.*}/resize', resize),
  route('POST /containers/{name:.*}/exec', createExec),
  route('GET /exec/{id:.*}/json', inspectExec),
  route('POST /exec/{id:.*}/start', startExec),
  route('POST /exec/{id:.*}/resize', resizeExec),
];

/**
 * `docker exec`: one more process in a running container's namespaces (moby `daemon/exec.go`,
 * `daemon/exec`). Health checks use it too.
 */
import { MILLISECOND_US, type Wakeable } from '../../base';
import { isApiError, type ApiError } from '../../api';
import { SysError } from '../../kernel';
import type { EngineCore } from '../core';
import { newId } from '../ids';
import type { Attachment } from './attach';
import {
  environmentOf,
  errnoWords,
  execFailure,
  findCommand,
  type CommandFailure,
} from './command';
import type { Container } from './container';
import { containerEnvironment } from './launch';
import { Stdio, type StdioOwner } from './stdio';
import { resolveUser } from './users';
import { TerminalRegistry } from '../../kernel';

/** runc exec: joining the namespaces. */
const EXEC_START_US = 60 * MILLISECOND_US;

export interface ExecConfig {
  readonly user: string;
  readonly privileged: boolean;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly detachKeys: string;
  readonly env: readonly string[];
  readonly workingDir: string;
  readonly command: readonly string[];
}

/** Told of a start that was asked for, and of the end. */
export interface ExecListener {
  /** The process runs, or there is none. */
  execStarted(exec: Exec, error: ApiError | undefined): void;
  execEnded(exec: Exec): void;
}

export class Exec implements StdioOwner {
  pid = 0;
  running = false;
  exitCode: number | undefined;
  /** It was started once; it cannot be again. */
  begun = false;
  stdio: Stdio | undefined;
  attachment: Attachment | undefined;
  listener: ExecListener | undefined;
  /** Output of a health check. */
  captured: Uint8Array[] | undefined;
  /** What the client typed before the process ran. */
  readonly heldInput: Uint8Array[] = [];
  inputEnded = false;
  cols = 80;
  rows = 24;
  private endedCode = 0;

  constructor(
    private readonly core: EngineCore,
    readonly id: string,
    readonly container: Container,
    readonly config: ExecConfig,
  ) {}

  streamOutput(stream: 'stdout' | 'stderr', data: Uint8Array): void {
    this.attachment?.output(stream, data);
    this.captured?.push(data);
  }

  processEnded(exitCode: number): void {
    this.endedCode = exitCode;
  }

  streamsEnded(): void {
    this.finish(this.endedCode);
  }

  /** The container's first process ended, and with it all others. */
  containerEnded(): void {
    if (this.running) this.finish(137);
  }

  finish(exitCode: number): void {
    if (!this.running) return;
    this.running = false;
    this.exitCode = exitCode;
    const more = { execID: this.id, exitCode: String(exitCode) };
    this.core.containerEvent(this.container, 'exec_die', more);
    this.attachment?.end();
    this.listener?.execEnded(this);
  }

  get commandLine(): string {
    return this.config.command.join(' ');
  }
}

export class Execs implements Wakeable {
  /** All that can still be asked for, by id. */
  private readonly execs = new Map<string, Exec>();

  constructor(private readonly core: EngineCore) {}

  find(id: string): Exec | undefined {
    return this.execs.get(id);
  }

  create(container: Container, config: ExecConfig, reference?: string): Exec | ApiError {
    const refusal = refuseExec(container, reference);
    if (refusal) return refusal;
    const exec = new Exec(this.core, newId(this.core.ids), container, config);
    this.execs.set(exec.id, exec);
    container.execs.set(exec.id, exec);
    const action = `exec_create: ${config.command[0]} ${config.command.slice(1).join(' ')}`;
    this.core.containerEvent(container, action, { execID: exec.id });
    return exec;
  }

  /** Ends in `execStarted`. */
  start(exec: Exec): void {
    exec.begun = true;
    const { command } = exec.config;
    const action = `exec_start: ${command[0]} ${command.slice(1).join(' ')}`;
    this.core.containerEvent(exec.container, action, { execID: exec.id });
    this.core.runtime.setTimer(EXEC_START_US, this, 'start', exec);
  }

  wake(_tag: string, data: unknown): void {
    const exec = data as Exec;
    const failure = this.startNow(exec);
    if (failure) {
      exec.exitCode = 126;
      exec.container.execs.delete(exec.id);
    }
    exec.listener?.execStarted(exec, failure);
  }

  private startNow(exec: Exec): ApiError | undefined {
    const { container, config } = exec;
    const running = container.running;
    if (!running) return { status: 409, message: `Container ${container.id} is not running` };
    const user = resolveUser(container.fs, config.user || container.config.User);
    if (isApiError(user)) return user;
    const env = { ...containerEnvironment(container, user.home), ...environmentOf(config.env) };
    if (config.tty) env['TERM'] = 'xterm';
    const cwd = config.workingDir || container.config.WorkingDir || '/';
    const { kernel } = this.core;
    const [command = '', ...args] = config.command;
    const path = findCommand(kernel, running.namespaces.mnt, command, env, cwd);
    if (typeof path !== 'string') return refused(path);
    const stdio = new Stdio(exec);
    const files = stdio.open(kernel, {
      tty: config.tty,
      stdin: config.stdin,
      cols: exec.cols,
      rows: exec.rows,
      terminals: new TerminalRegistry(),
    });
    try {
      exec.running = true;
      exec.stdio = stdio;
      exec.pid = kernel.startProcess({
        path,
        argv: [command, ...args],
        env,
        cwd,
        uid: user.uid,
        gid: user.gid,
        namespaces: running.namespaces,
        stdio: files,
        cgroup: running.cgroup,
        listener: stdio,
      });
      for (const bytes of exec.heldInput.splice(0)) stdio.type(bytes);
      if (exec.inputEnded) stdio.endInput();
      return undefined;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      exec.running = false;
      const reason = `chdir to cwd (${JSON.stringify(cwd)}) set in config.json failed`;
      return refused({ reason: `${reason}: ${errnoWords(error.errno)}`, exitCode: 126 });
    }
  }
}

function refused(failure: CommandFailure): ApiError {
  return { status: 400, message: execFailure(failure) };
}

/** `reference`: what the request called it; only one of the sentences repeats that. */
export function refuseExec(container: Container, reference?: string): ApiError | undefined {
  const { id } = container;
  if (!container.isRunning) return { status: 409, message: `Container ${id} is not running` };
  if (container.paused) {
    const message = `Container ${reference ?? id} is paused, unpause the container before exec`;
    return { status: 409, message };
  }
  if (container.restarting) {
    const message = `Container ${id} is restarting, wait until the container is running`;
    return { status: 409, message };
  }
  return undefined;
}

/**
 * A cluster on the caller's own thread, driven by hand: no clock, no promises. Tests, the oracle
 * runners, the fuzzer and the bench say how far time goes, type into terminals, run command lines and
 * look at screens. The page uses a paced host instead; both stand on the same kernel.
 */
import { assert, encodeUtf8 } from '../../base';
import type { ApiRequest, MachineConfig, Machine, MachineFault, NodeScreen } from '../../api';
import { createMachine as createRealMachine } from '../../node';
import { DEFAULT_SCENARIO, LocalCluster, type Computer } from '../../sim';
import type { Flight, SavedRun, Scenario } from '../../sim';
import type { ApiExchange, ApiHandlers, XrayEvent } from '../cluster-host';
import { ApiCollector, type CollectedResponse } from '../api-collector';
import { Sessions, type ExecRun, type TypedTerminal } from './sessions';

export interface InlineOptions extends Partial<Scenario> {
  /** The real machine if not said. */
  readonly createMachine?: (config: MachineConfig) => Machine;
  readonly compute?: Computer;
}

export interface ExecOptions {
  readonly stdin?: string;
  readonly tty?: { readonly cols: number; readonly rows: number };
  /** How much virtual time it may take; two minutes if not said. */
  readonly timeoutUs?: number;
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

const DEFAULT_LIMIT_US = 120_000_000;
/** Exit code of a command that was killed because its time was up. */
const TIMED_OUT = 124;
/** How long a killed command may take to be gone. */
const KILL_PATIENCE_US = 1_000_000;

export class InlineCluster {
  private room: LocalCluster;
  private sessions = new Sessions();
  private lastId = 0;

  constructor(private readonly options: InlineOptions) {
    const { createMachine = createRealMachine, compute, ...change } = options;
    const scenario = { ...DEFAULT_SCENARIO, ...change };
    this.room = new LocalCluster(scenario, createMachine, compute);
    this.runTo(0);
  }

  /** A saved run, carried out again to its end. */
  static replay(run: SavedRun, options: InlineOptions): InlineCluster {
    const cluster = new InlineCluster({ ...options, ...run.scenario });
    cluster.room.conductor.load(run);
    cluster.runTo(run.until);
    return cluster;
  }

  // --- time

  get now(): number {
    return this.room.now;
  }

  get nodes(): readonly string[] {
    return this.room.conductor.nodes.map((node) => node.config.name);
  }

  /** Everything before that instant, and inputs given for it. */
  runTo(at: number): void {
    while (this.room.advance(at)) this.pump();
    this.pump();
  }

  runFor(us: number): void {
    this.runTo(this.now + us);
  }

  /** Runs until the condition holds, looking after each window; false if the time was up before. */
  runUntil(condition: () => boolean, limitUs = DEFAULT_LIMIT_US): boolean {
    const limit = this.now + limitUs;
    for (;;) {
      if (condition()) return true;
      if (!this.room.advance(limit)) {
        this.pump();
        return condition();
      }
      this.pump();
    }
  }

  /** One event; false if nothing will happen by itself any more. */
  stepEvent(): boolean {
    const stepped = this.room.stepEvent();
    this.pump();
    return stepped;
  }

  // --- programs

  /** Starts `sh -c COMMAND` at the present instant and does not wait. */
  startExec(node: string, command: string, options: ExecOptions = {}): ExecRun {
    const exec = this.newId('x');
    const { stdin = '', tty } = options;
    const run: ExecRun = {
      exec,
      node,
      startedAt: this.room.conductor.edge(),
      stdout: '',
      stderr: '',
      pieces: [],
      exitCode: undefined,
      endedAt: undefined,
    };
    this.sessions.execs.set(exec, run);
    const input = { kind: 'exec', exec, command, stdin, ...(tty ? { tty } : {}) } as const;
    this.room.conductor.give(node, input);
    this.settle();
    return run;
  }

  /**
   * Runs a command line to its end. What still runs when the time is up is killed and answers 124, as
   * with `timeout`.
   */
  exec(node: string, command: string, options: ExecOptions = {}): ExecResult {
    const run = this.startExec(node, command, options);
    const ended = () => run.exitCode !== undefined;
    const inTime = this.runUntil(ended, options.timeoutUs);
    if (!inTime) {
      this.killExec(run);
      this.runUntil(ended, KILL_PATIENCE_US);
    }
    // Nobody asks for it again; its output may be large.
    this.sessions.execs.delete(run.exec);
    return result(run, inTime ? run.exitCode! : TIMED_OUT);
  }

  /** SIGKILL to a command line that runs. */
  killExec({ node, exec }: ExecRun): void {
    this.room.conductor.give(node, { kind: 'exec-kill', exec });
    this.settle();
  }

  /** The run with that id, in a clone. */
  execRun(exec: string): ExecRun | undefined {
    return this.sessions.execs.get(exec);
  }

  // --- terminals

  openTerminal(node: string, cols = 80, rows = 24): TypedTerminal {
    const terminal: TypedTerminal = {
      terminal: this.newId('t'),
      node,
      text: '',
      closed: false,
    };
    this.sessions.terminals.set(terminal.terminal, terminal);
    const { terminal: id } = terminal;
    this.room.conductor.give(node, { kind: 'terminal-open', terminal: id, cols, rows });
    this.settle();
    return terminal;
  }

  /** Types at the present instant. */
  type(to: TypedTerminal, data: string): void {
    const { terminal, node } = to;
    this.room.conductor.give(node, { kind: 'terminal-data', terminal, data });
    this.settle();
  }

  resize(of: TypedTerminal, cols: number, rows: number): void {
    const { terminal, node } = of;
    this.room.conductor.give(node, { kind: 'terminal-resize', terminal, cols, rows });
    this.settle();
  }

  closeTerminal(which: TypedTerminal): void {
    const { terminal, node } = which;
    this.room.conductor.give(node, { kind: 'terminal-close', terminal });
    this.settle();
  }

  /** The terminal with that id, in a clone. */
  terminal(id: string): TypedTerminal | undefined {
    return this.sessions.terminals.get(id);
  }

  // --- the Engine API

  openApi(node: string, request: ApiRequest, handlers: ApiHandlers): ApiExchange {
    const call = this.newId('a');
    const { conductor } = this.room;
    this.sessions.calls.set(call, handlers);
    conductor.give(node, { kind: 'api-request', call, request });
    this.settle();
    const tell = (input: Parameters<typeof conductor.give>[1]) => {
      this.room.conductor.give(node, input);
      this.settle();
    };
    return {
      send: (data) => tell({ kind: 'api-data', call, data }),
      closeInput: () => tell({ kind: 'api-close-input', call }),
      hangUp: () => tell({ kind: 'api-hang-up', call }),
    };
  }

  /** One exchange to its end; undefined if it does not end within the limit. */
  requestApi(
    node: string,
    request: ApiRequest,
    limitUs = DEFAULT_LIMIT_US,
  ): CollectedResponse | undefined {
    const collector = new ApiCollector();
    const exchange = this.openApi(node, request, collector);
    if (!this.runUntil(() => collector.ended, limitUs)) exchange.hangUp();
    return collector.ended ? collector.response() : undefined;
  }

  /** GET of a JSON document, for conditions and checks. */
  getJson(node: string, path: string): unknown {
    const response = this.requestApi(node, {
      method: 'GET',
      path,
      headers: {},
      body: encodeUtf8(''),
    });
    return response && response.status < 300 ? JSON.parse(response.text()) : undefined;
  }

  // --- breaking things

  /** One chaos line at the present instant. */
  chaos(line: string): { readonly text: string; readonly exitCode: number } {
    const { conductor } = this.room;
    const id = conductor.giveChaos(line);
    this.settle();
    const answer = conductor.takeAnswers().find((entry) => entry.id === id);
    assert(answer, 'a chaos line is answered at once');
    return answer;
  }

  /** Pulls or gives back power, or stops and starts the daemon in good order. */
  power(node: string, what: 'off' | 'on' | 'stop' | 'start'): void {
    const kinds = { off: 'power-off', on: 'boot', stop: 'shutdown', start: 'boot' } as const;
    this.room.conductor.give(node, { kind: kinds[what] });
    this.settle();
  }

  addInterface(node: string, name: string, address: string): void {
    this.room.conductor.give(node, { kind: 'add-interface', name, address });
    this.settle();
  }

  fault(node: string, fault: MachineFault): void {
    this.room.conductor.give(node, { kind: 'fault', fault });
    this.settle();
  }

  writeFile(node: string, path: string, data: string | Uint8Array, mode = 0o644): void {
    const bytes = typeof data === 'string' ? encodeUtf8(data) : data;
    this.room.conductor.give(node, { kind: 'write-file', path, data: bytes, mode });
    this.settle();
  }

  addNode(): string {
    const name = this.room.conductor.addNode();
    this.settle();
    return name;
  }

  removeNode(node: string): void {
    this.room.conductor.removeNode(node);
    this.settle();
  }

  // --- looking

  screen(node: string): NodeScreen {
    return this.room.observe(node);
  }

  machine(node: string): Machine {
    return this.room.machine(node);
  }

  /** X-ray events since the last call. */
  takeXray(): XrayEvent[] {
    return this.sessions.takeXray();
  }

  /** Messages on the LAN since the last call; only the newest of many. */
  takeFlights(): readonly Flight[] {
    return this.room.conductor.lan.traffic.take().flights;
  }

  /** Messages sent on the LAN since the run began. */
  messagesSent(): number {
    const total = this.room.conductor.lan.traffic.total();
    return Object.values(total).reduce((sum, count) => sum + count, 0);
  }

  traceHash(): string {
    return this.room.traceHash();
  }

  save(): SavedRun {
    return this.room.conductor.save();
  }

  /**
   * A simulation that goes on alike and apart. Programs and terminals are found in it by their ids;
   * API exchanges under way lose their handlers.
   */
  clone(): InlineCluster {
    const copy = Object.create(InlineCluster.prototype) as InlineCluster;
    Object.assign(copy, {
      options: this.options,
      room: this.room.clone(),
      sessions: this.sessions.clone(),
      lastId: this.lastId,
    });
    return copy;
  }

  // --- within

  private newId(prefix: string): string {
    return `${prefix}${++this.lastId}`;
  }

  /** Has the inputs of the present instant stepped. */
  private settle(): void {
    this.runTo(this.room.conductor.edge());
  }

  private pump(): void {
    for (const exported of this.room.conductor.takeExported()) this.sessions.deliver(exported);
  }
}

function result(run: ExecRun, exitCode: number): ExecResult {
  const { stdout, stderr, startedAt, endedAt = startedAt } = run;
  return { stdout, stderr, exitCode, startedAt, endedAt };
}

/**
 * The page's side of a simulated cluster: turns `ClusterHost` calls into messages, and messages into
 * calls of whoever waits for them. It is the same for a cluster on this thread and for one in workers;
 * only the connection differs.
 */
import type { ApiRequest, LookAnswer } from '../api';
import { ApiCollector } from './api-collector';
import type {
  ApiExchange,
  ApiHandlers,
  ApiResponse,
  Capabilities,
  ClusterUpdate,
  HostTerminal,
  LoggedInput,
  Speed,
  TerminalHandlers,
} from './cluster-host';
import type { ClusterControl, ClusterPlan, FromCluster, RawUpdate, ToCluster } from './messages';
import { ScreenStore } from './screens';
import type { ExecAnswer, ExecRequest, SimulatedHost } from './sim-host';

/** A cluster that was reached. */
export interface Connection {
  /** Calls of the control port; answers are promises. */
  readonly control: ClusterControl;
  post(batch: readonly ToCluster[]): void;
  close(): void;
}

/** Reaches a cluster; `receive` gets its messages, `broke` is told when it is gone. */
export type Connect = (
  receive: (batch: readonly FromCluster[]) => void,
  broke: (message: string) => void,
) => Promise<Connection>;

const MAX_INPUTS = 1000;

export class MessageHost implements SimulatedHost {
  readonly can: Capabilities = { pacing: true, rewind: false, xray: true, addNodes: true };
  private connection: Connection | undefined;
  private readonly terminals = new Map<string, TerminalHandlers>();
  private readonly calls = new Map<string, ApiHandlers>();
  private readonly listeners = new Set<(update: ClusterUpdate) => void>();
  private readonly failureListeners = new Set<(message: string) => void>();
  private readonly screens = new ScreenStore();
  private last: ClusterUpdate | undefined;
  private inputs: readonly LoggedInput[] = [];
  private failure: string | undefined;
  private outgoing: ToCluster[] = [];
  private lastId = 0;

  constructor(
    private readonly plan: ClusterPlan,
    private readonly connect: Connect,
  ) {}

  async start(): Promise<void> {
    let broke: (message: string) => void = (message) => this.fail(message);
    const broken = new Promise<never>((_resolve, reject) => {
      broke = (message) => {
        this.fail(message);
        reject(new Error(message));
      };
    });
    broken.catch(() => undefined);
    this.connection = await this.connect(
      (batch) => this.receive(batch),
      (message) => broke(message),
    );
    const started = this.connection.control.start(this.plan);
    this.send();
    await Promise.race([started, broken]);
  }

  async stop(): Promise<void> {
    const { connection } = this;
    this.connection = undefined;
    if (!connection) return;
    if (this.failure === undefined) await connection.control.stop();
    connection.close();
  }

  subscribe(listener: (update: ClusterUpdate) => void): () => void {
    this.listeners.add(listener);
    const { last, inputs } = this;
    if (last) {
      const screens = this.screens.screens(last.nodes.map((node) => node.name));
      listener({ ...last, screens, inputs, flights: [], xray: [] });
    }
    return () => this.listeners.delete(listener);
  }

  onFailure(listener: (message: string) => void): () => void {
    this.failureListeners.add(listener);
    if (this.failure !== undefined) listener(this.failure);
    return () => this.failureListeners.delete(listener);
  }

  openTerminal(node: string, cols: number, rows: number, handlers: TerminalHandlers): HostTerminal {
    const terminal = `t${++this.lastId}`;
    this.terminals.set(terminal, handlers);
    this.post({ kind: 'terminal-open', node, terminal, cols, rows });
    return {
      write: (data) => this.post({ kind: 'terminal-data', node, terminal, data }),
      resize: (width, height) =>
        this.post({ kind: 'terminal-resize', node, terminal, cols: width, rows: height }),
      close: () => this.post({ kind: 'terminal-close', node, terminal }),
    };
  }

  openApi(node: string, request: ApiRequest, handlers: ApiHandlers): ApiExchange {
    const call = `a${++this.lastId}`;
    this.calls.set(call, handlers);
    this.post({ kind: 'api-request', node, call, request });
    return {
      send: (data) => this.post({ kind: 'api-data', node, call, data }),
      closeInput: () => this.post({ kind: 'api-close-input', node, call }),
      hangUp: () => {
        this.calls.delete(call);
        this.post({ kind: 'api-hang-up', node, call });
      },
    };
  }

  requestApi(node: string, request: ApiRequest): Promise<ApiResponse> {
    return new Promise((resolve) => {
      this.openApi(node, request, new ApiCollector(resolve));
    });
  }

  look(node: string, request: ApiRequest): Promise<LookAnswer> {
    return this.control.look(node, request);
  }

  chaos(line: string): Promise<{ readonly text: string; readonly exitCode: number }> {
    return this.control.chaos(line);
  }

  addNode(): Promise<string> {
    return this.control.addNode();
  }

  removeNode(node: string): Promise<void> {
    return this.control.removeNode(node);
  }

  setSpeed(speed: Speed): void {
    void this.control.setSpeed(speed);
  }

  pause(): void {
    void this.control.setPaused(true);
  }

  resume(): void {
    void this.control.setPaused(false);
  }

  stepEvent(): void {
    void this.control.stepEvent();
  }

  exec(request: ExecRequest): Promise<ExecAnswer> {
    return this.control.exec(request);
  }

  runTo(at: number): Promise<void> {
    return this.control.runTo(at);
  }

  writeFile(node: string, path: string, data: Uint8Array, mode: number): Promise<void> {
    return this.control.writeFile(node, path, data, mode);
  }

  clock(): ReturnType<ClusterControl['clock']> {
    return this.control.clock();
  }

  traceHash(): Promise<string> {
    return this.control.traceHash();
  }

  saveRun(): Promise<string> {
    return this.control.save();
  }

  private get control(): ClusterControl {
    if (!this.connection) throw new Error('the cluster has not been started');
    return this.connection.control;
  }

  /** Messages of one turn of the event loop travel together. */
  private post(message: ToCluster): void {
    this.outgoing.push(message);
    if (this.outgoing.length === 1) queueMicrotask(() => this.send());
  }

  private send(): void {
    const { connection, outgoing } = this;
    if (!connection || outgoing.length === 0) return;
    this.outgoing = [];
    connection.post(outgoing);
  }

  private receive(batch: readonly FromCluster[]): void {
    for (const message of batch) {
      switch (message.kind) {
        case 'terminal':
          this.terminals.get(message.terminal)?.data(message.data);
          break;
        case 'terminal-closed':
          this.terminals.get(message.terminal)?.closed();
          this.terminals.delete(message.terminal);
          break;
        case 'api-head':
          this.calls.get(message.call)?.head(message.head);
          break;
        case 'api-data':
          this.calls.get(message.call)?.data(message.data);
          break;
        case 'api-end':
          this.calls.get(message.call)?.end();
          this.calls.delete(message.call);
          break;
        case 'update':
          this.takeUpdate(message.update);
          break;
        case 'failure':
          this.fail(message.message);
      }
    }
  }

  private takeUpdate({ patches, links, ...rest }: RawUpdate): void {
    const names = rest.nodes.map((node) => node.name);
    if (!this.screens.apply(patches)) void this.connection?.control.resend();
    this.screens.keepOnly(new Set(names));
    const changed = new Set(patches.map((patch) => patch.node));
    const screens = this.screens.screens(names.filter((name) => changed.has(name)));
    const update = { ...rest, screens, links: links ?? this.last?.links ?? [] };
    this.last = update;
    this.inputs = [...this.inputs, ...rest.inputs].slice(-MAX_INPUTS);
    for (const listener of this.listeners) listener(update);
  }

  private fail(message: string): void {
    if (this.failure !== undefined) return;
    this.failure = message;
    for (const listener of this.failureListeners) listener(message);
  }
}

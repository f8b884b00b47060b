/**
 * The one interface through which the page, the labs and the headless programs drive a cluster, be it
 * simulated on one thread, in workers, or made of real engines.
 */
import type { ApiHead, ApiRequest, Channel, LookAnswer, NodeScreen, XrayRecord } from '../api';

/** What this kind of cluster can do; the page shows why it cannot do the rest. */
export interface Capabilities {
  /** Pause, single events, any speed. */
  readonly pacing: boolean;
  readonly rewind: boolean;
  /** Raft, packets and the like. */
  readonly xray: boolean;
  readonly addNodes: boolean;
}

export interface ClusterOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly hub: 'real' | 'stand-in';
}

/** Virtual time against wall time. 0 is paused, Infinity as fast as it goes. */
export type Speed = number;

export interface ClockState {
  /** Virtual microseconds since the run began. */
  readonly now: number;
  readonly speed: Speed;
  readonly paused: boolean;
}

/** A message on the LAN, for the picture. */
export interface Flight {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly channel: Channel;
  readonly label: string;
  readonly sentAt: number;
  /** When it arrives; undefined if it is lost. */
  readonly arrivesAt: number | undefined;
  readonly cause: number;
}

/** State of a link between two machines, one way. */
export interface LinkState {
  readonly from: string;
  readonly to: string;
  readonly cut: boolean;
  readonly delayUs: number;
  /** Loss in 1/1000. */
  readonly lossPermille: number;
}

export interface NodeState {
  readonly name: string;
  readonly address: string;
  readonly power: 'on' | 'off';
  readonly frozen: boolean;
}

export interface XrayEvent {
  readonly at: number;
  readonly node: string;
  readonly cause: number;
  readonly record: XrayRecord;
}

/** An outside input, as the log keeps it: with it and the seed the run repeats. */
export interface LoggedInput {
  readonly id: number;
  readonly at: number;
  /** Node it went to, or '' for the network. */
  readonly node: string;
  /** "docker service create ...", "chaos cut node1 node3" */
  readonly label: string;
}

/**
 * One update of the page, about every 100 ms of wall time while something happens. `screens` holds the
 * machines that changed; records that did not change keep their identity. Flights, X-ray events, inputs
 * and traffic are those since the update before; the first update after `subscribe` holds every screen.
 */
export interface ClusterUpdate {
  readonly clock: ClockState;
  readonly nodes: readonly NodeState[];
  readonly links: readonly LinkState[];
  readonly screens: Readonly<Record<string, NodeScreen>>;
  readonly flights: readonly Flight[];
  readonly xray: readonly XrayEvent[];
  readonly inputs: readonly LoggedInput[];
  /** Messages by channel since the last update. */
  readonly traffic: Readonly<Record<Channel, number>>;
}

export interface TerminalHandlers {
  data(text: string): void;
  closed(): void;
}

export interface HostTerminal {
  write(data: string): void;
  resize(cols: number, rows: number): void;
  close(): void;
}

export interface ApiHandlers {
  head(head: ApiHead): void;
  data(bytes: Uint8Array): void;
  end(): void;
}

export interface ApiExchange {
  send(bytes: Uint8Array): void;
  closeInput(): void;
  hangUp(): void;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface ClusterHost {
  readonly can: Capabilities;
  /** Rejects when the world broke (a worker is gone). */
  start(): Promise<void>;
  stop(): Promise<void>;

  subscribe(listener: (update: ClusterUpdate) => void): () => void;
  /** Told when the cluster stopped for good, with a text for the report. */
  onFailure(listener: (message: string) => void): () => void;

  openTerminal(node: string, cols: number, rows: number, handlers: TerminalHandlers): HostTerminal;
  /** The Engine API of a node, as a local client would use it. */
  openApi(node: string, request: ApiRequest, handlers: ApiHandlers): ApiExchange;
  /** One exchange to its end. */
  requestApi(node: string, request: ApiRequest): Promise<ApiResponse>;

  /**
   * One read of a machine's state: a GET of the Engine API, or a path under `/xray/` (api/look.ts). It is
   * no input: nothing is logged, time may stand still. Status 0 where it cannot be answered at once.
   */
  look(node: string, request: ApiRequest): Promise<LookAnswer>;
  /** A file on the machine's own disk, made or replaced as root would. */
  writeFile(node: string, path: string, data: Uint8Array, mode: number): Promise<void>;

  /** One chaos command line ("cut node1 node3", "crash node2"); answers what it did or the error. */
  chaos(line: string): Promise<{ readonly text: string; readonly exitCode: number }>;
  addNode(): Promise<string>;
  removeNode(node: string): Promise<void>;

  setSpeed(speed: Speed): void;
  pause(): void;
  resume(): void;
  /** One event, while paused. */
  stepEvent(): void;
}

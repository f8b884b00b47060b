/**
 * What goes into a simulated machine and what comes out of it. The conductor (sim/) owns time and the
 * network and knows nothing of what a machine does; the machine (node/) knows nothing but this.
 */
import type { ApiHead, ApiRequest } from './http';
import type { LookAnswer } from './look';
import type { NodeScreen } from './screen';
import type { XrayRecord } from './xray';

/** Traffic classes of the LAN; the page colours them, the network model treats them alike. */
export type Channel = 'raft' | 'gossip' | 'dispatcher' | 'control' | 'request';

/** One datagram or one message of a connection between two machines. */
export interface Envelope {
  /** IPv4 address on the LAN; nobody answers at an unknown one. */
  readonly to: string;
  readonly channel: Channel;
  /** One or two words for the screen ("append 58", "heartbeat"). */
  readonly label: string;
  /** Size on the wire, for bandwidth and counters. */
  readonly bytes: number;
  /** Plain data. */
  readonly payload: unknown;
}

/** What a machine is told at its making. Plain data. */
export interface MachineConfig {
  readonly seed: number;
  /** Host name: node1, node2, ... */
  readonly name: string;
  /** 192.168.0.11, ... */
  readonly address: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Which set of images its Hub has: the page and `serve`, or the stand-ins of the recordings. */
  readonly hub: 'real' | 'stand-in';
  /** Unix time in microseconds that virtual time 0 stands for. */
  readonly epochUs: number;
  /** Version that the engine calls itself. */
  readonly engineVersion: string;
  /** Names and addresses of the LAN's machines at the start, for /etc/hosts. */
  readonly hosts?: readonly { readonly name: string; readonly address: string }[];
}

/** Inputs. Everything that happens to a machine is one of these, or one of its own timers. */
export type Input =
  | { readonly kind: 'boot' }
  /** Power loss or SIGKILL of all it runs: only what was persisted remains. */
  | { readonly kind: 'power-off' }
  /** Orderly stop of the daemon (SIGTERM). */
  | { readonly kind: 'shutdown' }
  | {
      readonly kind: 'message';
      readonly from: string;
      readonly channel: Channel;
      readonly payload: unknown;
    }
  /** The host at that address is up but the daemon there is gone: connections to it are reset. */
  | { readonly kind: 'reset'; readonly from: string }
  | {
      readonly kind: 'terminal-open';
      readonly terminal: string;
      readonly cols: number;
      readonly rows: number;
    }
  | { readonly kind: 'terminal-data'; readonly terminal: string; readonly data: string }
  | {
      readonly kind: 'terminal-resize';
      readonly terminal: string;
      readonly cols: number;
      readonly rows: number;
    }
  | { readonly kind: 'terminal-close'; readonly terminal: string }
  | { readonly kind: 'api-request'; readonly call: string; readonly request: ApiRequest }
  | { readonly kind: 'api-data'; readonly call: string; readonly data: Uint8Array }
  | { readonly kind: 'api-close-input'; readonly call: string }
  | { readonly kind: 'api-hang-up'; readonly call: string }
  /** Runs a command line by `sh -c` without a terminal, as the oracle's recorder did. */
  | {
      readonly kind: 'exec';
      readonly exec: string;
      readonly command: string;
      readonly stdin: string;
      /** Size of a terminal to run it on. */
      readonly tty?: { readonly cols: number; readonly rows: number };
    }
  /** SIGKILL to all that an `exec` started; its exit follows. */
  | { readonly kind: 'exec-kill'; readonly exec: string }
  | {
      readonly kind: 'write-file';
      readonly path: string;
      readonly data: Uint8Array;
      readonly mode: number;
    }
  | { readonly kind: 'persisted'; readonly write: number }
  | { readonly kind: 'computed'; readonly computation: number; readonly result: unknown }
  | {
      readonly kind: 'chaos-result';
      readonly chaos: number;
      readonly text: string;
      readonly exitCode: number;
    }
  /** Something that the world outside the room has come to know: every machine is told, on or off. */
  | { readonly kind: 'published'; readonly record: unknown }
  | { readonly kind: 'add-interface'; readonly name: string; readonly address: string }
  /** A fault inside the machine: slow or full disk, skewed clock, killed container. */
  | { readonly kind: 'fault'; readonly fault: MachineFault };

export type MachineFault =
  | { readonly kind: 'disk-full'; readonly on: boolean }
  | { readonly kind: 'clock-skew'; readonly skewUs: number }
  | { readonly kind: 'kill-container'; readonly container: string; readonly oom: boolean }
  | { readonly kind: 'registry-down'; readonly on: boolean };

/** Outputs. */
export type Output =
  | { readonly kind: 'send'; readonly envelope: Envelope; readonly cause: number }
  | {
      readonly kind: 'terminal';
      readonly terminal: string;
      readonly data: string;
      readonly cause: number;
    }
  | { readonly kind: 'terminal-closed'; readonly terminal: string; readonly cause: number }
  | {
      readonly kind: 'api-head';
      readonly call: string;
      readonly head: ApiHead;
      readonly cause: number;
    }
  | {
      readonly kind: 'api-data';
      readonly call: string;
      readonly data: Uint8Array;
      readonly cause: number;
    }
  | { readonly kind: 'api-end'; readonly call: string; readonly cause: number }
  | {
      readonly kind: 'exec-output';
      readonly exec: string;
      readonly stream: 'stdout' | 'stderr';
      readonly data: string;
      readonly cause: number;
    }
  | {
      readonly kind: 'exec-exit';
      readonly exec: string;
      readonly exitCode: number;
      readonly cause: number;
    }
  /** Asks for `bytes` to be made durable; `persisted` follows when they are. */
  | {
      readonly kind: 'persist';
      readonly write: number;
      readonly bytes: number;
      readonly cause: number;
    }
  | {
      readonly kind: 'compute';
      readonly computation: number;
      readonly job: unknown;
      readonly cause: number;
    }
  /** A `chaos` command typed in a terminal. */
  | {
      readonly kind: 'chaos';
      readonly chaos: number;
      readonly line: string;
      readonly cause: number;
    }
  /** A record for the world outside, which keeps it and tells all machines (the Hub's contents). */
  | { readonly kind: 'publish'; readonly record: unknown; readonly cause: number }
  /** The daemon is gone after an orderly stop, or is up (again): peers are reset while it is gone. */
  | { readonly kind: 'power'; readonly on: boolean; readonly cause: number }
  | { readonly kind: 'xray'; readonly record: XrayRecord; readonly cause: number };

/** One simulated node as the conductor runs it: a pure step. */
export interface Machine {
  readonly config: MachineConfig;
  /** Earliest instant at which it has something to do by itself; Infinity if never. */
  nextAt(): number;
  /**
   * Takes one input at `now`, or, without one, does the one thing that is due at `now`. `cause` is
   * the id of the outside input that led to this (0: none). Never earlier than the step before.
   */
  step(now: number, input: Input | undefined, cause: number): Output[];
  /** What the page shows of it. Reads only: sends nothing, draws nothing, changes nothing. */
  observe(): NodeScreen;
  /** One read of it, answered at once; changes nothing either. */
  look?(request: ApiRequest, now: number): LookAnswer;
  /** A machine that goes on alike and apart. */
  clone(): Machine;
}

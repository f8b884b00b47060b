/**
 * What the conductor and the nodes hand to each other. All of it is plain data, because with the
 * worker hosts it crosses a MessagePort.
 */
import type { Input, Output } from '../api';

/** Faults that act on a machine from outside, without the machine knowing. */
export type Control =
  /** SIGSTOP to all it runs: inputs and timers wait. */
  | { readonly kind: 'freeze' }
  | { readonly kind: 'thaw' }
  | { readonly kind: 'disk'; readonly delayUs: number };

/** One thing that happens to a node at an instant. */
export interface Entry {
  readonly at: number;
  /** Outside input that led to it; 0 if none did. */
  readonly cause: number;
  readonly input?: Input;
  readonly control?: Control;
}

/** A TCP reset for one peer, or for every peer when the daemon dies. */
export interface ResetOutput {
  readonly kind: 'reset-peer';
  /** LAN address, or '' for all. */
  readonly to: string;
  readonly cause: number;
}

/** What leaves a node: persist and compute are served within it. */
export type NodeOutput = Exclude<Output, { kind: 'persist' | 'compute' | 'power' }> | ResetOutput;

export interface TimedOutput {
  readonly at: number;
  /** Order among all outputs of this node, from the beginning of the run. */
  readonly seq: number;
  readonly output: NodeOutput;
}

/** The share of one node in a window. */
export interface NodeWork {
  /** Position of the node in the cluster; never used twice. */
  readonly node: number;
  /** Inputs of the instant at which the window begins, before anything else. */
  readonly immediate: readonly Entry[];
  /** Deliveries of the window, in order. */
  readonly entries: readonly Entry[];
  /** Everything that is due before this instant is done. */
  readonly until: number;
  /** At most so many steps (single events); Infinity otherwise. */
  readonly maxSteps: number;
}

export interface NodeResult {
  readonly node: number;
  /** Earliest instant at which the node has something to do without a delivery. */
  readonly nextAt: number;
  readonly power: 'on' | 'off';
  readonly frozen: boolean;
  readonly outputs: readonly TimedOutput[];
  /** Steps taken so far, over the whole run. */
  readonly steps: number;
}

/** An output that concerns the world outside: terminals, API, programs, X-ray. */
export interface Exported {
  readonly at: number;
  readonly node: string;
  readonly output: Exclude<NodeOutput, { kind: 'send' | 'reset-peer' | 'chaos' | 'publish' }>;
}

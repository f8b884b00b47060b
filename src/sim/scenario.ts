/**
 * What a run is made of besides its inputs: the seed and the room of machines. Together with the log
 * of inputs it repeats the run to the last bit, so it is also the form in which a run is saved.
 */
import { fromBase64, toBase64 } from '../base';
import type { Input, MachineConfig } from '../api';

export interface Scenario {
  readonly seed: number;
  readonly nodes: number;
  readonly hub: 'real' | 'stand-in';
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Unix time in microseconds that virtual time 0 stands for. */
  readonly epochUs: number;
  readonly engineVersion: string;
}

export const DEFAULT_SCENARIO: Scenario = Object.freeze({
  seed: 1,
  nodes: 3,
  hub: 'real',
  cpus: 2,
  memoryBytes: 2 * 1024 * 1024 * 1024,
  /** 2026-01-15 09:00:00 UTC */
  epochUs: 1_768_467_600_000_000,
  engineVersion: '20.10.24',
});

/** What somebody outside the cluster can do to it. */
export type OutsideAction =
  | { readonly kind: 'input'; readonly node: string; readonly input: Input }
  | { readonly kind: 'chaos'; readonly line: string }
  | { readonly kind: 'add-node'; readonly number: number }
  | { readonly kind: 'remove-node'; readonly node: string };

export interface OutsideInput {
  /** From 1 on; it is the cause of all that follows from it. */
  readonly id: number;
  readonly at: number;
  readonly action: OutsideAction;
}

/** A whole run, to the instant `until`. */
export interface SavedRun {
  readonly version: 1;
  readonly scenario: Scenario;
  readonly inputs: readonly OutsideInput[];
  readonly until: number;
}

/** Host name of the machine with that number, from 1 on. */
export function nodeName(number: number): string {
  return `node${number}`;
}

/** 192.168.0.11 for node1, and so on; the third byte counts on where the fourth is full. */
export function nodeAddress(number: number): string {
  const index = 9 + number;
  return `192.168.${Math.floor(index / 254)}.${(index % 254) + 1}`;
}

/** What the machine with that number is told at its making. */
export function machineConfig(
  scenario: Scenario,
  number: number,
  hosts: readonly { readonly name: string; readonly address: string }[],
): MachineConfig {
  return {
    seed: scenario.seed,
    name: nodeName(number),
    address: nodeAddress(number),
    cpus: scenario.cpus,
    memoryBytes: scenario.memoryBytes,
    hub: scenario.hub,
    epochUs: scenario.epochUs,
    engineVersion: scenario.engineVersion,
    hosts,
  };
}

/** JSON text of a run; bytes are base64 under one reserved key. */
export function serialiseRun(run: SavedRun): string {
  return JSON.stringify(run, (_key, value: unknown) =>
    value instanceof Uint8Array ? { $bytes: toBase64(value) } : value,
  );
}

/** The run in a text that `serialiseRun` made; undefined if it is none. */
export function parseRun(text: string): SavedRun | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text, (_key, part: unknown) => {
      if (typeof part === 'object' && part !== null && '$bytes' in part) {
        return fromBase64(String(part.$bytes));
      }
      return part;
    });
  } catch {
    return undefined;
  }
  const run = value as SavedRun | null;
  if (typeof run !== 'object' || run === null || run.version !== 1) return undefined;
  return Array.isArray(run.inputs) && typeof run.scenario === 'object' ? run : undefined;
}

/**
 * What a docker command is: one declaration from which parsing, help, completion and the table of
 * supported flags come (the part of cobra and pflag that docker/cli uses).
 */
import type { Sys } from '../kernel';
import type { CheckName } from './flag-checks';
import type { FlagType } from './flag-values';
import type { Invocation } from './invocation';

export interface Flag {
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  readonly type: FlagType;
  /** As `--help` shows it, unwrapped, with its "(default ...)" part. */
  readonly help: string;
  /** What it holds when not given, as it would be typed; the type's zero value if omitted. */
  readonly preset?: string;
  /** Each text must pass this test (the validators of docker/cli `opts`). */
  readonly check?: CheckName;
  /** Works, but `--help` does not show it. */
  readonly hidden?: true;
  /** Accepted and without effect here. */
  readonly accepted?: true;
}

/** How many arguments; `max` Infinity for "at least". */
export interface ArgsRule {
  readonly min: number;
  readonly max: number;
}
export const noArgs: ArgsRule = { min: 0, max: 0 };
export const anyArgs: ArgsRule = { min: 0, max: Infinity };
export const atLeast = (min: number): ArgsRule => ({ min, max: Infinity });
export const atMost = (max: number): ArgsRule => ({ min: 0, max });
export const exactly = (count: number): ArgsRule => ({ min: count, max: count });
export const between = (min: number, max: number): ArgsRule => ({ min, max });

/** What an argument names; the completion asks the engine for candidates. */
export type ArgumentKind =
  | 'container'
  | 'image'
  | 'network'
  | 'volume'
  | 'node'
  | 'service'
  | 'service-or-task'
  | 'stack'
  | 'secret'
  | 'config'
  | 'object'
  | 'join-token'
  | 'file'
  | 'none';

export interface Command {
  readonly kind: 'command';
  readonly name: string;
  /** What follows the command path in the usage line; further lines as they stand. */
  readonly usage: string;
  readonly summary: string;
  /** Longer words for `--help`. */
  readonly long?: string;
  readonly aliases?: readonly string[];
  /** Shown between aliases and options, as it stands. */
  readonly examples?: string;
  readonly args: ArgsRule;
  readonly flags: readonly Flag[];
  /** Flags end at the first argument (`run`, `exec`). */
  readonly flagsEndAtArgs?: true;
  readonly hidden?: true;
  /** Kind of each argument; the last one repeats. */
  readonly completes?: readonly ArgumentKind[];
  readonly run: (c: Invocation) => Sys<number | void>;
}

export interface Group {
  readonly kind: 'group';
  readonly name: string;
  readonly summary: string;
  readonly long?: string;
  readonly hidden?: true;
  readonly flags?: readonly Flag[];
  readonly commands: readonly (Command | Group)[];
}

/** The same command under a name at the top: `docker ps` for `docker container ls`. */
export function shortcut(name: string, command: Command, change: Partial<Command> = {}): Command {
  const { aliases: _aliases, ...rest } = command;
  return { ...rest, name, ...change };
}

/** Errors about how a command was called (docker/cli: cli/required.go). */
import { noArgs, type ArgsRule, type Command } from './command';
import { CliError } from './errors';
import { useLine } from './help';

const plural = (count: number) => (count === 1 ? 'argument' : 'arguments');

/** The sentence about a wrong number of arguments, or undefined. */
export function argumentComplaint(path: string, rule: ArgsRule, count: number): string | undefined {
  if (count >= rule.min && count <= rule.max) return undefined;
  const name = JSON.stringify(path);
  if (rule === noArgs || rule.max === 0) return `${name} accepts no arguments.`;
  if (rule.max === Infinity) return `${name} requires at least ${rule.min} ${plural(rule.min)}.`;
  if (rule.min === rule.max) return `${name} requires exactly ${rule.min} ${plural(rule.min)}.`;
  if (rule.min === 0) return `${name} requires at most ${rule.max} ${plural(rule.max)}.`;
  return `${name} requires at least ${rule.min} and at most ${rule.max} ${plural(rule.max)}.`;
}

/** Throws when the number of arguments is wrong. */
export function checkArguments(path: string, command: Command, args: readonly string[]): void {
  const complaint = argumentComplaint(path, command.args, args.length);
  if (complaint === undefined) return;
  throw usageError(path, command, complaint);
}

/** An error about usage: the sentence, a pointer to the help, the usage line and the summary. */
export function usageError(path: string, command: Command, complaint: string): CliError {
  const usage = `Usage:  ${useLine(path, command)}\n\n${command.summary}`;
  return new CliError(`${complaint}\nSee '${path} --help'.\n\n${usage}`);
}

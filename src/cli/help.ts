/**
 * `--help`: docker/cli's usage template over cobra, and pflag's wrapping of flag descriptions
 * (FlagUsagesWrapped). The width is that of the terminal on stdin, 80 without one.
 */
import type { Command, Flag, Group } from './command';

const HELP_WIDTH = 80;

function wrapPart(width: number, slop: number, text: string): readonly [string, string] {
  if (width + slop > text.length) return [text, ''];
  const head = text.slice(0, width);
  const blank = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\t'), head.lastIndexOf('\n'));
  if (blank <= 0) return [text, ''];
  const line = head.lastIndexOf('\n');
  if (line > 0 && line < blank) return [text.slice(0, line), text.slice(line + 1)];
  return [text.slice(0, blank), text.slice(blank + 1)];
}

function wrap(indentWidth: number, columns: number, text: string): string {
  let indent = indentWidth;
  let room = columns - indent;
  let result = '';
  if (room < 24) {
    indent = 16;
    room = columns - indent;
    result = `\n${' '.repeat(indent)}`;
  }
  if (room < 24) return text.replaceAll('\n', result);
  // Go a little over where that saves a last line of one short word.
  const slop = 5;
  room -= slop;
  const margin = `\n${' '.repeat(indent)}`;
  let [line, rest] = wrapPart(room, slop, text);
  result += line.replaceAll('\n', margin);
  while (rest !== '') {
    [line, rest] = wrapPart(room, slop, rest);
    result += margin + line.replaceAll('\n', margin);
  }
  return result;
}

/** The lines of the Options part. */
export function flagUsages(flags: readonly Flag[], columns: number): string {
  const shown = [...flags]
    .filter((flag) => !flag.hidden)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const heads = shown.map((flag) => {
    const short = flag.short ? `  -${flag.short}, --` : '      --';
    return short + flag.name + (flag.type === 'bool' ? '' : ` ${flag.type}`);
  });
  const widest = Math.max(0, ...heads.map((head) => head.length)) + 1;
  return shown
    .map((flag, i) => {
      const head = heads[i]!;
      const gap = ' '.repeat(widest - head.length);
      return `${head} ${gap} ${wrap(widest + 2, columns, flag.help)}`;
    })
    .join('\n');
}

/** "docker run [OPTIONS] IMAGE ...", the further lines as they stand. */
export function useLine(path: string, command: Command): string {
  return command.usage === '' ? path : `${path} ${command.usage}`;
}

function optionsPart(flags: readonly Flag[], width: number): string {
  if (!flags.some((flag) => !flag.hidden)) return '';
  return `\n\nOptions:\n${flagUsages(flags, width - 1)}`;
}

/** The usage of a command, without the line feed in front that `--help` prints. */
export function commandUsage(path: string, command: Command, width = HELP_WIDTH): string {
  const aliases = command.aliases?.length
    ? `\n\nAliases:\n  ${[command.name, ...command.aliases].join(', ')}`
    : '';
  const examples = command.examples === undefined ? '' : `\n\nExamples:\n${command.examples}`;
  const words = command.long ?? command.summary;
  const options = optionsPart(command.flags, width);
  const usage = `Usage:  ${useLine(path, command)}`;
  return `${usage}\n\n${words}${aliases}${examples}${options}\n`;
}

const PADDING = 11;
const listed = (items: readonly (Command | Group)[]) =>
  [...items]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((item) => `\n  ${item.name.padEnd(PADDING)} ${item.summary}`)
    .join('');

/** The usage of a group; `root` adds the global flags and the guides. */
export function groupUsage(
  path: string,
  group: Group,
  globalFlags: readonly Flag[] = group.flags ?? [],
  width = HELP_WIDTH,
): string {
  const shown = group.commands.filter((item) => !item.hidden);
  const groups = shown.filter((item) => item.kind === 'group');
  const commands = shown.filter((item) => item.kind === 'command');
  const options = globalFlags.length > 0 ? ' [OPTIONS]' : '';
  let text = `Usage:  ${path}${options} COMMAND\n\n${group.long ?? group.summary}`;
  text += optionsPart(globalFlags, width);
  if (groups.length > 0) text += `\n\nManagement Commands:${listed(groups)}`;
  if (commands.length > 0) text += `\n\nCommands:${listed(commands)}`;
  text += `\n\nRun '${path} COMMAND --help' for more information on a command.\n`;
  if (group.name === 'docker')
    text +=
      '\nTo get more help with docker, check out our guides at ' +
      'https://docs.docker.com/go/guides/\n';
  return text;
}

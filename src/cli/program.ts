/**
 * `docker`: finds the command, parses its flags, checks its arguments and runs it (docker/cli:
 * cmd/docker/docker.go and cli/cobra.go over spf13/cobra). Errors end here and become text and
 * exit code.
 */
import { SysError, sys, type Program, type ProcessStart, type Sys } from '../kernel';
import { root } from './commands';
import { complete } from './completion';
import type { Command, Group } from './command';
import { CliError, notSimulated } from './errors';
import { FlagError, FlagSet, parseFlags, type ParsedLine } from './flags';
import { globalFlags } from './global-flags';
import { find } from './find';
import { commandUsage, groupUsage } from './help';
import { Invocation, err, out } from './invocation';
import { checkArguments } from './usage';
import { VERSION_LINE } from './version';

/** Width for help: the terminal on stdin, or 80. */
function* helpWidth(): Sys<number> {
  try {
    const { cols } = yield* sys.winsize(0);
    return cols > 0 ? cols : 80;
  } catch (error) {
    if (error instanceof SysError) return 80;
    throw error;
  }
}

function helpText(path: string, item: Command | Group, home: string, width: number): string {
  if (item.kind === 'command') return `\n${commandUsage(path, item, width)}`;
  return `\n${groupUsage(path, item, item === root ? globalFlags(home) : item.flags, width)}`;
}

/** What does not fit the orchestrator is hidden only after the flags were read. */
function unhidden(group: Group): Group {
  if (!group.flags) return group;
  return {
    ...group,
    flags: group.flags.map(({ hidden: _hidden, ...flag }) => flag),
  };
}

class Run {
  private readonly home: string;

  constructor(private readonly start: ProcessStart) {
    this.home = start.env['HOME'] ?? '';
  }

  *main(): Sys<number> {
    const words = this.start.argv.slice(1);
    if (words[0] === '__complete') return yield* complete(words.slice(1));
    const line = this.parse('docker', globalFlags(this.home), words, true);
    const { flags, args } = line;
    if (line.help) return yield* this.help('docker', root, false);
    if (flags.bool('version')) {
      yield* out(`${VERSION_LINE}\n`);
      return 0;
    }
    this.checkHost(flags);
    if (args.length === 0) return yield* this.help('docker', root, true);
    if (args[0] === 'help') return yield* this.helpFor(args.slice(1));
    return yield* this.descend('docker', root, args);
  }

  private parse(
    path: string,
    flags: Command['flags'],
    words: readonly string[],
    flagsEndAtArgs: boolean,
  ): ParsedLine {
    try {
      return parseFlags(flags, words, flagsEndAtArgs);
    } catch (error) {
      if (!(error instanceof FlagError)) throw error;
      let usage = '';
      const found = find(path.split(' ').slice(1));
      // The real client adds its `completion` group only after the flags were read.
      if (found?.[1].kind === 'group')
        usage = helpText(path, unhidden(found[1]), this.home, 80).replace(
          /\n {2}completion .*/,
          '',
        );
      throw new CliError(
        `${error.message}\nSee '${path} --help'.${usage ? `\n${usage}` : ''}`,
        125,
      );
    }
  }

  /** Only the engine of this machine can be reached. */
  private checkHost(flags: FlagSet): void {
    const local = ['unix:///var/run/docker.sock', 'unix:///run/docker.sock', ''];
    const host = flags.list('host')[0] ?? this.start.env['DOCKER_HOST'] ?? '';
    const context = flags.text('context') || (this.start.env['DOCKER_CONTEXT'] ?? '');
    if (!local.includes(host))
      throw notSimulated(`a Docker host other than the local one (${host})`);
    if (context !== '' && context !== 'default')
      throw notSimulated(`contexts other than "default" (${context})`);
    if (flags.bool('tls') || flags.bool('tlsverify')) throw notSimulated('TLS to a Docker host');
  }

  private *help(path: string, item: Command | Group, onStderr: boolean): Sys<number> {
    const text = helpText(path, item, this.home, yield* helpWidth());
    if (onStderr) yield* err(text);
    else yield* out(text);
    return 0;
  }

  private *helpFor(words: readonly string[]): Sys<number> {
    const found = find(words);
    if (!found) throw new CliError(`unknown help topic: ${words.join(' ')}`);
    return yield* this.help(found[0], found[1], false);
  }

  private *descend(path: string, group: Group, words: readonly string[]): Sys<number> {
    if (group !== root) {
      const line = this.parse(path, group.flags ?? [], words, true);
      if (line.help) return yield* this.groupHelp(path, group, line.shortHelp);
      if (line.args.length === 0) return yield* this.help(path, group, true);
      if (!find([...path.split(' ').slice(1), line.args[0]!]))
        // No subcommand takes the rest: the group reads all flags itself.
        this.parse(path, group.flags ?? [], words, false);
      words = line.args;
    }
    const found = find([...path.split(' ').slice(1), words[0]!]);
    if (!found) {
      if (group === root)
        throw new CliError(`docker: '${words[0]!}' is not a docker command.\nSee 'docker --help'`);
      throw new CliError(helpText(path, group, this.home, yield* helpWidth()).replace(/\n+$/, ''));
    }
    const [innerPath, item] = found;
    const rest = words.slice(1);
    if (item.kind === 'group') return yield* this.descend(innerPath, item, rest);
    return yield* this.execute(innerPath, item, rest);
  }

  private *groupHelp(path: string, group: Group, short: boolean): Sys<number> {
    if (short) yield* out('Flag shorthand -h has been deprecated, please use --help\n');
    return yield* this.help(path, group, false);
  }

  private *execute(path: string, command: Command, words: readonly string[]): Sys<number> {
    const line = this.parse(path, command.flags, words, command.flagsEndAtArgs ?? false);
    if (line.help) {
      if (line.shortHelp) yield* out('Flag shorthand -h has been deprecated, please use --help\n');
      return yield* this.help(path, command, false);
    }
    checkArguments(path, command, line.args);
    const c = new Invocation(path, command, line.flags, line.args, this.start.env);
    const code = yield* command.run(c);
    return code ?? 0;
  }
}

/** The program that the executable `docker` is. */
export const dockerProgram: Program = function* (start) {
  try {
    return yield* new Run(start).main();
  } catch (error) {
    if (error instanceof CliError) {
      if (error.message !== '') yield* err(`${error.message}\n`);
      return error.exitCode;
    }
    if (error instanceof SysError && error.errno === 'EPIPE') return 141;
    throw error;
  }
};

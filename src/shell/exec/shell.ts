/**
 * The state of one running shell: variables, functions, options, jobs, and the way it complains.
 * Models bash's `variables.c`, `execute_cmd.c` globals and ash's `struct globals_*`. It lives inside a
 * process's generator; `snapshot` makes the plain data with which a subshell or a clone starts.
 */
import { deepFreeze } from '../../base';
import { sys, type Sys, type Signal, SysError } from '../../kernel';
import type { Dialect, ListNode, Node } from '../syntax';
import { errnoText } from '../errno';
import { LineAbort, ShellExit } from './control';
import { Variables, type Scope, type VariableTable } from './variables';

/** Options by long name. The letters of `$-` are in builtins/set. */
export type OptionName =
  | 'allexport'
  | 'braceexpand'
  | 'emacs'
  | 'errexit'
  | 'errtrace'
  | 'functrace'
  | 'hashall'
  | 'histexpand'
  | 'history'
  | 'ignoreeof'
  | 'interactive-comments'
  | 'keyword'
  | 'monitor'
  | 'noclobber'
  | 'noexec'
  | 'noglob'
  | 'nolog'
  | 'notify'
  | 'nounset'
  | 'onecmd'
  | 'physical'
  | 'pipefail'
  | 'posix'
  | 'privileged'
  | 'verbose'
  | 'vi'
  | 'xtrace';

export interface Job {
  readonly id: number;
  readonly pgid: number;
  readonly pids: readonly number[];
  readonly text: string;
  /** What each process ended with; undefined while it runs. */
  readonly results: readonly (number | undefined)[];
  readonly state: 'running' | 'stopped' | 'done';
  /** Signal that ended or stopped the last process, for the notice. */
  readonly signal?: Signal;
  /** ^C ended a process of it, not only the last: loops end with it. */
  readonly interrupted?: true;
  /** Started with `&` (or continued by `bg`). */
  readonly background: boolean;
  /** The state has been shown. */
  readonly notified: boolean;
  readonly controlled: boolean;
}

export interface Snapshot {
  readonly name: string;
  readonly variables: VariableTable;
  readonly scopes: readonly Scope[];
  readonly functions: ReadonlyMap<string, Node>;
  readonly positional: readonly string[];
  readonly options: readonly OptionName[];
  readonly shopt: readonly string[];
  readonly traps: ReadonlyMap<string, string>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly status: number;
  readonly lastBackground: number | undefined;
  readonly shellPid: number;
  readonly commandString: boolean;
  readonly named: boolean;
  readonly interactive: boolean;
  readonly pipeStatus: readonly number[];
  readonly userFds: readonly number[];
  readonly dirStack: readonly string[];
  readonly history: readonly string[];
  readonly jobs: readonly Job[];
  readonly line: number;
  readonly readLine: number;
  readonly commandName: string | undefined;
  readonly sourceName: string | undefined;
  readonly functionNames: readonly string[];
  readonly sourceDepth: number;
  readonly secondsBase: number;
  readonly randomState: number;
  readonly finished: ReadonlyMap<number, number>;
  readonly pendingSignals: readonly Signal[];
  readonly getoptsAt: number;
  readonly getoptsIndex: number;
  readonly limits: ReadonlyMap<string, string>;
  readonly disabled: readonly string[];
  readonly parentTraps: ReadonlyMap<string, string> | undefined;
  readonly parentJobs: readonly Job[];
  readonly loopSerial: number;
  readonly applet: string;
}

/** What the executor offers to builtins, which stand beside it. */
export interface Interpreter {
  run(sh: Shell, node: Node): Sys<number>;
  runText(sh: Shell, text: string, line?: number): Sys<number>;
  expandWord(sh: Shell, word: import('../syntax').Word): Sys<string>;
  /** Runs a command by its words, skipping functions if asked (`command`, `builtin`, `exec`). */
  runWords(
    sh: Shell,
    words: readonly string[],
    how: { functions: boolean; builtins: boolean },
  ): Sys<number>;
}

export class Shell {
  readonly vars: Variables;
  functions = new Map<string, Node>();
  positional: readonly string[] = [];
  options = new Set<OptionName>();
  shopt = new Set<string>();
  traps = new Map<string, string>();
  aliases = new Map<string, string>();
  cwd = '/';
  status = 0;
  lastBackground: number | undefined;
  shellPid = 0;
  commandString = false;
  interactive = false;
  pipeStatus: readonly number[] = [0];
  /** Descriptors that commands see. */
  userFds = new Set<number>([0, 1, 2]);
  dirStack: readonly string[] = [];
  history: string[] = [];
  jobs: Job[] = [];
  /** In a subshell: its parent's, which `jobs` lists and `kill` knows. */
  parentJobs: readonly Job[] = [];
  /** Ends of background processes that nobody has waited for. */
  finished = new Map<number, number>();
  line = 0;
  /** Line up to which the script has been read: ash names it in complaints of its expansions. */
  readLine = 1;
  /** `eval` or the file of `.` that runs: the ash family names it in complaints. */
  commandName: string | undefined;
  /** File of `.` that runs, which bash names instead of `$0`. */
  sourceName: string | undefined;
  /** What `trap` lists in a subshell until it sets one: its parent's. */
  parentTraps: ReadonlyMap<string, string> | undefined;
  /** Builtin that speaks, for the error texts of the ash family. */
  builtin: string | undefined;
  functionNames: readonly string[] = [];
  loopDepth = 0;
  /** Loops begun so far, which names each (see rounds.ts). */
  loopSerial = 0;
  /** Status of a loop that `break 0` left. */
  brokenStatus = 0;
  sourceDepth = 0;
  /** Above zero in places where `set -e` does not bite. */
  noErrExit = 0;
  /** A subshell of another shell, with its traps reset. */
  subshell = false;
  /** The terminal's descriptor of an interactive shell with job control. */
  terminal: number | undefined;
  ownPgid = 0;
  secondsBase = 0;
  randomState = 1;
  /** Signals taken from the kernel whose trap has not run. */
  pendingSignals: Signal[] = [];
  runningTrap = 0;
  getoptsAt = 0;
  getoptsIndex = 1;
  limits = new Map<string, string>();
  /** Set when the shell is made: the table of builtins stands above this file. */
  lookupBuiltin: (name: string) => import('../builtins/builtin').Builtin | undefined = () =>
    undefined;
  builtinNames: () => readonly string[] = () => [];
  /** Builtins that `enable -n` took away. */
  disabled = new Set<string>();
  /** `exec` without a command: its redirections last. */
  keepRedirects = false;
  /** Ends of process substitutions, closed after the command. */
  substitutedFds: number[] = [];
  /** Status that a command substitution left for an assignment without command. */
  substitutionStatus: number | undefined;
  /** Warned once about leaving with stopped jobs. */
  warnedJobs = false;
  /** The next prompt is the second one, though a new command begins. */
  promptsAgain = false;
  /** bash ends at the line that follows an end of input within quotes. */
  leavesNext = false;
  /** Jobs that `kill` has just been sent to: real ones end after the next prompt. */
  killedJobs = new Set<number>();
  /** The running program may be replaced by the last command (in a subshell process). */
  tailProcess = false;
  /** Under which name BusyBox was called: its applets within the shell speak as that. */
  applet = 'ash';
  /** It runs a script file, or `-c` with a name. */
  named = false;
  ownPid = 0;

  constructor(
    readonly dialect: Dialect,
    public name: string,
    readonly interp: Interpreter,
  ) {
    this.vars = new Variables(dialect);
  }

  get isBash(): boolean {
    return this.dialect === 'bash';
  }

  snapshot(): Snapshot {
    for (const fn of this.functions.values()) deepFreeze(fn);
    return {
      name: this.name,
      variables: this.vars.table(),
      scopes: this.vars.scopes.map((s) => new Map(s)),
      functions: new Map(this.functions),
      positional: this.positional,
      options: [...this.options],
      shopt: [...this.shopt],
      traps: new Map(this.traps),
      aliases: new Map(this.aliases),
      cwd: this.cwd,
      status: this.status,
      lastBackground: this.lastBackground,
      shellPid: this.shellPid,
      commandString: this.commandString,
      named: this.named,
      interactive: this.interactive,
      pipeStatus: this.pipeStatus,
      userFds: [...this.userFds],
      dirStack: this.dirStack,
      history: [...this.history],
      jobs: [...this.jobs],
      line: this.line,
      readLine: this.readLine,
      commandName: this.commandName,
      sourceName: this.sourceName,
      functionNames: this.functionNames,
      sourceDepth: this.sourceDepth,
      secondsBase: this.secondsBase,
      randomState: this.randomState,
      finished: new Map(this.finished),
      pendingSignals: [...this.pendingSignals],
      getoptsAt: this.getoptsAt,
      getoptsIndex: this.getoptsIndex,
      limits: new Map(this.limits),
      disabled: [...this.disabled],
      parentTraps: this.parentTraps,
      parentJobs: this.parentJobs,
      loopSerial: this.loopSerial,
      applet: this.applet,
    };
  }

  restore(from: Snapshot): void {
    this.name = from.name;
    this.vars.load(from.variables, from.scopes);
    this.functions = new Map(from.functions);
    this.positional = from.positional;
    this.options = new Set(from.options);
    this.shopt = new Set(from.shopt);
    this.traps = new Map(from.traps);
    this.aliases = new Map(from.aliases);
    this.cwd = from.cwd;
    this.status = from.status;
    this.lastBackground = from.lastBackground;
    this.shellPid = from.shellPid;
    this.commandString = from.commandString;
    this.named = from.named;
    this.interactive = from.interactive;
    this.pipeStatus = from.pipeStatus;
    this.userFds = new Set(from.userFds);
    this.dirStack = from.dirStack;
    this.history = [...from.history];
    this.jobs = [...from.jobs];
    this.line = from.line;
    this.readLine = from.readLine;
    this.commandName = from.commandName;
    this.sourceName = from.sourceName;
    this.functionNames = from.functionNames;
    this.sourceDepth = from.sourceDepth;
    this.secondsBase = from.secondsBase;
    this.randomState = from.randomState;
    this.finished = new Map(from.finished);
    this.pendingSignals = [...from.pendingSignals];
    this.getoptsAt = from.getoptsAt;
    this.getoptsIndex = from.getoptsIndex;
    this.limits = new Map(from.limits);
    this.disabled = new Set(from.disabled);
    this.parentTraps = from.parentTraps;
    this.parentJobs = from.parentJobs;
    this.loopSerial = from.loopSerial;
    this.applet = from.applet;
  }

  /** What stands in front of an error, as each dialect writes it. */
  prefix(...named: readonly (string | undefined)[]): string {
    const { dialect, line } = this;
    const builtin = (named.length > 0 ? named[0] : this.builtin) ?? this.commandName;
    const inner = builtin === undefined ? '' : `${builtin}: `;
    if (dialect === 'bash') {
      const short = this.name.replace(/^.*\//, '');
      if (this.interactive) return `${short.replace(/^-/, '')}: ${inner}`;
      return `${this.sourceName ?? this.name}: line ${line}: ${inner}`;
    }
    if (dialect === 'dash') return `${this.name}: ${line}: ${inner}`;
    // ash names the line only where it knows a command's or a script's name.
    const showsLine = this.named || builtin !== undefined;
    if (this.interactive || !showsLine) return `${this.name}: ${inner}`;
    return `${this.name}: ${inner}line ${this.commandString ? line - 1 : line}: `;
  }

  /** A complaint on the standard error; by default the running builtin's. */
  *complain(text: string, ...named: readonly (string | undefined)[]): Sys<void> {
    yield* this.stderr(`${this.prefix(...named)}${text}\n`);
  }

  *stderr(text: string): Sys<void> {
    try {
      yield* sys.write(2, text);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
    }
  }

  /** Ends the script (or drops the line of an interactive shell) after an error. */
  fatal(status: number): Error {
    return this.interactive && !this.subshell ? new LineAbort(status) : new ShellExit(status);
  }

  has(option: OptionName): boolean {
    return this.options.has(option);
  }

  errorText(error: SysError): string {
    return errnoText(error.errno);
  }
}

export interface SubshellImage {
  readonly kind: 'subshell';
  readonly snapshot: Snapshot;
  readonly node: Node | ListNode;
  /** Background job without job control: ^C does not reach it. */
  readonly asynchronous: boolean;
  /** It is `$(...)`, in which ash too lists its parent's traps and jobs. */
  readonly substitution: boolean;
  /** `jobs` in it shows those of its parent. */
  readonly listsJobs: boolean;
}

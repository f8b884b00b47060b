/** A kernel with a clock to run it by, for the tests of this folder. */
import { Runtime, decodeUtf8, deepClone, encodeUtf8 } from '../base';
import type { ApiCall, ApiRequest, ApiSink } from '../api';
import type { OutputListener } from './files/outside-pipe';
import { Kernel } from './kernel';
import type { KernelOutside, StartOptions } from './kernel-options';
import type { ExitStatus, ProcessListener } from './process';
import type { Program, Signal } from './syscalls';
import type { Terminal, TerminalListener } from './terminal/terminal';

/** Collects what processes write and how they end. */
export class Recorder implements OutputListener, TerminalListener, ProcessListener {
  text = '';
  screen = '';
  readonly ends: string[] = [];
  readonly exits = new Map<number, ExitStatus>();

  onOutput(_tag: string, data: Uint8Array): void {
    this.text += decodeUtf8(data);
  }

  onOutputEnd(tag: string): void {
    this.ends.push(tag);
  }

  onTerminalOutput(_terminal: Terminal, data: Uint8Array): void {
    this.screen += decodeUtf8(data);
  }

  onExit(pid: number, status: ExitStatus): void {
    this.exits.set(pid, status);
  }
}

/** A world without a daemon; what is asked of it is kept. */
export class Outside implements KernelOutside {
  readonly asked: { readonly what: string; readonly token: number }[] = [];

  openApi(_request: ApiRequest, _sink: ApiSink): ApiCall | undefined {
    return undefined;
  }

  chaos(line: string, token: number): void {
    this.asked.push({ what: line, token });
  }

  compute(job: unknown, token: number): void {
    this.asked.push({ what: String(job), token });
  }
}

export class Bench {
  readonly runtime = new Runtime(1, 'bench');
  readonly kernel: Kernel;
  readonly recorder = new Recorder();

  constructor(
    programs: Readonly<Record<string, Program>>,
    cpus = 4,
    readonly outside = new Outside(),
  ) {
    this.kernel = new Kernel(this.runtime, {
      hostname: 'node1',
      epochUs: 1_700_000_000_000_000,
      cpus,
      memoryBytes: 2 ** 31,
      programs: new Map(Object.entries(programs)),
      outside: this.outside,
    });
    for (const path of ['/bin', '/etc', '/tmp', '/root']) this.kernel.makeDirectories(path);
    for (const name of Object.keys(programs))
      this.put(`/bin/${name}`, `#!drydock ${name}\n`, 0o755);
  }

  put(path: string, text: string, mode = 0o644): void {
    const slash = path.lastIndexOf('/');
    const dir = this.kernel.find(path.slice(0, slash) || '/').inode;
    const name = path.slice(slash + 1);
    const inode = dir.fs.create(dir, name, { type: 'file', mode, uid: 0, gid: 0 });
    dir.fs.write(inode, 0, encodeUtf8(text));
  }

  read(path: string): string {
    const { inode } = this.kernel.find(path);
    return decodeUtf8(inode.fs.read(inode, 0, 1 << 20));
  }

  /** Starts a program with its output recorded. */
  start(name: string, args: readonly string[] = [], more: Partial<StartOptions> = {}): number {
    const { kernel, recorder } = this;
    return kernel.startProcess({
      path: `/bin/${name}`,
      argv: [name, ...args],
      env: {},
      stdio: this.stdio(),
      listener: recorder,
      ...more,
    });
  }

  stdio(): StartOptions['stdio'] {
    const { kernel, recorder } = this;
    return [
      kernel.nullFile(),
      kernel.openOutput(recorder, 'stdout'),
      kernel.openOutput(recorder, 'stderr'),
    ];
  }

  startOnTerminal(name: string, args: readonly string[] = []): { pid: number; terminal: Terminal } {
    const terminal = this.kernel.openTerminal({ listener: this.recorder, cols: 80, rows: 24 });
    const file = terminal.openSlave();
    const pid = this.start(name, args, { stdio: [file, file, file] });
    return { pid, terminal };
  }

  /** Runs until nothing is left to do, or until `untilUs`. */
  run(untilUs = Infinity): void {
    for (;;) {
      const at = this.runtime.nextAt();
      if (at === Infinity || at > untilUs) break;
      this.runtime.now = at;
      while (this.runtime.fireOne());
    }
    if (untilUs !== Infinity) this.runtime.now = Math.max(this.runtime.now, untilUs);
  }

  /** Runs one program to its end and answers what it wrote. */
  output(name: string, ...args: readonly string[]): string {
    const before = this.recorder.text.length;
    this.start(name, args);
    this.run();
    return this.recorder.text.slice(before);
  }

  exitOf(pid: number): ExitStatus | undefined {
    return this.recorder.exits.get(pid);
  }

  signal(pid: number, signal: Signal): void {
    this.kernel.signal(pid, signal);
  }

  clone(): Bench {
    return deepClone(this);
  }
}

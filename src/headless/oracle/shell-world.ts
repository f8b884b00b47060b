/**
 * A machine for one shell case: a kernel with a root of Debian or of BusyBox, host name `box`, started
 * in /tmp/x, as the recorder's sandbox was. Runs in virtual time until it is quiet or ended.
 */
import { decodeUtf8, encodeUtf8, fromBase64, Runtime } from '../../base';
import {
  Kernel,
  type ExitStatus,
  type Inode,
  type OutputListener,
  type ProcessListener,
  type Terminal,
  type TerminalListener,
} from '../../kernel';
import { busyboxApplets, debianTools, shellPrograms } from '../../shell';

/** A file of a case: content, or more about it. Null is a directory (its name ends in a slash). */
export type CaseFile =
  | string
  | null
  | {
      readonly content?: string;
      readonly base64?: string;
      readonly link?: string;
      readonly mode?: string;
      readonly mtime?: number;
    };

/** 2024-01-02 03:04:05 UTC, the time of all files of a case. */
const FILE_TIME_US = 1_704_164_645_000_000;
/** The time of the recordings. */
const EPOCH_US = 1_764_000_000_000_000;
/** A case that has not ended by then never will. */
const LIMIT_US = 60_000_000;
/** The recorder's 200 ms, and what its polling adds. */
const QUIET_US = 206_000;
/** As large as the recorder's disk, and as full. */
const DISK_BYTES = 120e9;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Programs of the machines that the recorder's minimal Debian did not have. */
const NOT_MINIMAL = new Set(
  'curl wget ping ip ss tc iptables ipvsadm netstat nslookup dig nano'.split(' '),
);

/** Where BusyBox's own installer puts its links, so far as it is not /usr/bin. */
const BUSYBOX_BIN = new Set(
  (
    'arch ash base64 busybox cat chgrp chmod chown cp cpio date dd df dmesg dnsdomainname echo ed ' +
    'egrep false fgrep getopt grep gunzip gzip hostname ionice ipcalc kill link ln login ls mkdir ' +
    'mknod mktemp more mount mv netstat pidof ping ping6 ps pwd readlink rev rm rmdir sed sh sleep ' +
    'stat stty su sync tar touch true umount uname usleep vi watch zcat'
  ).split(' '),
);
const BUSYBOX_SBIN = new Set(
  'arp ifconfig ip route tc sysctl reboot poweroff halt init'.split(' '),
);

function busyboxDirectory(name: string): string {
  if (BUSYBOX_SBIN.has(name)) return 'sbin';
  return BUSYBOX_BIN.has(name) ? 'bin' : 'usr/bin';
}

export class ShellWorld implements OutputListener, ProcessListener, TerminalListener {
  readonly runtime = new Runtime(7, 'box');
  readonly kernel: Kernel;
  stdout: Uint8Array[] = [];
  stderr: Uint8Array[] = [];
  screen: Uint8Array[] = [];
  lastOutputAt = 0;
  exit: ExitStatus | undefined;
  terminal: Terminal | undefined;
  private mainPid = 0;

  constructor(private readonly family: 'gnu' | 'busybox') {
    this.kernel = new Kernel(this.runtime, {
      hostname: 'box',
      epochUs: EPOCH_US,
      cpus: 2,
      memoryBytes: 2 ** 31,
      diskBytes: DISK_BYTES,
      programs: shellPrograms,
      outside: { openApi: () => undefined, chaos: () => undefined, compute: () => undefined },
    });
    this.kernel.disk.take(DISK_BYTES / 2);
    this.buildRoot();
  }

  onOutput(tag: string, data: Uint8Array): void {
    (tag === 'stdout' ? this.stdout : this.stderr).push(data);
  }

  onOutputEnd(): void {
    // The process's exit is what counts.
  }

  onExit(pid: number, status: ExitStatus): void {
    if (pid === this.mainPid) this.exit = status;
  }

  onTerminalOutput(_terminal: Terminal, data: Uint8Array): void {
    this.screen.push(data);
    this.lastOutputAt = this.runtime.now;
  }

  private buildRoot(): void {
    const { kernel } = this;
    for (const dir of ['/root', '/etc', '/usr/bin', '/usr/sbin', '/tmp/x', '/var/tmp']) {
      kernel.makeDirectories(dir);
    }
    this.put(
      '/etc/passwd',
      `root:x:0:0:root:/root:/bin/${this.family === 'gnu' ? 'bash' : 'sh'}\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n`,
    );
    this.put('/etc/hostname', 'box\n');
    const more =
      this.family === 'gnu'
        ? ['boot', 'home', 'lib', 'lib64', 'media', 'mnt', 'opt', 'srv']
        : ['home', 'linuxrc'];
    for (const name of more) kernel.makeDirectories(`/${name}`);
    this.put('/etc/group', 'root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n');
    if (this.family === 'gnu') {
      this.link('/bin', 'usr/bin');
      this.link('/sbin', 'usr/sbin');
      for (const { path, program } of debianTools) {
        if (!NOT_MINIMAL.has(program)) this.put(path, `#!drydock ${program}\n`, 0o755);
      }
      return;
    }
    kernel.makeDirectories('/bin');
    kernel.makeDirectories('/sbin');
    for (const name of [...busyboxApplets, 'busybox'].filter((n) => n !== 'curl')) {
      this.put(`/${busyboxDirectory(name)}/${name}`, '#!drydock busybox\n', 0o755);
    }
  }

  private parent(path: string): { dir: Inode; name: string } {
    const slash = path.lastIndexOf('/');
    const dir = path.slice(0, slash) || '/';
    this.kernel.makeDirectories(dir);
    return { dir: this.kernel.find(dir).inode, name: path.slice(slash + 1) };
  }

  put(path: string, data: string | Uint8Array, mode = 0o644): void {
    const { dir, name } = this.parent(path);
    const inode = dir.fs.create(dir, name, { type: 'file', mode, uid: 0, gid: 0 });
    dir.fs.write(inode, 0, typeof data === 'string' ? encodeUtf8(data) : data);
  }

  private link(path: string, target: string): void {
    const { dir, name } = this.parent(path);
    dir.fs.create(dir, name, { type: 'symlink', mode: 0o777, uid: 0, gid: 0, target });
  }

  /** Puts a case's files below /tmp/x, all with the time of the recordings. */
  place(files: Readonly<Record<string, CaseFile>>): void {
    for (const [name, value] of Object.entries(files)) {
      const path = `/tmp/x/${name}`;
      if (name.endsWith('/')) {
        this.kernel.makeDirectories(path.slice(0, -1));
        continue;
      }
      const entry = typeof value === 'string' ? { content: value } : (value ?? {});
      if (entry.link !== undefined) this.link(path, entry.link);
      else {
        const data = entry.base64 === undefined ? (entry.content ?? '') : fromBase64(entry.base64)!;
        this.put(path, data, entry.mode === undefined ? 0o644 : parseInt(entry.mode, 8));
      }
    }
    const times = (name: string) => {
      const value = files[name];
      const seconds = typeof value === 'object' && value !== null ? value.mtime : undefined;
      return seconds === undefined ? FILE_TIME_US : seconds * 1_000_000;
    };
    const walk = (inode: Inode, at: string) => {
      for (const entry of inode.fs.entries(inode)) {
        const child = inode.fs.lookup(inode, entry.name)!;
        const path = at === '' ? entry.name : `${at}/${entry.name}`;
        if (child.type === 'dir') walk(child, path);
        else child.fs.setAttributes(child, { mtimeUs: times(path), atimeUs: times(path) });
      }
      inode.fs.setAttributes(inode, { mtimeUs: FILE_TIME_US, atimeUs: FILE_TIME_US });
    };
    walk(this.kernel.find('/tmp/x').inode, '');
  }

  environment(shell: string): Record<string, string> {
    return {
      PATH,
      HOME: '/root',
      HOSTNAME: 'box',
      TERM: 'xterm-256color',
      PWD: '/tmp/x',
      TSH: shell,
    };
  }

  /** Runs a script to its end; false if it hangs. */
  runScript(shell: string, script: string, stdin: string): boolean {
    const { kernel } = this;
    this.put('/tmp/case.sh', script);
    const input = kernel.openInput();
    input.feed(encodeUtf8(stdin));
    input.end();
    this.mainPid = kernel.startProcess({
      path: `/bin/${shell}`,
      argv: [shell, '/tmp/case.sh'],
      env: this.environment(shell),
      cwd: '/tmp/x',
      stdio: [input, kernel.openOutput(this, 'stdout'), kernel.openOutput(this, 'stderr')],
      listener: this,
    });
    this.runUntil(() => this.exit !== undefined, LIMIT_US);
    return this.exit !== undefined;
  }

  startTerminal(shell: string, cols: number, rows: number): void {
    const { kernel } = this;
    this.terminal = kernel.openTerminal({ listener: this, cols, rows });
    const file = this.terminal.openSlave();
    const args = shell === 'bash' ? ['--norc', '--noprofile', '-i'] : ['-i'];
    const { TSH: _unused, ...env } = this.environment(shell);
    this.mainPid = kernel.startProcess({
      path: `/bin/${shell}`,
      argv: [shell, ...args],
      env: { ...env, PS1: '$ ' },
      cwd: '/tmp/x',
      stdio: [file, file, file],
      listener: this,
    });
  }

  /** Runs until `waitUs` have passed and the screen has been quiet for 200 ms. */
  settle(waitUs: number): void {
    const from = this.runtime.now;
    const quiet = () => {
      const next = Math.min(this.runtime.nextAt(), from + LIMIT_US);
      return next > Math.max(from + waitUs, Math.max(from, this.lastOutputAt) + QUIET_US);
    };
    this.runUntil(quiet, LIMIT_US);
    const quietAt = Math.max(from, this.lastOutputAt) + QUIET_US;
    this.runtime.now = Math.max(this.runtime.now, from + waitUs, quietAt);
  }

  private runUntil(done: () => boolean, limitUs: number): void {
    const end = this.runtime.now + limitUs;
    let steps = 0;
    while (!done()) {
      const at = this.runtime.nextAt();
      if (at === Infinity || at > end || steps++ > 3_000_000) return;
      this.runtime.now = Math.max(this.runtime.now, at);
      this.runtime.fireOne();
    }
  }

  get outputText(): string {
    return this.stdout.map(decodeUtf8).join('');
  }

  get errorText(): string {
    return this.stderr.map(decodeUtf8).join('');
  }
}

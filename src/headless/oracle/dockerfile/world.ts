/**
 * A machine for one Dockerfile case: an engine with the base images of the recordings, and the case's
 * files below /root/e. Every case gets a clone of the same machine.
 */
import { gzipSync } from 'node:zlib';
import { SECOND_US } from '../../../base';
import type { Image } from '../../../engine';
import { InlineCluster } from '../../../host/inline';

/** A file of a case; null: there is none of this name. */
export type CaseFile =
  | string
  | null
  | { readonly text: string; readonly mode?: number | string }
  | { readonly link: string }
  | { readonly dir: true }
  | { readonly b64: string }
  | { readonly tar: Readonly<Record<string, string>>; readonly gz?: boolean }
  | { readonly repeat: readonly [string, string, number, string] };
export type CaseFiles = Readonly<Record<string, CaseFile>>;

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** What of the engine the judge looks into. */
interface Store {
  find(name: string): Image | { readonly message: string; readonly status: number };
}

const FOLDER = '/root/e';
const COMMAND_SECONDS = 120;

export class DockerfileWorld {
  private constructor(
    private readonly cluster: InlineCluster,
    /** What builds unless the command says otherwise. */
    private readonly buildKit = false,
  ) {}

  static create(): DockerfileWorld {
    const cluster = new InlineCluster({
      seed: 1,
      nodes: 1,
      hub: 'stand-in',
      engineVersion: '20.10.24+dfsg1',
      memoryBytes: 25_276_063_744,
      epochUs: 1_795_470_000 * SECOND_US,
    });
    cluster.runFor(SECOND_US);
    const world = new DockerfileWorld(cluster);
    world.run('docker pull -q busybox:1.35');
    world.addBases();
    world.run('docker rmi busybox:1.35');
    world.run('mkdir -p e', '/root');
    return world;
  }

  clone(buildKit = false): DockerfileWorld {
    return new DockerfileWorld(this.cluster.clone(), buildKit);
  }

  private get store(): Store {
    const machine = this.cluster.machine('node1') as unknown as {
      readonly system: { readonly disk: { readonly engine: { readonly images: Store } } };
    };
    return machine.system.disk.engine.images;
  }

  image(name: string): Image | undefined {
    const found = this.store.find(name);
    return 'id' in found ? found : undefined;
  }

  /** `docker import` of a busybox root, with and without `/version`. */
  private addBases(): void {
    const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    const change = `-c 'ENV PATH=${path}' -c 'CMD ["sh"]'`;
    for (const line of [
      'mkdir -p /tmp/base/root',
      'docker save busybox:1.35 | tar -xf - -C /tmp/base',
      'tar -xf /tmp/base/*/layer.tar -C /tmp/base/root',
      `tar -cf - -C /tmp/base/root . | docker import ${change} - base:1`,
      'echo two > /tmp/base/root/version',
      `tar -cf - -C /tmp/base/root . | docker import ${change} - base:2`,
      'rm -rf /tmp/base',
    ]) {
      const { exit, stderr } = this.run(line, '/root');
      if (exit !== 0) throw new Error(`${line}: ${stderr}`);
    }
  }

  run(command: string, folder = FOLDER): CommandResult {
    const line = `cd ${folder} && export DOCKER_BUILDKIT=${this.buildKit ? 1 : 0}; ${command}`;
    const { stdout, stderr, exitCode } = this.cluster.exec('node1', line, {
      timeoutUs: COMMAND_SECONDS * SECOND_US,
    });
    return { stdout, stderr, exit: exitCode };
  }

  /** Typed at a prompt: what the terminal was sent, without the line that was typed. */
  runOnTerminal(command: string): { readonly text: string; readonly exit: number } {
    const { cluster } = this;
    const terminal = cluster.openTerminal('node1', 120, 40);
    cluster.runFor(SECOND_US);
    const type = (line: string) => cluster.type(terminal, `${line}\r`);
    type(`cd ${FOLDER}; export PS1= DOCKER_BUILDKIT=${this.buildKit ? 1 : 0}`);
    cluster.runFor(SECOND_US);
    const before = terminal.text.length;
    type(`${command}; echo "exit:$?"`);
    for (let i = 0; i < COMMAND_SECONDS && !/exit:\d/.test(terminal.text.slice(before)); i++)
      cluster.runFor(SECOND_US);
    const raw = terminal.text.slice(before);
    const text = raw.slice(raw.indexOf('\n') + 1);
    return { text: text.replace(/exit:\d+[^]*$/, ''), exit: Number(/exit:(\d+)/.exec(text)?.[1]) };
  }

  place(files: CaseFiles): void {
    for (const [name, file] of Object.entries(files)) this.placeOne(`${FOLDER}/${name}`, file);
    // Every second another time of change.
    this.cluster.runFor(SECOND_US);
  }

  private placeOne(given: string, file: CaseFile): void {
    const path = given.replace(/[^/]+\/\.\.\//g, '');
    const quoted = `'${path.replaceAll("'", `'\\''`)}'`;
    if (file === null) this.run(`rm -rf ${quoted}`);
    else if (typeof file === 'string') this.write(path, file, 0o644);
    else if ('text' in file) {
      const { mode = 0o644 } = file;
      this.write(path, file.text, typeof mode === 'string' ? parseInt(mode, 8) : mode);
    } else if ('link' in file) {
      this.run(`mkdir -p "$(dirname ${quoted})"; ln -sfn '${file.link}' ${quoted}`);
    } else if ('dir' in file) this.run(`mkdir -p ${quoted}`);
    else if ('b64' in file) this.write(path, Buffer.from(file.b64, 'base64'), 0o644);
    else if ('tar' in file) {
      const tar = tarOf(file.tar);
      this.write(path, file.gz ? gzipSync(tar) : tar, 0o644);
    } else {
      const [before, unit, count, after] = file.repeat;
      this.write(path, before + unit.repeat(count) + after, 0o644);
    }
  }

  private write(path: string, data: string | Uint8Array, mode: number): void {
    this.cluster.writeFile('node1', path, data, mode);
  }
}

/** A small archive of plain files. */
function tarOf(files: Readonly<Record<string, string>>): Uint8Array {
  const parts: Buffer[] = [];
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text);
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write('0000644\0', 100);
    head.write('0000000\0', 108);
    head.write('0000000\0', 116);
    head.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
    head.write('14241107353\0', 136);
    head.write('        ', 148);
    head.write('0', 156);
    head.write('ustar\x0000', 257);
    const sum = head.reduce((total, byte) => total + byte, 0);
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    parts.push(head, data, Buffer.alloc((512 - (data.length % 512)) % 512));
  }
  // GNU tar fills up to twenty blocks.
  const whole = Buffer.concat([...parts, Buffer.alloc(1024)]);
  return Buffer.concat([whole, Buffer.alloc((10_240 - (whole.length % 10_240)) % 10_240)]);
}

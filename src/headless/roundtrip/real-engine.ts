/**
 * A real dockerd of its own for the round trip: in mount, network and UTS namespaces, with its
 * files below one temporary folder, asked over its socket. It is started and ended by this program
 * alone; nothing of a dockerd that may run already is touched.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const START_TRIES = 200;
const TRY_MS = 100;
const DAEMON = '/usr/sbin/dockerd';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

export class RealEngine {
  readonly dir = mkdtempSync(join(tmpdir(), 'drydock-roundtrip-'));
  private process: ChildProcess | undefined;

  static isInstalled(): boolean {
    return existsSync(DAEMON) && process.getuid?.() === 0;
  }

  private get socket(): string {
    return join(this.dir, 'docker.sock');
  }

  private get cgroup(): string {
    return `/${this.dir.split('/').at(-1)!}`;
  }

  async start(): Promise<void> {
    const log = openSync(join(this.dir, 'dockerd.log'), 'a');
    const setup =
      'set -e; mount --make-rprivate /; mount -t tmpfs tmpfs /run; mkdir -p /run/docker /run/lock; ' +
      'exec "$@"';
    const daemon = [DAEMON, '--data-root', join(this.dir, 'root'), '--bridge', 'none'];
    const where = ['--exec-root', join(this.dir, 'exec'), '--pidfile', join(this.dir, 'pid')];
    const how = ['--iptables=false', '--ip6tables=false', '--storage-driver', 'overlay2'];
    const groups = ['--cgroup-parent', this.cgroup, '--host', `unix://${this.socket}`];
    const command = [...daemon, ...where, ...how, ...groups];
    this.process = spawn('unshare', ['-m', '-n', '-u', 'sh', '-c', setup, 'sh', ...command], {
      stdio: ['ignore', log, log],
    });
    for (let tries = 0; tries < START_TRIES; tries++) {
      await setTimeout(TRY_MS);
      if (this.process.exitCode !== null) break;
      const answer = await this.ask('GET', '/_ping').catch(() => undefined);
      if (answer?.status === 200) return;
    }
    const text = readFileSync(join(this.dir, 'dockerd.log'), 'utf8').split('\n').slice(-8);
    throw new Error(`dockerd did not start:\n${text.join('\n')}`);
  }

  /** One exchange of the Engine API. */
  ask(method: string, path: string, body?: Buffer, type = 'application/x-tar'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = body
        ? { 'Content-Type': type, 'Content-Length': String(body.length) }
        : undefined;
      const options = { socketPath: this.socket, method, path: `/v1.41${path}` };
      const call = request({ ...options, ...(headers ? { headers } : {}) }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts) }),
        );
        answer.on('error', reject);
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  /** The real client, pointed at this engine. */
  docker(args: readonly string[], stdin?: Buffer): { text: string; code: number } {
    const result = spawnSync('docker', ['-H', `unix://${this.socket}`, ...args], {
      ...(stdin ? { input: stdin } : {}),
      maxBuffer: 1 << 30,
    });
    return { text: `${result.stdout}${result.stderr}`, code: result.status ?? -1 };
  }

  async stop(): Promise<void> {
    const child = this.process;
    if (child && child.exitCode === null) {
      // unshare and sh have become dockerd by exec, so the child is the daemon itself.
      child.kill('SIGTERM');
      for (let tries = 0; tries < START_TRIES && child.exitCode === null; tries++)
        await setTimeout(TRY_MS);
      if (child.exitCode === null) child.kill('SIGKILL');
    }
    rmSync(this.dir, { recursive: true, force: true });
    spawnSync('sh', [
      '-c',
      'for c in /sys/fs/cgroup"$1" /sys/fs/cgroup/*"$1"; do ' +
        '[ -d "$c" ] && find "$c" -depth -type d -exec rmdir {} + 2>/dev/null; done; true',
      'sh',
      this.cgroup,
    ]);
  }
}

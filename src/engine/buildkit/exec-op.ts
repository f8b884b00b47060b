/**
 * RUN as it is carried out: a process with namespaces of its own, but no container that `docker ps` would
 * show (moby/buildkit `executor/runcexecutor`, `solver/llbsolver/ops/exec.go`).
 *
 * Differs: a cache mount that is locked or private is shared like the others.
 */
import { MILLISECOND_US, encodeUtf8, type Wakeable } from '../../base';
import { isApiError } from '../../api';
import {
  SysError,
  type Cgroup,
  type MountNamespace,
  type Namespaces,
  type TerminalRegistry,
} from '../../kernel';
import { environmentOf, errnoWords, findCommand } from '../containers/command';
import { Stdio, type StdioOwner } from '../containers/stdio';
import { makeWorkingDir } from '../containers/working-dir';
import { sealLayer } from '../content/seal';
import type { Layer } from '../content/image';
import type { UnionFs } from '../files/union-fs';
import { freezeUpper } from '../files/upper-tree';
import { newId } from '../ids';
import { BuildFailure } from '../build/failure';
import { execUser, type ExecUser } from './exec-user';
import type { Operation } from './llb';
import { BUILD_INIT_LAYER, Mounter } from './mounter';
import { SecretFetch, type FetchedSecret } from './secret-fetch';
import type { Solver } from './solver';
import { EMPTY_RESULT, type StepWork, type Vertex } from './vertex';

/** Sandbox, mounts, runc. */
const START_US = 260 * MILLISECOND_US;
/** From the end of the process until its layer is there. */
const COMMIT_US = 60 * MILLISECOND_US;
const HOSTNAME = 'buildkitsandbox';

export type ExecOperation = Extract<Operation, { kind: 'exec' }>;

export class ExecWork implements StepWork, StdioOwner, Wakeable {
  readonly id: string;
  private fs: UnionFs | undefined;
  private pid: number | undefined;
  private cgroup: Cgroup | undefined;
  private exitCode = 0;
  private networked = false;
  private secrets: readonly FetchedSecret[] = [];

  constructor(
    readonly solver: Solver,
    readonly vertex: Vertex,
    readonly op: ExecOperation,
  ) {
    this.id = newId(solver.core.ids);
  }

  begin(): void {
    this.vertex.work = this;
    new SecretFetch(this).begin();
  }

  /** All secrets have come, or one that must be there has not. */
  secretsFetched(secrets: readonly FetchedSecret[] | string): void {
    if (this.vertex.work !== this) return;
    if (typeof secrets === 'string') return this.solver.fail(this.vertex, secrets);
    this.secrets = secrets;
    this.solver.core.runtime.setTimer(START_US, this, 'start');
  }

  wake(tag: string, data: unknown): void {
    if (this.vertex.work !== this) return;
    if (tag === 'start') this.start();
    else if (tag === 'ended') this.finish();
    else this.solver.completeWithLayer(this.vertex, data as Layer);
  }

  // --- start

  private start(): void {
    const { solver, op } = this;
    const fs = solver.open(this.vertex.inputs[0]?.result ?? EMPTY_RESULT, BUILD_INIT_LAYER);
    this.fs = fs;
    const user = execUser(fs, op.user);
    if (typeof user === 'string') return this.failed(user);
    try {
      this.startProcess(fs, user);
    } catch (error) {
      if (error instanceof BuildFailure) return this.failed(error.message);
      if (!(error instanceof SysError)) throw error;
      this.runcFailed(errnoWords(error.errno));
    }
  }

  private failed(reason: string): void {
    this.leaveNetwork();
    const shown = `executor failed running [${this.op.args.join(' ')}]`;
    this.solver.fail(this.vertex, `${shown}: ${reason}`);
  }

  /** What runc says goes to the step's output. */
  private runcFailed(reason: string): void {
    this.say(`runc run failed: unable to start container process: ${reason}\n`);
    this.failed('exit code: 1');
  }

  private say(text: string): void {
    this.solver.log(this.vertex, 2, encodeUtf8(text));
  }

  private startProcess(fs: UnionFs, user: ExecUser): void {
    const { solver, op } = this;
    const { kernel } = solver.core;
    const pids = kernel.newPidNamespace();
    const mounter = new Mounter(this, fs, pids, this.secrets);
    const net = this.joinNetwork(mounter);
    const { namespace, terminals } = mounter.mountAll();
    makeWorkingDir(fs, op.cwd);
    const env = this.environment(user.home);
    const zero = op.args.some((word) => word.includes('\0'));
    if (zero) {
      this.say(`exec ${op.args[0]!}: invalid argument\n`);
      return this.failed('exit code: 1');
    }
    const path = findCommand(kernel, namespace, op.args[0]!, env, op.cwd);
    if (typeof path !== 'string') return this.runcFailed(path.reason);
    const own = kernel.namespaces;
    const namespaces: Namespaces = {
      mnt: namespace,
      pid: pids,
      net,
      uts: kernel.newUtsNamespace(HOSTNAME),
      ipc: kernel.newIpcNamespace(),
      user: own.user,
      cgroup: own.cgroup,
    };
    this.cgroup = kernel.rootCgroup.child('docker').child('buildkit').child(this.id);
    this.launch(path, env, user, namespaces, terminals);
  }

  private launch(
    path: string,
    env: Record<string, string>,
    user: ExecUser,
    namespaces: Namespaces & { mnt: MountNamespace },
    terminals: TerminalRegistry,
  ): void {
    const { kernel } = this.solver.core;
    const stdio = new Stdio(this);
    const options = { tty: false, stdin: false, cols: 80, rows: 24, terminals };
    this.pid = kernel.startProcess({
      path,
      argv: [...this.op.args],
      env,
      cwd: this.op.cwd,
      uid: user.uid,
      gid: user.gid,
      namespaces,
      stdio: stdio.open(kernel, options),
      cgroup: this.cgroup!,
      listener: stdio,
    });
  }

  private environment(home: string): Record<string, string> {
    const env = environmentOf([...this.op.env, ...this.op.proxy]);
    return { HOSTNAME, ...env, HOME: env['HOME'] ?? home };
  }

  private joinNetwork(mounter: Mounter): Namespaces['net'] {
    const { core } = this.solver;
    const { network, extraHosts } = this.op;
    if (network === 'host') {
      mounter.hosts = `127.0.0.1\tlocalhost\n`;
      return core.kernel.namespaces.net;
    }
    const refused = core.networks.addContainer({
      containerId: this.id,
      quiet: true,
      ...{ name: this.id, hostname: HOSTNAME, domainname: '', endpoints: {} },
      networkMode: network === 'none' ? 'none' : 'default',
      ...{ exposedPorts: [], portBindings: {}, publishAllPorts: false, links: [] },
      ...{ dns: [], dnsSearch: [], dnsOptions: [], extraHosts },
    });
    if (refused) throw new BuildFailure(refused.message);
    this.networked = true;
    const sandbox = core.networks.startContainer(this.id);
    if (isApiError(sandbox)) throw new BuildFailure(sandbox.message);
    mounter.hosts = sandbox.hosts ?? mounter.hosts;
    mounter.resolvConf = sandbox.resolvConf ?? mounter.resolvConf;
    return core.stack.namespaceOf(sandbox.namespace);
  }

  private leaveNetwork(): void {
    if (!this.networked) return;
    this.networked = false;
    this.solver.core.networks.stopContainer(this.id);
    this.solver.core.networks.removeContainer(this.id);
  }

  // --- the process

  streamOutput(stream: 'stdout' | 'stderr', data: Uint8Array): void {
    this.solver.log(this.vertex, stream === 'stdout' ? 1 : 2, data);
  }

  processEnded(exitCode: number): void {
    this.exitCode = exitCode;
  }

  streamsEnded(): void {
    this.cgroup?.remove();
    this.pid = undefined;
    this.leaveNetwork();
    this.solver.core.runtime.setTimer(0, this, 'ended');
  }

  private finish(): void {
    if (this.exitCode !== 0) return this.failed(`exit code: ${this.exitCode}`);
    const layer = sealLayer(freezeUpper(this.fs!.root.upper!));
    this.fs!.release();
    this.solver.core.runtime.setTimer(COMMIT_US, this, 'sealed', layer);
  }

  cancel(): void {
    if (this.pid !== undefined) this.solver.core.kernel.signal(this.pid, 'KILL');
    else this.leaveNetwork();
  }
}

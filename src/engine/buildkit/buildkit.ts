/** BuildKit inside the daemon (moby `builder/builder-next`): its builds, its cache, its sessions. */
import { isApiError, type ApiCall } from '../../api';
import type { BuildOptions } from '../build/options';
import { refusePlatform } from '../build/platform';
import type { EngineCore } from '../core';
import { BuildJob } from './job';
import { pruneCache } from './prune';
import { readBuildKitOptions, UPLOAD_REQUEST } from './request';
import { Sessions } from './session';
import { Solver } from './solver';

/** A body that waits for its build, or the other way round. */
interface Waiting {
  readonly call: ApiCall;
  readonly options: BuildOptions;
}

export class BuildKit {
  readonly sessions = new Sessions();
  readonly solver: Solver;
  private readonly jobs = new Map<string, BuildJob>();
  private readonly uploads = new Map<string, Uint8Array>();
  private readonly waiting = new Map<string, Waiting>();

  constructor(private readonly core: EngineCore) {
    this.solver = new Solver(core, this.sessions);
  }

  build(call: ApiCall, options: BuildOptions): void {
    const id = call.query.get('buildid') ?? '';
    if (id.startsWith(`${UPLOAD_REQUEST}:`)) return this.upload(call, id.slice(15));
    if (options.remote === UPLOAD_REQUEST && !this.uploads.has(id)) {
      this.waiting.set(id, { call, options });
      return;
    }
    this.begin(call, options, id);
  }

  /** The context, on a connection of its own. */
  private upload(call: ApiCall, id: string): void {
    this.uploads.set(id, call.body);
    call.begin(200, { 'Content-Type': 'application/json' });
    call.end();
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (waiting) this.begin(waiting.call, waiting.options, id);
  }

  private begin(call: ApiCall, options: BuildOptions, id: string): void {
    const more = readBuildKitOptions(call, options);
    if (isApiError(more)) return call.fail(more);
    const platform = call.query.get('platform') ?? '';
    const refused = platform === '' ? undefined : refusePlatform(platform);
    if (refused !== undefined) return call.fail({ status: 500, message: refused });
    const job = new BuildJob(this.core, this.solver, options, more, call);
    call.receiver = job;
    if (id !== '') this.jobs.set(id, job);
    const own = options.remote === '' ? call.body : undefined;
    job.begin(options.remote === UPLOAD_REQUEST ? this.uploads.get(id) : own);
    this.uploads.delete(id);
  }

  /** `POST /build/cancel` */
  cancel(call: ApiCall): void {
    const id = call.query.get('id') ?? '';
    if (id === '') return call.fail({ status: 400, message: 'build ID not provided' });
    this.jobs.get(id)?.cancel();
    this.jobs.delete(id);
    call.empty(200);
  }

  prune(call: ApiCall): void {
    pruneCache(this.core, call);
  }
}

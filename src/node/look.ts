/**
 * Reads of a machine from outside that leave no trace: GETs of the Engine API that are answered at once,
 * and what the kernel knows (`/xray/`). Nothing is logged, no event is published, no timer is set.
 */
import { ApiCall, type ApiHead, type ApiRequest, type ApiSink, type LookAnswer } from '../api';
import { NO_BYTES, concatBytes } from '../base';
import { SysError } from '../kernel';
import { containerXray } from './container-xray';
import type { System } from './system';

/** What reads only and is answered before the handler returns. */
const READS: readonly RegExp[] = [
  /^\/images\/json$/,
  /^\/images\/.+\/(json|history|get)$/,
  /^\/images\/get$/,
  /^\/containers\/json$/,
  /^\/containers\/[^/]+\/(json|changes|top|archive)$/,
  /^\/volumes(\/[^/]+)?$/,
];

const NOTHING: LookAnswer = Object.freeze({ status: 0, headers: {}, body: NO_BYTES });
/** More of a file than this is nobody's to read in an editor. */
const FILE_MAX_BYTES = 4 << 20;

class Collector implements ApiSink {
  private status = 0;
  private headers: ApiHead['headers'] = {};
  private readonly parts: Uint8Array[] = [];
  ended = false;

  head(head: ApiHead): void {
    this.status = head.status;
    this.headers = head.headers;
  }
  data(bytes: Uint8Array): void {
    this.parts.push(bytes);
  }
  end(): void {
    this.ended = true;
  }
  answer(): LookAnswer {
    return { status: this.status, headers: this.headers, body: concatBytes(this.parts) };
  }
}

export function lookAt(system: System | undefined, request: ApiRequest): LookAnswer {
  if (!system || (request.method !== 'GET' && request.method !== 'HEAD')) return NOTHING;
  const sink = new Collector();
  const call = new ApiCall(request, sink);
  if (call.path.startsWith('/xray/')) answerXray(system, call);
  else {
    const { daemon } = system;
    if (!daemon || !READS.some((read) => read.test(call.path))) return NOTHING;
    const { events } = daemon.engine.core;
    events.silent = true;
    try {
      daemon.handle(call);
    } finally {
      events.silent = false;
    }
  }
  if (!sink.ended) return NOTHING;
  // An archive of images is tens of megabytes, put together for this answer alone.
  return /^\/images\/.*get$/.test(call.path) ? { ...sink.answer(), fresh: true } : sink.answer();
}

function answerXray(system: System, call: ApiCall): void {
  const container = /^\/xray\/containers\/([^/]+)$/.exec(call.path)?.[1];
  if (container !== undefined) {
    const found = containerXray(system, container);
    if (found) call.json(200, found);
    else call.fail({ status: 404, message: `No such container: ${container}` });
  } else if (call.path === '/xray/files') answerFile(system, call);
  else call.fail({ status: 404, message: `not simulated: ${call.path}` });
}

/** A folder as a list, a file as its bytes. */
function answerFile({ kernel }: System, call: ApiCall): void {
  const path = call.query.get('path') ?? '/';
  try {
    const { inode } = kernel.find(path);
    const { fs } = inode;
    if (inode.type === 'dir') {
      const entries = fs.entries(inode).map(({ name, type }) => {
        const child = type === 'file' ? fs.lookup(inode, name) : undefined;
        return { name, type, size: child ? fs.stat(child).size : 0 };
      });
      call.json(200, entries);
      return;
    }
    if (inode.type !== 'file') {
      return call.fail({ status: 400, message: `${path} is no regular file` });
    }
    if (fs.stat(inode).size > FILE_MAX_BYTES) {
      return call.fail({ status: 413, message: `${path} is larger than 4 MB` });
    }
    const mode = (fs.stat(inode).mode & 0o7777).toString(8);
    call.begin(200, { 'Content-Type': 'application/octet-stream', 'X-File-Mode': mode });
    call.write(fs.read(inode, 0, FILE_MAX_BYTES));
    call.end();
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    call.fail({ status: 404, message: `${path}: ${error.errno}` });
  }
}

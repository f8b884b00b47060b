/** Calls that leave Linux: the Engine API, `chaos`, computations of the host, checkpoints. */
import { ApiFile } from './api-file';
import { Description } from './descriptors';
import type { Kernel } from './kernel';
import type { Process } from './process';
import { SysError, type ApiOpened, type Syscall } from './syscalls';
import { waitOn } from './waiting';

type Call<K extends Syscall['call']> = Extract<Syscall, { call: K }>;

export function api(kernel: Kernel, process: Process, call: Call<'api'>): unknown {
  const held = process.progress.pending as ApiFile | undefined;
  const file = held ?? openExchange(kernel, process, call);
  if (!file.answer) {
    if (file.ended) throw new SysError('ECONNRESET');
    return waitOn(process, file.waitQueue);
  }
  process.progress.pending = undefined;
  const fd = process.descriptors.add(new Description(file, true, true));
  const { status, headers, hijacked } = file.answer;
  const opened: ApiOpened = { fd, status, headers, hijacked };
  return opened;
}

function openExchange(kernel: Kernel, process: Process, call: Call<'api'>): ApiFile {
  const file = new ApiFile(kernel.nextInode());
  const exchange = kernel.outside.openApi(call.request, file);
  if (!exchange) throw new SysError('ECONNREFUSED');
  file.attach(exchange);
  if (!call.stream) exchange.closeInput();
  process.progress.pending = file;
  return file;
}

export function chaos(kernel: Kernel, process: Process, call: Call<'chaos'>): unknown {
  return answerTo(kernel, process, (token) => kernel.outside.chaos(call.line, token));
}

export function compute(kernel: Kernel, process: Process, call: Call<'compute'>): unknown {
  return answerTo(kernel, process, (token) => kernel.outside.compute(call.job, token));
}

/** Asks at the first try, then waits for the answer. */
function answerTo(kernel: Kernel, process: Process, ask: (token: number) => void): unknown {
  if (process.progress.pending === undefined) {
    const { token } = kernel.ask();
    process.progress.pending = token;
    ask(token);
  }
  const question = kernel.question(process.progress.pending as number);
  return question.answered ? question.result : waitOn(process, question.waitQueue);
}

export function checkpoint(_kernel: Kernel, process: Process, call: Call<'checkpoint'>): void {
  process.continuation.checkpoint(call.state);
}

export function turn(_kernel: Kernel, process: Process, call: Call<'turn'>): unknown {
  process.continuation.turn(call.key);
  return call.state;
}

/**
 * The standard streams as CPython buffers them: standard output by lines on a terminal and by 8 KiB
 * elsewhere, at once with `-u` or PYTHONUNBUFFERED; standard error by lines.
 */
import { SysError, sys, type Sys } from '../../kernel';
import type { Vm } from './vm';

interface Streams {
  out: string;
  mode: 'lines' | 'full' | 'none';
}
const BUFFER = 8192;
const KEY = 'streams';

export function* openStreams(vm: Vm, unbuffered: boolean): Sys<void> {
  const streams: Streams = { out: '', mode: 'full' };
  if (unbuffered) streams.mode = 'none';
  else if (yield* sys.isatty(1)) streams.mode = 'lines';
  vm.held.set(KEY, streams);
}

export function* printTo(vm: Vm, stream: 'stdout' | 'stderr', text: string): Sys<void> {
  if (stream === 'stderr') {
    yield* vm.wait(() => sys.write(2, text));
    return;
  }
  const streams = vm.held.get(KEY) as Streams;
  streams.out += text;
  const { out, mode } = streams;
  if (mode === 'none' || out.length >= BUFFER || (mode === 'lines' && text.includes('\n')))
    yield* flushOutput(vm);
}

export function* flushOutput(vm: Vm): Sys<void> {
  const streams = vm.held.get(KEY) as Streams;
  const { out } = streams;
  if (out === '') return;
  streams.out = '';
  yield* vm.wait(() => sys.write(1, out));
}

/** At the end: what cannot be written is lost, with CPython's words and exit code. */
export function* closeOutput(vm: Vm): Sys<boolean> {
  try {
    yield* flushOutput(vm);
    return true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return false;
  }
}

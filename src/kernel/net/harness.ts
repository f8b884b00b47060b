/**
 * For tests: a few stacks on one wire with one clock. Not part of the product; the real wire is sim/.
 */
import { Runtime, decodeUtf8, deepClone, encodeUtf8, type Wakeable } from '../../base';
import type { Envelope, HopRecord } from '../../api';
import type { OpenFile } from '../open-file';
import type { PendingCall } from '../network-calls';
import type { LanPort } from './connections';
import { NetworkStack } from './stack';
import { SysError } from '../syscalls';

/** Delay of the wire. */
export const WIRE_US = 200;

export class Wire implements Wakeable {
  readonly runtime = new Runtime(1, 'wire');
  readonly stacks = new Map<string, NetworkStack>();
  /** Addresses whose traffic is swallowed. */
  readonly cut = new Set<string>();
  /** Addresses where the daemon is gone. */
  readonly dead = new Set<string>();
  /** Of so many messages, one is lost. */
  loseEvery = 0;
  sent: Envelope[] = [];

  add(name: string, address: string): NetworkStack {
    const stack = new NetworkStack({
      runtime: this.runtime,
      lan: new Port(this, address),
      hostNamespaceId: 4026531840,
      name,
      address: `${address}/24`,
      gateway: '192.168.0.1',
    });
    this.stacks.set(address, stack);
    return stack;
  }

  send(from: string, envelope: Envelope): void {
    this.sent.push(envelope);
    if (this.loseEvery > 0 && this.sent.length % this.loseEvery === 0) return;
    if (this.cut.has(from) || this.cut.has(envelope.to)) return;
    this.runtime.setTimer(WIRE_US, this, 'arrive', { from, envelope });
  }

  wake(_tag: string, data: unknown): void {
    const { from, envelope } = data as { from: string; envelope: Envelope };
    if (this.dead.has(envelope.to)) this.stacks.get(from)?.peerReset(envelope.to);
    else this.stacks.get(envelope.to)?.receive(from, deepClone(envelope.payload));
  }

  /** Lets time pass. */
  run(us: number): void {
    const end = this.runtime.now + us;
    for (let at = this.runtime.nextAt(); at <= end; at = this.runtime.nextAt()) {
      this.runtime.now = at;
      this.runtime.fireOne();
    }
    this.runtime.now = end;
  }

  /** Hops since the last call. */
  hops(): string[] {
    return this.runtime
      .takeReports()
      .filter((report): report is HopRecord => report.kind === 'hop')
      .map((hop) => `${hop.step}: ${hop.text}`);
  }
}

class Port implements LanPort {
  constructor(
    private readonly wire: Wire,
    private readonly address: string,
  ) {}
  send(envelope: Envelope): void {
    this.wire.send(this.address, envelope);
  }
}

export const OWNER = { pid: 100, program: 'test' };
const NOBODY = undefined as never;

/** Result, errno text, or 'pending'. */
export function outcome<R>(pending: PendingCall<R>): R | string {
  try {
    return pending.result() ?? 'pending';
  } catch (error) {
    if (error instanceof SysError) return error.errno;
    throw error;
  }
}

export function connectNow(
  wire: Wire,
  stack: NetworkStack,
  address: string,
  port: number,
  ns = stack.host,
): OpenFile {
  const request = { address, port, protocol: 'tcp' as const, timeoutUs: undefined };
  const pending = stack.connect(ns, request, OWNER);
  wire.run(5_000);
  const result = outcome(pending);
  if (typeof result === 'string') throw new Error(result);
  return result;
}

export function readText(file: OpenFile): string | undefined {
  try {
    const bytes = file.read(1_000_000, NOBODY);
    return bytes === undefined ? undefined : decodeUtf8(bytes);
  } catch (error) {
    if (error instanceof SysError) return error.errno;
    throw error;
  }
}

export function writeText(file: OpenFile, text: string): number {
  return file.write(encodeUtf8(text), NOBODY);
}

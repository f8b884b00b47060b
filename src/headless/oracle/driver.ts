/**
 * How the oracle runners drive a simulated cluster: one thread, virtual time moved on by hand. Nothing
 * here waits for the wall clock.
 */
import type { ApiHead, ApiRequest } from '../../api';
import { SECOND_US } from '../../base';
import { InlineCluster } from '../../host/inline';

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}
export interface ExecOptions {
  readonly stdin?: string;
  readonly tty?: boolean;
  readonly timeoutSeconds?: number;
}

/** An exchange with the Engine API as it was received, piece by piece. */
export interface OpenExchange {
  head: ApiHead | undefined;
  readonly pieces: Uint8Array[];
  ended: boolean;
  send(data: Uint8Array): void;
  closeInput(): void;
  hangUp(): void;
}

/** A command that is still running after this many virtual seconds is killed. */
const COMMAND_SECONDS = 120;

export class Driver {
  private readonly cluster: InlineCluster;
  readonly nodes: readonly string[];

  constructor(nodes: number, seed = 1) {
    this.cluster = new InlineCluster({
      seed,
      nodes,
      hub: 'stand-in',
      // When the recordings were made, after the images: 2026-11-23 21:40 UTC.
      epochUs: 1_795_470_000 * SECOND_US,
      engineVersion: '20.10.24+dfsg1',
      memoryBytes: 25_276_063_744,
    });
    this.nodes = Array.from({ length: nodes }, (_, i) => `node${i + 1}`);
    this.cluster.runFor(SECOND_US);
  }

  get nowSeconds(): number {
    return this.cluster.now / SECOND_US;
  }

  exec(node: string, command: string, options: ExecOptions = {}): ExecResult {
    const result = this.cluster.exec(node, command, {
      stdin: options.stdin ?? '',
      timeoutUs: (options.timeoutSeconds ?? COMMAND_SECONDS) * SECOND_US,
      ...(options.tty ? { tty: { cols: 120, rows: 40 } } : {}),
    });
    return { stdout: result.stdout, stderr: result.stderr, exit: result.exitCode };
  }

  writeFile(node: string, path: string, content: string, mode: number): void {
    const absolute = path.startsWith('/') ? path : `/root/${path}`;
    this.cluster.writeFile(node, absolute, content, mode);
  }

  power(node: string, what: 'off' | 'on' | 'stop' | 'start'): void {
    this.cluster.power(node, what);
  }

  addInterface(node: string, name: string, address: string): void {
    this.cluster.addInterface(node, name, address);
  }

  runSeconds(seconds: number): void {
    this.cluster.runFor(Math.round(seconds * SECOND_US));
  }

  /** Moves on until `done` says so; false when `seconds` have passed first. */
  runUntil(done: () => boolean, seconds: number): boolean {
    return this.cluster.runUntil(done, Math.round(seconds * SECOND_US));
  }

  openApi(node: string, request: ApiRequest): OpenExchange {
    const open: OpenExchange = {
      head: undefined,
      pieces: [],
      ended: false,
      send: (data) => exchange.send(data),
      closeInput: () => exchange.closeInput(),
      hangUp: () => exchange.hangUp(),
    };
    const exchange = this.cluster.openApi(node, request, {
      head: (head) => {
        open.head = head;
      },
      data: (bytes) => open.pieces.push(bytes),
      end: () => {
        open.ended = true;
      },
    });
    return open;
  }

  chaos(line: string): { readonly text: string; readonly exitCode: number } {
    return this.cluster.chaos(line);
  }
}

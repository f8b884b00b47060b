/** For tests: one machine with an engine, and calls to its API that run until they are answered. */
import { Runtime, decodeUtf8, encodeUtf8 } from '../base';
import { ApiCall, answerBeforeRoutes, answerNotFound, type ApiHead, type ApiRequest } from '../api';
import { Kernel, NetworkStack, type Program, type ProgramTable } from '../kernel';
import { Engine, EngineDisk, NetworkController, enginePrograms, type HubName } from './index';

export interface Answer {
  head: ApiHead | undefined;
  text: string;
  ended: boolean;
}

export class TestMachine {
  readonly runtime = new Runtime(7, 'node1');
  readonly kernel: Kernel;
  readonly stack: NetworkStack;
  readonly engine: Engine;
  readonly answers: { call: ApiCall; answer: Answer }[] = [];

  constructor(
    hub: HubName,
    extra: readonly (readonly [string, Program])[] = [],
    disk = new EngineDisk(),
  ) {
    const { runtime } = this;
    const programs: ProgramTable = new Map([...enginePrograms, ...extra]);
    this.stack = new NetworkStack({
      runtime,
      lan: { send: () => undefined },
      hostNamespaceId: 4026531992,
      name: 'node1',
      address: '192.168.0.11/24',
      gateway: '192.168.0.1',
    });
    this.kernel = new Kernel(runtime, {
      hostname: 'node1',
      epochUs: 1_795_468_000_000_000,
      cpus: 2,
      memoryBytes: 4 * 2 ** 30,
      programs,
      outside: { openApi: () => undefined, chaos: () => undefined, compute: () => undefined },
      network: this.stack,
      networkNamespace: this.stack.host,
    });
    const { stack, kernel } = this;
    this.engine = new Engine(
      runtime,
      kernel,
      {
        name: 'node1',
        hub,
        engineVersion: '20.10.24',
        stack,
        swarm: undefined,
        makeNetworks: (containers, events) =>
          new NetworkController({
            runtime,
            stack,
            clock: kernel.wallClock,
            containers,
            events,
            address: '192.168.0.11',
            hostResolvConf: 'nameserver 192.168.0.100\n',
            disk: disk.networks,
          }),
      },
      disk,
    );
    this.engine.boot();
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

  open(method: string, path: string, body?: unknown): Answer {
    const answer: Answer = { head: undefined, text: '', ended: false };
    const request: ApiRequest = {
      method,
      path,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? new Uint8Array(0) : encodeUtf8(JSON.stringify(body)),
    };
    const call = new ApiCall(request, {
      head: (head) => (answer.head = head),
      data: (bytes) => (answer.text += decodeUtf8(bytes)),
      end: () => (answer.ended = true),
    });
    if (!answerBeforeRoutes(call) && !this.engine.handle(call)) answerNotFound(call);
    this.answers.push({ call, answer });
    return answer;
  }

  /** Waits up to a minute for the end of the answer. */
  call(method: string, path: string, body?: unknown): Answer {
    const answer = this.open(method, path, body);
    const limit = this.runtime.now + 60_000_000;
    while (!answer.ended && this.runtime.nextAt() <= limit) {
      this.runtime.now = this.runtime.nextAt();
      this.runtime.fireOne();
    }
    return answer;
  }

  /** Status and JSON. */
  json(method: string, path: string, body?: unknown): { status: number; value: unknown } {
    const answer = this.call(method, path, body);
    const value: unknown = answer.text.trim() === '' ? undefined : JSON.parse(answer.text);
    return { status: answer.head?.status ?? 0, value };
  }
}

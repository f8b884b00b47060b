/**
 * One seed of the fuzzer: random input thrown at the terminals and APIs of a swarm of three. Whatever
 * was typed, the shell answers again after ^C, no machine throws, and no instant lasts for ever.
 */
import { RandomStream, SECOND_US } from '../../base';
import { InlineCluster, type TypedTerminal } from '../../host/inline';
import { randomKeys } from './keys';
import { randomLine } from './lines';
import { randomRequest } from './requests';

/** What was given to the cluster, as a report names it. */
export interface Given {
  readonly kind: 'line' | 'keys' | 'request';
  readonly node: string;
  readonly text: string;
}

export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure';
  constructor(
    readonly given: Given,
    readonly why: string,
  ) {
    super(why);
  }
}

const NODES = ['node1', 'node2', 'node3'];
/** A command that has not ended by then gets ^C. */
const PATIENCE_US = SECOND_US / 2;
const ANSWER_US = 2 * SECOND_US;
/** Windows of a shell's answer: far more than any honest one needs. */
const MAX_WINDOWS = 400_000;
/** Text of a terminal that is kept for a report. */
const KEPT_TEXT = 400;
/** Inputs until the swarm is made anew from its copy. */
const LIFE = 40;

/** Ways to leave what holds a terminal, each tried when the one before was not enough. */
const WAYS_OUT = [
  '\u0003',
  '\u0003\u0003',
  '\u0011\u0003',
  '\u001b\u001b:q!\r\u0003',
  'q\u0003',
  // Alone, as ^C empties what was typed before it.
  'q',
  '\u0018n\u0003',
  // nano with several files, in a loop: each asks whether to save.
  '\u0018n'.repeat(12) + '\u0003',
  '\u0004\u0003',
  '\u0010\u0011\u0003',
  '\u001c',
  '\u0003\u0004\u0003',
  // A loop around watch, which takes ^C as its own end: as with the real ones, only ^Z leaves it.
  '\u001a',
];

/** A swarm with a service, made once and copied. */
export function formSwarm(seed: number): InlineCluster {
  const cluster = new InlineCluster({ seed, nodes: 3, hub: 'stand-in' });
  cluster.runFor(SECOND_US);
  cluster.exec('node1', 'docker swarm init --advertise-addr eth0');
  const token = cluster.exec('node1', 'docker swarm join-token -q worker').stdout.trim();
  for (const node of ['node2', 'node3']) {
    cluster.exec(node, `docker swarm join --token ${token} 192.168.0.11:2377`);
  }
  cluster.exec('node1', 'docker service create --name web --replicas 3 -p 80:80 nginx:1.12');
  return cluster;
}

export class FuzzSession {
  private readonly random: RandomStream;
  private cluster: InlineCluster;
  private terminals = new Map<string, TypedTerminal>();
  private asked = 0;

  constructor(
    private readonly swarm: InlineCluster,
    seed: number,
  ) {
    this.random = new RandomStream(seed, 'fuzz');
    this.cluster = swarm.clone();
  }

  /** Throws `FuzzFailure`. `report` is told of each input before it is given. */
  run(inputs: number, report: (given: Given) => void = () => undefined): void {
    for (let i = 0; i < inputs; i++) {
      if (i % LIFE === 0) this.renew();
      const given = this.next();
      report(given);
      this.give(given);
    }
  }

  /** One input; throws `FuzzFailure`. */
  give(given: Given): void {
    try {
      if (given.kind === 'request') this.request(given);
      else this.type(given);
    } catch (error) {
      if (error instanceof FuzzFailure) throw error;
      throw new FuzzFailure(given, error instanceof Error ? (error.stack ?? error.message) : '?');
    }
  }

  private renew(): void {
    this.cluster = this.swarm.clone();
    this.terminals = new Map();
  }

  private next(): Given {
    const { random } = this;
    const node = random.pick(NODES);
    const dice = random.below(10);
    if (dice < 7) return { kind: 'line', node, text: randomLine(random) };
    if (dice < 9) return { kind: 'keys', node, text: randomKeys(random) };
    return { kind: 'request', node, text: JSON.stringify(serialise(randomRequest(random))) };
  }

  private request({ node, text }: Given): void {
    const parsed = JSON.parse(text) as { body: number[]; method: string; path: string };
    const headers = (parsed as unknown as { headers: Record<string, string> }).headers;
    const body = Uint8Array.from(parsed.body);
    const { method, path } = parsed;
    this.cluster.requestApi(node, { method, path, headers, body }, PATIENCE_US);
  }

  private type(given: Given): void {
    const { cluster } = this;
    const terminal = this.terminal(given.node);
    const enter = given.kind === 'line' ? '\r' : '';
    cluster.type(terminal, given.text + enter);
    if (this.answers(terminal, PATIENCE_US, given)) return;
    for (const way of WAYS_OUT) {
      if (terminal.closed) return;
      cluster.type(terminal, way);
      if (this.answers(terminal, ANSWER_US, given)) return;
    }
    if (cluster.screen(given.node).power === 'off') return this.renew();
    const tail = JSON.stringify(terminal.text.slice(-300));
    throw new FuzzFailure(given, `the prompt did not come back; the terminal ends with ${tail}`);
  }

  /** Whether a shell reads what is typed: it works a sum out. */
  private answers(terminal: TypedTerminal, limitUs: number, given: Given): boolean {
    const { cluster } = this;
    this.asked++;
    const want = `@@${this.asked}@${this.asked + 1}@`;
    let windows = 0;
    let answered = false;
    let before = '';
    terminal.text = '';
    cluster.type(terminal, `\u0015echo @@${this.asked}@$((${this.asked}+1))@\r`);
    const done = () => {
      windows++;
      if (terminal.text !== '') {
        // A text that grows for ever is cut: looking through all of it each time would take too long.
        before = (before + terminal.text).slice(-KEPT_TEXT);
        terminal.text = '';
        answered ||= before.includes(want);
      }
      return answered || terminal.closed || windows > MAX_WINDOWS;
    };
    cluster.runUntil(done, limitUs);
    terminal.text = before;
    if (windows > MAX_WINDOWS) throw new FuzzFailure(given, `more than ${MAX_WINDOWS} windows`);
    return answered || terminal.closed;
  }

  private terminal(node: string): TypedTerminal {
    const open = this.terminals.get(node);
    if (open && !open.closed) return open;
    const opened = this.cluster.openTerminal(node);
    this.terminals.set(node, opened);
    this.cluster.runFor(100_000);
    return opened;
  }
}

function serialise(request: { body: Uint8Array }): object {
  return { ...request, body: [...request.body] };
}

/**
 * Plays the solution of every lab as a person would: through terminals, line by line, waiting for the
 * prompt. Each step's checks hold after it, and each of them fails before it.
 */
import { describe, expect, it } from 'vitest';
import { InlineCluster, type TypedTerminal } from '../host/inline';
import {
  allLabs,
  evaluateStep,
  fileOf,
  nextStep,
  notePrinted,
  solutionOf,
  startLab,
  stepDone,
  type Lab,
  type LabProgress,
  type SolutionLine,
} from './index';

const SECOND = 1_000_000;
const PATIENCE_US = 90 * SECOND;

/** A person at the terminals of a cluster, with the guide open. */
class Player {
  private readonly cluster: InlineCluster;
  private readonly terminals = new Map<string, TypedTerminal>();
  private readonly seen = new Map<string, number>();
  private readonly tokens = new Map<string, string>();
  progress: LabProgress;

  constructor(private readonly lab: Lab) {
    this.cluster = new InlineCluster({ seed: lab.seed, nodes: lab.nodes, hub: 'real' });
    this.progress = startLab(lab);
    for (const node of this.cluster.nodes) {
      this.terminals.set(node, this.cluster.openTerminal(node, 200, 40));
    }
    this.cluster.runFor(SECOND);
    this.look();
  }

  /** Types a line and waits until the shell asks for the next one. */
  command(node: string, text: string): void {
    const terminal = this.terminals.get(node)!;
    const before = terminal.text.length;
    this.cluster.type(terminal, `${this.fill(text)}\r`);
    const prompt = () => /[#$] $/.test(plain(terminal.text.slice(before)));
    const ended = this.cluster.runUntil(prompt, PATIENCE_US);
    expect(ended, `no prompt after ${node}$ ${text}\n${terminal.text.slice(-500)}`).toBe(true);
    this.look();
  }

  /** Writes a file of the step, as the guide's button does. */
  write(path: string): void {
    const file = fileOf(this.lab.steps[this.progress.step], path);
    expect(file, `the step offers ${path}`).toBeDefined();
    this.cluster.writeFile(file!.node, path, file!.text);
    this.look();
  }

  waitFor(line: SolutionLine & { readonly kind: 'wait' }): void {
    const holds = () => {
      const screens = this.screens();
      return line.check.evaluate({ screens, printed: this.progress.printed }).done;
    };
    const until = this.cluster.now + PATIENCE_US;
    while (!holds() && this.cluster.now < until) this.cluster.runFor(SECOND / 4);
    expect(holds(), `wait ${line.check.sentence}`).toBe(true);
    this.look();
  }

  /** The guide looks at the cluster and at what was printed. */
  look(): void {
    for (const [node, terminal] of this.terminals) {
      const from = this.seen.get(node) ?? 0;
      if (terminal.text.length === from) continue;
      this.progress = notePrinted(this.progress, node, terminal.text.slice(from));
      this.seen.set(node, terminal.text.length);
    }
    this.progress = evaluateStep(this.lab, this.progress, this.screens());
  }

  /** A person waits for the last check as long as it takes. */
  settle(): void {
    const until = this.cluster.now + PATIENCE_US;
    while (!stepDone(this.progress) && this.cluster.now < until) {
      this.cluster.runFor(SECOND / 4);
      this.look();
    }
  }

  /** Checks of the step that do not hold yet. */
  unmet(): string[] {
    const { checks } = this.lab.steps[this.progress.step]!;
    return checks.flatMap((check, i) => (this.progress.results[i]?.done ? [] : [check.sentence]));
  }

  next(): void {
    this.progress = nextStep(this.lab, this.progress);
    this.look();
  }

  private screens() {
    return Object.fromEntries(this.cluster.nodes.map((n) => [n, this.cluster.screen(n)]));
  }

  /** Tokens are what the manager tells, as the guide fills them in. */
  private fill(text: string): string {
    return text.replace(/\{(worker|manager)-token\}/g, (_, role: string) => {
      const known = this.tokens.get(role);
      if (known !== undefined) return known;
      const { stdout } = this.cluster.exec('node1', `docker swarm join-token -q ${role}`);
      this.tokens.set(role, stdout.trim());
      return stdout.trim();
    });
  }
}

function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007]*\u0007/g, '');
}

describe.each(allLabs().map((lab) => [lab.id, lab] as const))('%s', (id, lab) => {
  it('can be played to its end', () => {
    const player = new Player(lab);
    for (const line of solutionOf(id)) {
      if (line.kind === 'step') {
        const at = lab.steps.findIndex((step) => step.title === line.title);
        if (at > 0) {
          player.settle();
          expect(player.unmet()).toEqual([]);
          player.next();
        }
        // Before its step is played each of its checks fails, so none of them says nothing.
        const sentences = lab.steps[at]!.checks.map((check) => check.sentence);
        expect(player.unmet(), `"${line.title}" is partly done before it began`).toEqual(sentences);
      } else if (line.kind === 'write') player.write(line.path);
      else if (line.kind === 'command') player.command(line.command.node, line.command.text);
      else player.waitFor(line);
    }
    player.settle();
    expect(player.unmet()).toEqual([]);
  });
});

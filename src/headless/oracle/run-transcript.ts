/** `npm run oracle -- transcript`: command lines on fresh clusters, compared with real ones. */
import { compare } from './compare/transcripts.mjs';
import { Driver } from './driver';
import type { OracleRunner } from './runner';
import { waitFor } from './wait';

interface Step {
  readonly node?: string;
  readonly cmd?: string;
  readonly stdin?: string;
  readonly tty?: boolean;
  readonly save?: string;
  readonly timeout?: number;
  readonly file?: {
    readonly node: string;
    readonly path: string;
    readonly content: string;
    readonly mode?: string | number;
  };
  readonly wait?: string;
  readonly power?: 'off' | 'on' | 'stop' | 'start';
  readonly addif?: { readonly node: string; readonly name: string; readonly address: string };
}
interface Transcript {
  readonly name: string;
  readonly nodes: number;
  readonly preamble?: string;
  readonly steps: readonly Step[];
}

function isTranscript(value: unknown): value is Transcript {
  const v = value as Partial<Transcript> | null;
  if (typeof v?.nodes !== 'number' || !Array.isArray(v.steps)) return false;
  return !v.steps.some((step) => typeof step === 'object' && step !== null && 'request' in step);
}

/** One replay with the values that its commands have saved. */
class Replay {
  private readonly saved = new Map<string, string>();

  constructor(
    private readonly driver: Driver,
    private readonly print: (line: string) => void,
  ) {}

  perform(step: Step): Step & Record<string, unknown> {
    const { driver } = this;
    if (step.file) {
      const { node, path, content, mode } = step.file;
      const bits = typeof mode === 'number' ? mode : parseInt(mode ?? '644', 8);
      driver.writeFile(node, path, content, bits);
    } else if (step.wait !== undefined) {
      if (!waitFor(driver, step.node ?? 'node1', step.wait, step.timeout)) {
        this.print(`  wait failed: ${step.wait}`);
      }
    } else if (step.power) {
      driver.power(step.node!, step.power);
      if (step.power === 'stop') this.awaitEnd(step.node!);
      else if (step.power !== 'off') driver.runSeconds(1);
    } else if (step.addif) {
      driver.addInterface(step.addif.node, step.addif.name, step.addif.address);
    } else if (step.cmd !== undefined) return this.command(step);
    return { ...step };
  }

  /** The recorder went on when the daemon was gone, at most the grace period of its containers later. */
  private awaitEnd(node: string): void {
    for (let seconds = 0; seconds < 15; seconds++) {
      this.driver.runSeconds(1);
      if (this.driver.exec(node, 'docker info -f x').exit !== 0) return;
    }
  }

  private command(step: Step): Step & Record<string, unknown> {
    const result = this.driver.exec(step.node!, this.fill(step.cmd!), {
      stdin: this.fill(step.stdin ?? ''),
      tty: step.tty ?? false,
      ...(step.timeout === undefined ? {} : { timeoutSeconds: step.timeout }),
    });
    if (step.save !== undefined) this.saved.set(step.save, result.stdout.trim());
    return { ...step, ...result };
  }

  private fill(text: string): string {
    return text.replace(/@([A-Z][A-Z0-9_]*)@/g, (whole, name: string) => {
      return this.saved.get(name) ?? whole;
    });
  }
}

export const runTranscriptFile: OracleRunner = (file, content, options) => {
  if (!isTranscript(content)) return undefined;
  if (options.only.length > 0 && !options.only.some((p) => content.name.startsWith(p))) {
    return { passed: 0, failed: 0 };
  }
  const replay = new Replay(new Driver(content.nodes), options.print);
  const steps = content.steps.map((step) => replay.perform(step));
  const simulated = { ...content, steps };
  options.write?.(file, simulated);
  return compare(content, simulated, options.print);
};

/**
 * `npm run oracle -- shell`: script, tool and terminal cases recorded from bash, dash and BusyBox, run
 * on the simulated kernel. A case counts once for each program that its record names.
 */
import { readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ExitStatus } from '../../kernel';
import { describeSignal, signalNumber } from '../../shell';
import type { OracleRunner } from './runner';
import { Picture } from './shell-picture';
import { ShellWorld, type CaseFile } from './shell-world';

interface ScriptCase {
  readonly name: string;
  readonly shell?: readonly string[];
  readonly tools?: readonly string[];
  readonly files?: Readonly<Record<string, CaseFile>>;
  readonly fixture?: string;
  readonly script: string;
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  readonly unordered?: boolean;
}
interface TerminalStep {
  readonly send?: string;
  readonly resize?: readonly [number, number];
  readonly waitMs?: number;
  readonly expectScreenAfter: readonly string[];
  readonly cursor: readonly [number, number];
  readonly alt?: boolean;
  readonly ended?: boolean;
}
interface TerminalCase {
  readonly name: string;
  readonly shell: readonly string[];
  readonly cols: number;
  readonly rows: number;
  readonly files: Readonly<Record<string, CaseFile>>;
  readonly steps: readonly TerminalStep[];
  readonly exit?: number;
}
type ShellCase = ScriptCase | TerminalCase;

const PROGRAMS: Readonly<Record<string, readonly ['gnu' | 'busybox', string]>> = {
  bash: ['gnu', 'bash'],
  dash: ['gnu', 'dash'],
  'busybox-ash': ['busybox', 'ash'],
  gnu: ['gnu', 'bash'],
  busybox: ['busybox', 'ash'],
};

/** The recorder's normalisation (replay.mjs). */
export function normalise(text: string): string {
  return text
    .replace(/^(?:\/tmp\/)?case\.sh: (?:line )?(\d+): /gm, (_, n: string) => `$0: line ${n}: `)
    .replaceAll('/tmp/case.sh', '$0')
    .replace(/^\$0: (\d+): /gm, '$0: line $1: ')
    .replace(/\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d(?!:)/g, 'Mon DD HH:MM')
    .replace(
      /^(real|user|sys)(\s+)0m( ?)\d\.(\d+)s/gm,
      (_, key: string, gap: string, space: string, digits: string) =>
        `${key}${gap}0m${space}0.${'0'.repeat(digits.length)}s`,
    )
    .replace(/^(real|user|sys) 0\.\d\d$/gm, '$1 0.00')
    .replace(/^Access: \d{4}-\S+ \S+/gm, 'Access: DATE TIME')
    .replace(/BusyBox v([0-9.]+) \([^)]*\)/g, 'BusyBox v$1 (DATE)')
    .replace(
      /^(\$0: line \d+:)\s+\d+ ((?:Terminated|Killed|Hangup|Aborted|Segmentation|Interrupt|Done|User|Broken|Alarm|Quit|Stopped|Running)\b)/gm,
      '$1 PID $2',
    );
}

/** `$?` of the recorder's shell. */
export function exitStatus(exit: ExitStatus | undefined): number {
  if (exit?.termSignal !== undefined) return 128 + signalNumber(exit.termSignal);
  return exit?.exitCode ?? -1;
}

/** What the recorder's shell said about a case that a signal ended. */
export function noticeOf(exit: ExitStatus | undefined): string {
  const signal = exit?.termSignal;
  const silent = signal === undefined || signal === 'INT' || signal === 'PIPE';
  return silent ? '' : `${describeSignal(signal)}\n`;
}

function sorted(text: string): string {
  return text.split('\n').sort().join('\n');
}

export interface CaseResult {
  readonly failures: readonly string[];
  readonly answered: Readonly<Record<string, unknown>>;
}

function runScriptCase(
  test: ScriptCase,
  who: string,
  fixture: Readonly<Record<string, CaseFile>>,
): CaseResult {
  const [family, shell] = PROGRAMS[who]!;
  const world = new ShellWorld(family);
  world.place(test.fixture === undefined ? (test.files ?? {}) : fixture);
  const failures: string[] = [];
  if (!world.runScript(shell, test.script, test.stdin)) failures.push('does not end');
  const stdout = normalise(world.outputText);
  const stderr = normalise(world.errorText + noticeOf(world.exit));
  const exit = exitStatus(world.exit);
  const same = test.unordered ? sorted(stdout) === sorted(test.stdout) : stdout === test.stdout;
  if (!same) failures.push(`stdout: ${JSON.stringify(stdout)} not ${JSON.stringify(test.stdout)}`);
  if (stderr !== test.stderr) {
    failures.push(`stderr: ${JSON.stringify(stderr)} not ${JSON.stringify(test.stderr)}`);
  }
  if (exit !== test.exit) failures.push(`exit: ${exit} not ${test.exit}`);
  return { failures, answered: { stdout, stderr, exit } };
}

async function runTerminalCase(test: TerminalCase, who: string): Promise<CaseResult> {
  const [family, shell] = PROGRAMS[who]!;
  const world = new ShellWorld(family);
  world.place(test.files);
  const picture = new Picture(test.cols, test.rows);
  world.startTerminal(shell, test.cols, test.rows);
  const failures: string[] = [];
  const steps: unknown[] = [];
  for (const [index, step] of test.steps.entries()) {
    if (step.send !== undefined) world.terminal!.input(step.send);
    if (step.resize) {
      picture.resize(step.resize[0], step.resize[1]);
      world.terminal!.resize(step.resize[0], step.resize[1]);
    }
    world.settle((step.waitMs ?? 0) * 1000);
    await picture.write(world.screen.splice(0));
    const screen = picture.lines();
    const cursor = picture.cursor();
    steps.push({ ...step, expectScreenAfter: screen, cursor });
    const expected = JSON.stringify([step.expectScreenAfter, step.cursor, step.alt ?? false]);
    const got = JSON.stringify([screen, cursor, picture.alternate]);
    if (got !== expected) {
      failures.push(
        `step ${index} ${JSON.stringify(step.send ?? step.resize ?? '')}: ${got} not ${expected}`,
      );
      break;
    }
    if (step.ended && !world.exit) failures.push(`step ${index}: has not ended`);
  }
  if (test.exit !== undefined && failures.length === 0 && world.exit?.exitCode !== test.exit) {
    failures.push(`exit: ${world.exit?.exitCode} not ${test.exit}`);
  }
  return { failures, answered: { steps } };
}

function isCases(content: unknown): content is readonly ShellCase[] {
  return (
    Array.isArray(content) &&
    content.length > 0 &&
    content.every((c) => 'name' in c && (('script' in c && 'stdout' in c) || 'steps' in c))
  );
}

function fixtureBeside(file: string): Readonly<Record<string, CaseFile>> {
  const path = join(dirname(file), 'fixture-tools.json');
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { files: Record<string, CaseFile> }).files;
  } catch {
    return {};
  }
}

async function runCases(
  file: string,
  cases: readonly ShellCase[],
  only: readonly string[],
  print: (line: string) => void,
): Promise<{ passed: number; failed: number; answers: unknown[] }> {
  const fixture = fixtureBeside(file);
  let passed = 0;
  let failed = 0;
  const answers: unknown[] = [];
  for (const test of cases) {
    const programs = ('steps' in test ? test.shell : (test.shell ?? test.tools)) ?? [];
    for (const who of programs) {
      const label = `${test.name} ${who}`;
      if (only.length > 0 && !only.some((p) => label.startsWith(p) || who === p)) continue;
      const result = await runOne(test, who, fixture);
      answers.push({
        ...test,
        ...('steps' in test || test.shell ? { shell: [who] } : { tools: [who] }),
        ...result.answered,
      });
      if (result.failures.length === 0) passed++;
      else {
        failed++;
        print(`FAILED ${label}`);
        for (const failure of result.failures) print(`  ${failure}`);
      }
    }
  }
  return { passed, failed, answers };
}

async function runOne(
  test: ShellCase,
  who: string,
  fixture: Readonly<Record<string, CaseFile>>,
): Promise<CaseResult> {
  try {
    return 'steps' in test ? await runTerminalCase(test, who) : runScriptCase(test, who, fixture);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { failures: [`crash: ${text.split('\n').slice(0, 4).join(' | ')}`], answered: {} };
  }
}

/** One file, as the oracle's command line runs it. */
export const runShellFile: OracleRunner = async (file, content, options) => {
  if (!isCases(content)) return undefined;
  const { passed, failed, answers } = await runCases(file, content, options.only, options.print);
  options.write?.(file, answers);
  return { passed, failed };
};

/** Several files; `only` names a case by the start of its name, or a program. */
export async function runShellCases(
  files: string[],
  options: { only?: string[]; writeDir?: string },
): Promise<{ passed: number; failed: number; lines: string[] }> {
  const lines: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isCases(content)) {
      lines.push(`skipped ${basename(file)}: no shell cases`);
      continue;
    }
    const result = await runCases(file, content, options.only ?? [], (line) => lines.push(line));
    passed += result.passed;
    failed += result.failed;
    lines.push(`${basename(file)}: ${result.passed} passed, ${result.failed} failed`);
    if (options.writeDir !== undefined) {
      mkdirSync(options.writeDir, { recursive: true });
      writeFileSync(
        join(options.writeDir, basename(file)),
        `${JSON.stringify(result.answers, null, 1)}\n`,
      );
    }
  }
  return { passed, failed, lines };
}

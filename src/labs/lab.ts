/**
 * A lab as data: Markdown with one heading a step. Fenced blocks carry what a person does and what the
 * cluster must then show; no lab has code of its own.
 */
import { parseCheck, type Check } from './check';

/** One command that the guide offers to run. */
export interface LabCommand {
  readonly node: string;
  /** May hold `{worker-token}` and `{manager-token}`. */
  readonly text: string;
}
/** A file that the guide offers to write, or that one types in the editor. */
export interface LabFile {
  readonly node: string;
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}
/** A step's text in the order of the page: prose, commands and files. */
export type LabPart =
  | { readonly kind: 'prose'; readonly markdown: string }
  | { readonly kind: 'command'; readonly command: LabCommand }
  | { readonly kind: 'file'; readonly file: LabFile };
export interface LabStep {
  readonly title: string;
  readonly parts: readonly LabPart[];
  readonly checks: readonly Check[];
  readonly hints: readonly string[];
}
export interface Lab {
  readonly id: string;
  readonly title: string;
  readonly minutes: number;
  readonly nodes: number;
  readonly seed: number;
  /** What is said when all steps are done. */
  readonly ending: string;
  readonly steps: readonly LabStep[];
}

/** A lab that cannot be read; the text names the line. */
export class LabError extends Error {
  override readonly name = 'LabError';
}

/** Where a terminal of a node begins. */
const HOME = '/root';

interface Draft {
  title: string;
  parts: LabPart[];
  checks: Check[];
  hints: string[];
}

/** Reads a lab.md. Throws `LabError`. */
export function parseLab(id: string, source: string): Lab {
  const { fields, body, bodyLine } = frontMatter(id, source);
  const steps: Draft[] = [];
  let prose: string[] = [];
  const flush = () => {
    const markdown = prose.join('\n').trim();
    prose = [];
    if (markdown === '') return;
    const step = steps[steps.length - 1];
    if (!step) throw new LabError(`${id}: text stands before the first step`);
    step.parts.push({ kind: 'prose', markdown });
  };
  const lines = body.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const fence = /^```(\w+) ?(.*)$/.exec(line);
    if (line.startsWith('## ')) {
      flush();
      steps.push({ title: line.slice(3).trim(), parts: [], checks: [], hints: [] });
    } else if (fence) {
      flush();
      const end = lines.indexOf('```', i + 1);
      const step = steps[steps.length - 1];
      if (end < 0 || !step) throw new LabError(`${id}:${bodyLine + i}: a block is out of place`);
      block(`${id}:${bodyLine + i}`, step, fence[1]!, fence[2]!, lines.slice(i + 1, end));
      i = end;
    } else prose.push(line);
  }
  flush();
  if (steps.length === 0) throw new LabError(`${id}: a lab has at least one step`);
  return { id, ...fields, steps };
}

function block(at: string, step: Draft, kind: string, rest: string, lines: string[]): void {
  const text = lines.join('\n').trim();
  if (kind === 'run') {
    if (rest === '') throw new LabError(`${at}: a command names its node`);
    step.parts.push({ kind: 'command', command: { node: rest.trim(), text } });
  } else if (kind === 'file') {
    const [node, name] = rest.trim().split(' ');
    if (node === undefined || name === undefined) {
      throw new LabError(`${at}: a file names its node and its path`);
    }
    const path = name.startsWith('/') ? name : `${HOME}/${name}`;
    step.parts.push({ kind: 'file', file: { node, path, text: `${lines.join('\n')}\n` } });
  } else if (kind === 'check') {
    for (const line of lines) {
      if (line.trim() === '') continue;
      const check = parseCheck(line.trim());
      if (!check) throw new LabError(`${at}: this check is not understood: ${line}`);
      step.checks.push(check);
    }
  } else if (kind === 'hint') step.hints.push(text);
  else throw new LabError(`${at}: unknown block ${kind}`);
}

function frontMatter(id: string, source: string) {
  const match = /^---\n([\s\S]*?)\n---\n/.exec(source);
  if (!match) throw new LabError(`${id}: the lab starts without its fields`);
  const fields = new Map<string, string>();
  for (const line of match[1]!.split('\n')) {
    const mark = line.indexOf(':');
    if (mark > 0) fields.set(line.slice(0, mark).trim(), line.slice(mark + 1).trim());
  }
  const number = (name: string): number => {
    const value = Number(fields.get(name));
    if (!Number.isInteger(value) || value < 1) throw new LabError(`${id}: ${name} is no number`);
    return value;
  };
  return {
    fields: {
      title: fields.get('title') ?? id,
      ending: fields.get('ending') ?? '',
      minutes: number('minutes'),
      nodes: number('nodes'),
      seed: number('seed'),
    },
    body: source.slice(match[0].length),
    bodyLine: match[0].split('\n').length,
  };
}

/** One line of a solution: a heading, a command, or a condition to wait for. */
export type SolutionLine =
  | { readonly kind: 'step'; readonly title: string }
  | { readonly kind: 'command'; readonly command: LabCommand }
  | { readonly kind: 'wait'; readonly check: Check }
  /** The step's own file of that path is written. */
  | { readonly kind: 'write'; readonly path: string; readonly step: string };

/** Reads a solution.txt. Throws `LabError`. */
export function parseSolution(id: string, source: string): SolutionLine[] {
  const lines: SolutionLine[] = [];
  for (const line of source.split('\n')) {
    const command = /^(\w+)\$ (.*)$/.exec(line);
    const file = /^write (\S+)$/.exec(line)?.[1];
    if (line.startsWith('# ')) lines.push({ kind: 'step', title: line.slice(2) });
    else if (command) {
      lines.push({ kind: 'command', command: { node: command[1]!, text: command[2]! } });
    } else if (file !== undefined) {
      const step = lines.findLast((each) => each.kind === 'step')?.title ?? '';
      const path = file.startsWith('/') ? file : `${HOME}/${file}`;
      lines.push({ kind: 'write', path, step });
    } else if (line.startsWith('wait ')) {
      const check = parseCheck(line.slice(5));
      if (!check) throw new LabError(`${id}: cannot wait for: ${line}`);
      lines.push({ kind: 'wait', check });
    } else if (line.trim() !== '') throw new LabError(`${id}: not understood: ${line}`);
  }
  return lines;
}

/** The file that a step offers under this path. */
export function fileOf(step: LabStep | undefined, path: string): LabFile | undefined {
  for (const part of step?.parts ?? []) {
    if (part.kind === 'file' && part.file.path === path) return part.file;
  }
  return undefined;
}

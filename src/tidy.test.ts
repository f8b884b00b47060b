/**
 * Style that the linter cannot see: sizes, bans of the pure part, names of folders and files. A warning
 * is printed at 400 lines a file; an exception is a named line below, with its reason.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseSync } from '@swc/core';
import { expect, test } from 'vitest';

const ROOT = new URL('.', import.meta.url).pathname;
const PURE = [
  'base',
  'api',
  'raft',
  'gossip',
  'sim',
  'kernel',
  'engine',
  'swarm',
  'cli',
  'shell',
  'node',
];
const MAX_FILE = 600;
const MAX_FUNCTION = 70;
const MAX_LINE = 100;
/** Prose that the formatter does not break may run a little over. */
const MAX_COMMENT = 115;

/** Files that may be longer, and why. */
const LONG_FILES: Readonly<Record<string, string>> = {
  'raft/raft.ts': 'one protocol state machine with all its message handlers, as in etcd',
};
/** Functions that may be longer: 'file:name', and why. */
const LONG_FUNCTIONS: Readonly<Record<string, string>> = {};

const BANS: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b/, 'Date.now: time is Runtime.now'],
  [/\bnew Date\(\)/, 'new Date(): time is Runtime.now'],
  [/\bMath\.random\b/, 'Math.random: use Runtime.random'],
  [
    /\bMath\.(exp|log|pow|sin|cos|tan|log2|log10|sqrt|cbrt)\b/,
    'browsers may differ in the last digit',
  ],
  [/\basync\b(?! )|\basync (function|\()/, 'the pure part is synchronous'],
  [/\.(toLocale\w+|localeCompare)\(|\bIntl\./, 'locale functions differ between machines'],
  [/\bsetTimeout\b|\bsetInterval\b|\bqueueMicrotask\b/, 'timers are Runtime.setTimer'],
];
/** Uses of a ban that are right: 'file:text of the ban'. */
const ALLOWED: readonly string[] = [];

function* sources(dir: string): Generator<string> {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory() && entry.name !== 'testdata' && entry.name !== 'node_modules') {
      yield* sources(path);
    } else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

const files = [...sources(ROOT)].map((path) => ({
  name: relative(ROOT, path),
  text: readFileSync(path, 'utf8'),
}));
const isTest = (name: string) => /\.test\.tsx?$/.test(name);

/** The code without comments and the contents of strings, line for line. */
function codeOnly(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (c) => c.replace(/[^\n]/g, ' '))
    .replace(/(^|[^:'"`\\])\/\/[^\n]*/g, '$1')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
}

test('files have one subject', () => {
  const long = files
    .filter(({ name }) => !(name in LONG_FILES))
    .map(({ name, text }) => ({ name, lines: text.split('\n').length }))
    .filter(({ lines }) => lines > 400);
  for (const { name, lines } of long) console.warn(`${name}: ${lines} lines`);
  expect(long.filter(({ lines }) => lines > MAX_FILE)).toEqual([]);
});

test('lines fit', () => {
  const long = files.flatMap(({ name, text }) =>
    text
      .split('\n')
      .map((line, i) => ({ at: `${name}:${i + 1}`, line }))
      .filter(({ line }) => {
        const isComment = /^\s*(\*|\/\/|\/\*)/.test(line);
        return line.length > (isComment ? MAX_COMMENT : MAX_LINE) && !/['"`/]/.test(line);
      }),
  );
  expect(long.map(({ at }) => at)).toEqual([]);
});

test('every source file says what it is', () => {
  const silent = files.filter(({ name, text }) => !isTest(name) && !/^(\/\*\*|\/\/)/.test(text));
  expect(silent.map(({ name }) => name).filter((name) => !name.endsWith('index.ts'))).toEqual([]);
});

test('the pure part uses nothing that is banned', () => {
  const found: string[] = [];
  for (const { name, text } of files) {
    if (isTest(name) || !PURE.includes(name.split('/')[0]!)) continue;
    const code = codeOnly(text);
    for (const [ban, why] of BANS) {
      if (ban.test(code) && !ALLOWED.includes(`${name}:${why}`)) found.push(`${name}: ${why}`);
    }
  }
  expect(found).toEqual([]);
});

test('no names that say nothing', () => {
  const vague = /(^|\/)(utils?|helpers?|common|misc|shared|types)(\/|\.tsx?$)/;
  expect(files.map(({ name }) => name).filter((name) => vague.test(name))).toEqual([]);
});

test('folders are at most two levels below their layer', () => {
  expect(files.map(({ name }) => name).filter((name) => name.split('/').length > 4)).toEqual([]);
});

interface Span {
  readonly start: number;
  readonly end: number;
}
const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'MethodProperty',
  'Constructor',
]);

function* functionsOf(node: unknown): Generator<Span> {
  if (typeof node !== 'object' || node === null) return;
  const record = node as { type?: string; span?: Span; function?: { span: Span } };
  if (record.type !== undefined && FUNCTIONS.has(record.type)) {
    const span = record.span ?? record.function?.span;
    if (span) yield span;
  }
  for (const value of Object.values(record)) yield* functionsOf(value);
}

test('functions fit on a screen', () => {
  const long: string[] = [];
  for (const { name, text } of files) {
    if (isTest(name)) continue;
    const bytes = Buffer.from(text);
    const tree = parseSync(text, {
      syntax: 'typescript',
      tsx: name.endsWith('x'),
      target: 'es2022',
    });
    const base = tree.span.start - leading(text);
    for (const { start, end } of functionsOf(tree.body)) {
      const body = bytes.subarray(start - base, end - base).toString();
      const lines = body.split('\n').length;
      const head = body.split('\n')[0]!.slice(0, 50);
      if (lines > MAX_FUNCTION && !(`${name}:${head}` in LONG_FUNCTIONS)) {
        long.push(`${name}: ${lines} lines: ${head}`);
      }
    }
  }
  expect(long).toEqual([]);
});

/** swc counts a module from its first token. */
function leading(text: string): number {
  const blank = /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*/.exec(text);
  return Buffer.byteLength(blank?.[0] ?? '');
}

/**
 * `npm run oracle -- KIND FILE... [--only PREFIX,...] [--write DIR]`: replays recordings of the real system
 * on the simulator and ends with `N passed, N failed`; exit 1 if any failed, 2 on wrong usage.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { KINDS } from './kinds';
import type { OracleOptions } from './runner';

const USAGE = `Usage: npm run oracle -- KIND FILE... [--only PREFIX,...] [--write DIR]
KIND is one of ${Object.keys(KINDS).join(', ')}`;

interface Arguments {
  readonly kind: string;
  readonly files: readonly string[];
  readonly only: readonly string[];
  readonly writeDir: string | undefined;
}

function parseArguments(argv: readonly string[]): Arguments | undefined {
  const words: string[] = [];
  let only: string[] = [];
  let writeDir: string | undefined;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '--only') only = (argv[++i] ?? '').split(',').filter((part) => part !== '');
    else if (word === '--write') writeDir = argv[++i];
    else if (word.startsWith('--')) return undefined;
    else words.push(word);
  }
  const [kind, ...files] = words;
  if (kind === undefined || files.length === 0 || !(kind in KINDS)) return undefined;
  return { kind, files, only, writeDir };
}

/** A JSON value, or one a line (.jsonl) as a list. */
function readJson(file: string): unknown {
  try {
    const text = readFileSync(file, 'utf8');
    if (!file.endsWith('.jsonl')) return JSON.parse(text);
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as unknown);
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const args = parseArguments(process.argv.slice(2));
  if (!args) {
    console.error(USAGE);
    return 2;
  }
  const runner = await KINDS[args.kind]!();
  let passed = 0;
  let failed = 0;
  for (const file of args.files) {
    const options: OracleOptions = {
      only: args.only,
      write: args.writeDir === undefined ? undefined : writer(args.writeDir),
      print: (line) => console.log(line),
    };
    const content = readJson(file);
    const count = content === undefined ? undefined : await runner(file, content, options);
    if (!count) {
      console.log(`${basename(file)}: skipped, not a file of ${args.kind} cases`);
      continue;
    }
    console.log(`${basename(file)}: ${count.passed} passed, ${count.failed} failed`);
    passed += count.passed;
    failed += count.failed;
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

function writer(dir: string): (file: string, content: unknown) => void {
  mkdirSync(dir, { recursive: true });
  return (file, content) =>
    writeFileSync(join(dir, basename(file)), `${JSON.stringify(content, null, 1)}\n`);
}

process.exitCode = await main();

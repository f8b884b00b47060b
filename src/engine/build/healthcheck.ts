/** `HEALTHCHECK` (buildkit `instructions/parse.go: parseHealthcheck`). */
import { parseDuration, type HealthConfig } from '../../api';
import { BuildFailure } from './failure';
import { parseFlags, type ParsedFlags } from './flags';
import type { Line } from './dockerfile';
import { goQuote } from './go-text';

/** `container.MinimumDuration` */
const SMALLEST_NS = 1_000_000;
const FLAGS = ['interval', 'timeout', 'start-period', 'retries'];

export function parseHealthcheck(line: Line): HealthConfig {
  if (line.args.length === 0) throw new BuildFailure('HEALTHCHECK requires at least one argument');
  const type = line.args[0]!.toUpperCase();
  const rest = line.args.slice(1);
  if (type === 'NONE') {
    if (rest.length > 0) throw new BuildFailure('HEALTHCHECK NONE takes no arguments');
    return { Test: ['NONE'] };
  }
  const flags = parseFlags(line, { text: FLAGS });
  if (type !== 'CMD')
    throw new BuildFailure(`Unknown type ${goQuote(type)} in HEALTHCHECK (try CMD)`);
  if (rest.length === 0) throw new BuildFailure('Missing command after HEALTHCHECK CMD');
  const test = line.json ? ['CMD', ...rest] : ['CMD-SHELL', rest.join(' ')];
  const interval = durationOf(flags, 'interval');
  const timeout = durationOf(flags, 'timeout');
  const startPeriod = durationOf(flags, 'start-period');
  const retries = retriesOf(flags.text.get('retries') ?? '');
  return {
    Test: test,
    ...(interval === 0 ? {} : { Interval: interval }),
    ...(timeout === 0 ? {} : { Timeout: timeout }),
    ...(startPeriod === 0 ? {} : { StartPeriod: startPeriod }),
    ...(retries === 0 ? {} : { Retries: retries }),
  };
}

function durationOf(flags: ParsedFlags, name: string): number {
  const text = flags.text.get(name) ?? '';
  if (text === '') return 0;
  const value = parseDuration(text);
  if (typeof value === 'object') throw new BuildFailure(value.error);
  if (value < SMALLEST_NS)
    throw new BuildFailure(`Interval ${goQuote(name)} cannot be less than 1ms`);
  return value;
}

function retriesOf(text: string): number {
  if (text === '') return 0;
  const refuse = (reason: string) =>
    new BuildFailure(`strconv.ParseInt: parsing ${goQuote(text)}: ${reason}`);
  if (!/^[+-]?\d+$/.test(text)) throw refuse('invalid syntax');
  const value = Number(text);
  if (value > 2 ** 31 - 1 || value < -(2 ** 31)) throw refuse('value out of range');
  if (value < 1) throw new BuildFailure(`--retries must be at least 1 (not ${value})`);
  return value;
}

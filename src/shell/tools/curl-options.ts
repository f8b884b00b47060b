/** curl's own way with options: `-sS`, values attached or apart. Models `src/tool_getparam.c`. */
import type { Sys } from '../../kernel';
import type { Context, Options } from './tool';

const SHORT = 'sSiIvo:Ow:X:d:H:m:LfkA:u:G46e:b:c:x:NF:T:#r:jRaqZh';
const LONG: Readonly<Record<string, string>> = {
  silent: 's',
  'show-error': 'S',
  include: 'i',
  head: 'I',
  verbose: 'v',
  output: '=o',
  'remote-name': 'O',
  'write-out': '=w',
  request: '=X',
  data: '=d',
  'data-raw': '=data-raw',
  'data-binary': '=d',
  'data-ascii': '=d',
  'data-urlencode': '=data-urlencode',
  json: '=json',
  header: '=H',
  'max-time': '=m',
  'connect-timeout': '=connect-timeout',
  location: 'L',
  fail: 'f',
  insecure: 'k',
  'user-agent': '=A',
  user: '=u',
  get: 'G',
  ipv4: '4',
  ipv6: '6',
  referer: '=e',
  'unix-socket': '=unix-socket',
  retry: '=retry',
  'retry-delay': '=retry-delay',
  'retry-connrefused': 'retry-connrefused',
  'no-buffer': 'N',
  'no-progress-meter': 'no-progress-meter',
  url: '=url',
  version: 'version',
  'max-redirs': '=max-redirs',
  'fail-with-body': 'fail-with-body',
  compressed: 'compressed',
  'http1.1': 'http1.1',
  'http1.0': '0',
};

export function* parseOptions(tool: Context): Sys<Options> {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const all: [string, string | undefined][] = [];
  const operands: string[] = [];
  const { args } = tool;
  const add = (name: string, value?: string) => {
    flags.add(name);
    if (value !== undefined) values.set(name, value);
    all.push([name, value]);
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg.startsWith('--') && arg.length > 2) {
      const target = LONG[arg.slice(2)];
      if (target === undefined) yield* badOption(`option ${arg}: is unknown`);
      if (!target!.startsWith('=')) add(target!);
      else if (i + 1 >= args.length) yield* badOption(`option ${arg}: requires parameter`);
      else add(target!.slice(1), args[++i]!);
      continue;
    }
    if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg);
      continue;
    }
    for (let k = 1; k < arg.length; k++) {
      const place = SHORT.indexOf(arg[k]!);
      if (place < 0 || arg[k] === ':') yield* badOption(`option -${arg[k]!}: is unknown`);
      if (SHORT[place + 1] !== ':') {
        add(arg[k]!);
        continue;
      }
      if (k + 1 < arg.length) add(arg[k]!, arg.slice(k + 1));
      else if (i + 1 >= args.length) yield* badOption(`option -${arg[k]!}: requires parameter`);
      else add(arg[k]!, args[++i]!);
      break;
    }
  }
  return { flags, values, all, operands };
}

export class UsageFault extends Error {}

// eslint-disable-next-line require-yield -- thrown where generators are awaited
function* badOption(text: string): Sys<never> {
  throw new UsageFault(text);
}

/**
 * The value types of flags: what they accept and the words in which they refuse (pflag's own
 * types and those of docker/cli `opts`). Each type says how a text becomes a value and how
 * repeated flags add up.
 */
import { parseDuration, parseRamSize } from '../api';
import { parseMount, type MountFlag } from './values/mount';
import { parseNetworkAttachment, type NetworkFlag } from './values/network';
import { parsePorts } from './values/port';
import { parseFileReference } from './values/file-reference';
import { parseUlimit } from './values/ulimit';
import { splitCommand } from './values/words';
import { ValueError } from './value-error';

export { ValueError };

const integer = (signed: boolean, bits: number) => (text: string) => {
  const name = signed ? 'ParseInt' : 'ParseUint';
  const clean = text.replace(/^([+-]?)0[xX]/, '$10x').replace(/(?<=\d)_(?=\d)/g, '');
  const fail = (why: string) =>
    new ValueError(`strconv.${name}: parsing ${JSON.stringify(text)}: ${why}`);
  if (!(signed ? /^[+-]?(0x[0-9a-fA-F]+|\d+)$/ : /^(0x[0-9a-fA-F]+|\d+)$/).test(clean))
    throw fail('invalid syntax');
  const octal = /^([+-]?)0(\d+)$/.exec(clean);
  const value = octal ? Number(`${octal[1]!}${parseInt(octal[2]!, 8)}`) : Number(clean);
  if (Number.isNaN(value)) throw fail('invalid syntax');
  const high = signed ? 2 ** (bits - 1) : 2 ** bits;
  if (value >= high || value < (signed ? -high : 0)) throw fail('value out of range');
  return value;
};

function bool(text: string): boolean {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  throw new ValueError(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function float(text: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(value))
    throw new ValueError(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
  return value;
}

function duration(text: string): number {
  const value = parseDuration(text);
  if (typeof value !== 'number') throw new ValueError(value.error);
  return value;
}

function bytes(text: string): number {
  if (text === '-1') return -1;
  const value = parseRamSize(text);
  if (value === undefined) throw new ValueError(`invalid size: '${text}'`);
  return value;
}

/** Decimal CPUs to nanoseconds of CPU per second (opts.ParseCPUs). */
function decimal(text: string): number {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!match || (match[2] === '' && (match[3] ?? '') === ''))
    throw new ValueError(`failed to parse ${text} as a rational number`);
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > 9) throw new ValueError('value is too precise');
  const value = Number(match[2] || '0') * 1e9 + Number(fraction.padEnd(9, '0'));
  return match[1] === '-' ? -value : value;
}

/** `name=value` filters; the value's case is kept (opts.FilterOpt). */
function filter(text: string): readonly [string, string] {
  if (!text.includes('=')) throw new ValueError('bad format of filter (expected name=value)');
  const mark = text.indexOf('=');
  return [text.slice(0, mark).trim().toLowerCase(), text.slice(mark + 1).trim()];
}

function map(text: string): readonly [string, string] {
  const mark = text.indexOf('=');
  return mark < 0 ? [text, ''] : [text.slice(0, mark), text.slice(mark + 1)];
}

function preference(text: string): string {
  const mark = text.indexOf('=');
  if (mark < 0)
    throw new ValueError('placement preference must be of the format "<strategy>=<arg>"');
  if (text.slice(0, mark) !== 'spread')
    throw new ValueError(
      `unsupported placement preference ${text.slice(0, mark)} (only spread is supported)`,
    );
  return text.slice(mark + 1);
}

function nodeAddress(text: string): string {
  if (text === '') throw new ValueError('invalid address');
  if (/:\d+$/.test(text)) return text;
  return `${text}:2377`;
}

function ipNet(text: string): string {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text.trim());
  if (!match || match.slice(1, 5).some((part) => Number(part) > 255) || Number(match[5]) > 32)
    throw new ValueError(`invalid string being converted to CIDR: ${text}`);
  return text.trim();
}

/** Name with a value list, `protocol=cfssl,url=...` (swarm's external CA). */
function externalCa(text: string): Readonly<Record<string, unknown>> {
  const ca: { Protocol: string; URL: string; Options: Record<string, string>; CACert: string } = {
    Protocol: '',
    URL: '',
    Options: {},
    CACert: '',
  };
  for (const field of text.split(',')) {
    const mark = field.indexOf('=');
    if (mark < 0) throw new ValueError(`invalid field '${field}' must be a key=value pair`);
    const key = field.slice(0, mark).toLowerCase();
    const value = field.slice(mark + 1);
    if (key === 'protocol') {
      if (value.toLowerCase() !== 'cfssl')
        throw new ValueError(`unrecognized external CA protocol ${value}`);
      ca.Protocol = 'cfssl';
    } else if (key === 'url') ca.URL = value;
    else ca.Options[key] = value;
  }
  if (ca.Protocol === '')
    throw new ValueError('the external-ca option needs a protocol= parameter');
  if (ca.URL === '') throw new ValueError('the external-ca option needs a url= parameter');
  return ca;
}

interface ValueType {
  readonly parse: (text: string) => unknown;
  /** Repeats append; otherwise the last one counts. */
  readonly list: boolean;
}

const one = (parse: (text: string) => unknown): ValueType => ({ parse, list: false });
const many = (parse: (text: string) => unknown): ValueType => ({ parse, list: true });
const same = (text: string) => text;

/** By the name that `--help` shows. */
export const VALUE_TYPES = {
  bool: one(bool),
  string: one(same),
  int: one(integer(true, 64)),
  uint: one(integer(false, 64)),
  uint16: one(integer(false, 16)),
  uint32: one(integer(false, 32)),
  float: one(float),
  duration: one(duration),
  bytes: one(bytes),
  decimal: one(decimal),
  command: one((text) => splitCommand(text)),
  'node-addr': one(nodeAddress),
  'pem-file': one(same),
  'credential-spec': one(same),
  'gpu-request': many(same),
  list: many(same),
  strings: many((text) => text.split(',')),
  filter: many(filter),
  map: many(map),
  stringToString: many(map),
  mount: many((text): MountFlag => parseMount(text)),
  network: many((text): NetworkFlag => parseNetworkAttachment(text)),
  port: many((text) => parsePorts(text)),
  pref: many(preference),
  secret: many((text) => parseFileReference(text, 'secret')),
  config: many((text) => parseFileReference(text, 'config')),
  ulimit: many((text) => parseUlimit(text)),
  'external-ca': many(externalCa),
  ipNetSlice: many(ipNet),
} as const satisfies Record<string, ValueType>;

export type FlagType = keyof typeof VALUE_TYPES;

export function valueType(type: FlagType): ValueType {
  return VALUE_TYPES[type];
}

/** What a flag holds that nobody gave and that has no preset. */
export function zeroValue(type: FlagType): unknown {
  if (valueType(type).list) return [];
  if (type === 'bool') return false;
  if (type === 'command') return [];
  return ['string', 'node-addr', 'pem-file', 'credential-spec'].includes(type) ? '' : 0;
}

/** How an answer of the Engine API is written into a recording (format of `oracle/api`). */
import type { OpenExchange } from './driver';

export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly framing: string;
  readonly cut?: boolean;
  readonly [key: string]: unknown;
}

const DROPPED = new Set(['date', 'content-length', 'transfer-encoding']);

/** The `response` of a step. */
export function recordAnswer(
  open: OpenExchange,
  method: string,
  as: string | undefined,
  cut: boolean,
  reasons: Readonly<Record<number, string | undefined>>,
): Answer {
  const { head } = open;
  if (!head) return { status: 0, reason: 'no answer', headers: {}, framing: 'none', cut };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(head.headers)) {
    if (!DROPPED.has(name.toLowerCase())) headers[name] = value;
  }
  if (head.status === 101 && !head.headers['Upgrade'])
    Object.assign(headers, { Connection: 'Upgrade', Upgrade: 'tcp' });
  const bytes = Buffer.concat(open.pieces);
  const noBody = method === 'HEAD' || head.status === 204 || head.status === 304;
  const answer = {
    status: head.status,
    reason:
      head.status === 101 && !head.headers['Upgrade'] ? 'UPGRADED' : (reasons[head.status] ?? ''),
    headers,
    framing: head.hijacked ? 'hijacked' : noBody ? 'none' : 'length',
    ...(cut ? { cut } : {}),
  };
  return bytes.length === 0 ? answer : { ...answer, ...body(bytes, head.status, as) };
}

function body(bytes: Buffer, status: number, as: string | undefined): Record<string, unknown> {
  const text = bytes.toString();
  const kind = status < 400 ? as : undefined;
  if (kind === 'frames') return { frames: framesOf(bytes) };
  if (kind === 'tar') return { tar: tarList(bytes) };
  if (kind === 'bytes') return { bytes: bytes.length };
  if (kind === 'text') return { text };
  if (kind === 'ndjson') return ndjson(text);
  try {
    return { body: JSON.parse(text) as unknown, newline: text.endsWith('\n') };
  } catch {
    if (text.includes('\ufffd') || text.includes('\0')) return { base64: bytes.toString('base64') };
    return { text };
  }
}

function ndjson(text: string): Record<string, unknown> {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const parsed = lines.map((line): unknown => {
    try {
      return JSON.parse(line);
    } catch {
      return line;
    }
  });
  return { ndjson: parsed, eol: text.endsWith('\r\n') ? '\r\n' : text.endsWith('\n') ? '\n' : '' };
}

/** A multiplexed stream without its headers. */
function framesOf(bytes: Buffer): unknown[] {
  const frames: unknown[] = [];
  let at = 0;
  while (at + 8 <= bytes.length && bytes[at]! <= 3 && bytes[at + 1] === 0) {
    const length = bytes.readUInt32BE(at + 4);
    if (at + 8 + length > bytes.length) break;
    frames.push({ stream: bytes[at], text: bytes.toString('utf8', at + 8, at + 8 + length) });
    at += 8 + length;
  }
  if (at < bytes.length) frames.push({ rest: bytes.subarray(at).toString('base64') });
  return frames;
}

/** Entries of a tar archive, times left out. */
function tarList(bytes: Buffer): unknown[] {
  const entries: unknown[] = [];
  const string = (at: number, length: number) => {
    const part = bytes.subarray(at, at + length);
    const end = part.indexOf(0);
    return part.subarray(0, end < 0 ? length : end).toString();
  };
  const octal = (at: number, length: number) => parseInt(string(at, length).trim() || '0', 8);
  for (let at = 0; at + 512 <= bytes.length;) {
    if (bytes[at] === 0) {
      at += 512;
      continue;
    }
    const size = octal(at + 124, 12);
    const type = String.fromCharCode(bytes[at + 156]! || 48);
    const prefix = string(at + 257, 5) === 'ustar' ? string(at + 345, 155) : '';
    const link = string(at + 157, 100);
    const content = bytes.subarray(at + 512, at + 512 + size).toString();
    const isText = type === '0' && size <= 2000 && !/[\ufffd\0]/.test(content);
    entries.push({
      name: (prefix === '' ? '' : `${prefix}/`) + string(at, 100),
      type,
      mode: (octal(at + 100, 8) & 0o7777).toString(8),
      uid: octal(at + 108, 8),
      gid: octal(at + 116, 8),
      size,
      ...(link === '' ? {} : { link }),
      ...(isText ? { text: content } : {}),
    });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}

/** What `save` takes out of an answer: `$.a.b[0].c`, `%Header`, or `*` for the bytes. */
export function pick(
  open: OpenExchange,
  answer: Answer,
  path: string,
): string | Uint8Array | undefined {
  if (path === '*') return Buffer.concat(open.pieces);
  if (path.startsWith('%')) return answer.headers[path.slice(1)];
  let value: unknown = answer['ndjson'] ?? answer['body'];
  for (const part of path.slice(1).match(/[^.[\]]+/g) ?? []) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) value = value.at(Number(part)) as unknown;
    else value = (value as Record<string, unknown>)[part];
  }
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

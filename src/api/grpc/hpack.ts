/**
 * HPACK (RFC 7541): header lists of HTTP/2. Reading knows all of it; writing uses literals that enter no
 * table, which every reader understands.
 */
import { concatBytes, decodeUtf8, encodeUtf8 } from '../../base';
import { huffmanDecode } from './huffman';

export type Header = readonly [name: string, value: string];

const STATIC: readonly Header[] = [
  [':authority', ''],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  [':status', '200'],
  [':status', '204'],
  [':status', '206'],
  [':status', '304'],
  [':status', '400'],
  [':status', '404'],
  [':status', '500'],
  ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'],
  ['accept-language', ''],
  ['accept-ranges', ''],
  ['accept', ''],
  ['access-control-allow-origin', ''],
  ['age', ''],
  ['allow', ''],
  ['authorization', ''],
  ['cache-control', ''],
  ['content-disposition', ''],
  ['content-encoding', ''],
  ['content-language', ''],
  ['content-length', ''],
  ['content-location', ''],
  ['content-range', ''],
  ['content-type', ''],
  ['cookie', ''],
  ['date', ''],
  ['etag', ''],
  ['expect', ''],
  ['expires', ''],
  ['from', ''],
  ['host', ''],
  ['if-match', ''],
  ['if-modified-since', ''],
  ['if-none-match', ''],
  ['if-range', ''],
  ['if-unmodified-since', ''],
  ['last-modified', ''],
  ['link', ''],
  ['location', ''],
  ['max-forwards', ''],
  ['proxy-authenticate', ''],
  ['proxy-authorization', ''],
  ['range', ''],
  ['referer', ''],
  ['refresh', ''],
  ['retry-after', ''],
  ['server', ''],
  ['set-cookie', ''],
  ['strict-transport-security', ''],
  ['transfer-encoding', ''],
  ['user-agent', ''],
  ['vary', ''],
  ['via', ''],
  ['www-authenticate', ''],
];

/** What an entry of the table takes besides its texts. */
const ENTRY_OVERHEAD = 32;
const TABLE_BYTES = 4096;

/** Reads the header blocks of one connection in their order. */
export class HpackReader {
  /** Newest first. */
  private table: Header[] = [];
  private limit = TABLE_BYTES;

  /** Undefined where the block is damaged, after which the connection is of no use. */
  read(block: Uint8Array): Header[] | undefined {
    const out: Header[] = [];
    const cursor = new Cursor(block);
    while (!cursor.atEnd) {
      const first = cursor.peek;
      if (first >= 0x80) {
        const found = this.entry(cursor.integer(7));
        if (!found) return undefined;
        out.push(found);
      } else if ((first & 0xe0) === 0x20) {
        this.limit = cursor.integer(5);
        this.evict();
      } else {
        const indexed = first >= 0x40;
        const header = this.literal(cursor, indexed ? 6 : 4);
        if (!header) return undefined;
        out.push(header);
        if (indexed) {
          this.table.unshift(header);
          this.evict();
        }
      }
      if (cursor.broken) return undefined;
    }
    return out;
  }

  private literal(cursor: Cursor, bits: number): Header | undefined {
    const index = cursor.integer(bits);
    const name = index === 0 ? cursor.text() : this.entry(index)?.[0];
    const value = cursor.text();
    return name === undefined || value === undefined ? undefined : [name, value];
  }

  private entry(index: number): Header | undefined {
    return index <= STATIC.length ? STATIC[index - 1] : this.table[index - STATIC.length - 1];
  }

  private evict(): void {
    let size = 0;
    const kept = this.table.findIndex(([name, value]) => {
      size += name.length + value.length + ENTRY_OVERHEAD;
      return size > this.limit;
    });
    if (kept >= 0) this.table = this.table.slice(0, kept);
  }
}

class Cursor {
  private at = 0;
  broken = false;
  constructor(private readonly data: Uint8Array) {}

  get atEnd(): boolean {
    return this.at >= this.data.length;
  }
  get peek(): number {
    return this.data[this.at]!;
  }

  integer(bits: number): number {
    const most = 2 ** bits - 1;
    let value = this.next() & most;
    if (value < most) return value;
    for (let shift = 1, i = 0; i < 5; i++, shift *= 128) {
      const byte = this.next();
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
    this.broken = true;
    return 0;
  }

  text(): string | undefined {
    const packed = (this.data[this.at] ?? 0) >= 0x80;
    const length = this.integer(7);
    if (this.broken || this.at + length > this.data.length) return undefined;
    const bytes = this.data.subarray(this.at, this.at + length);
    this.at += length;
    const plain = packed ? huffmanDecode(bytes) : bytes;
    return plain && decodeUtf8(plain);
  }

  private next(): number {
    if (this.atEnd) this.broken = true;
    return this.data[this.at++] ?? 0;
  }
}

/** A header block. */
export function hpackWrite(headers: readonly Header[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, value] of headers) {
    const index = STATIC.findIndex(([n, v]) => n === name && v === value);
    if (index >= 0) parts.push(Uint8Array.of(0x80 + index + 1));
    else parts.push(Uint8Array.of(0), textBytes(name), textBytes(value));
  }
  return concatBytes(parts);
}

function textBytes(text: string): Uint8Array {
  const bytes = encodeUtf8(text);
  const head: number[] = [];
  if (bytes.length < 127) head.push(bytes.length);
  else {
    head.push(127);
    let rest = bytes.length - 127;
    for (; rest >= 128; rest = Math.floor(rest / 128)) head.push((rest % 128) | 128);
    head.push(rest);
  }
  return concatBytes([Uint8Array.from(head), bytes]);
}

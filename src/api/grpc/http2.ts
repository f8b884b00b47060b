/**
 * One HTTP/2 connection without TLS (RFC 7540), either side, as bytes in and bytes out: BuildKit's daemon
 * is the client on the connection that `POST /session` leaves open. Plain data, so that it can be cloned.
 *
 * Differs: no priorities and no pushes; what we may receive is given back at once.
 */
import { NO_BYTES, concatBytes, encodeUtf8 } from '../../base';
import { HpackReader, hpackWrite, type Header } from './hpack';

const PREFACE = encodeUtf8('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const FRAME_HEAD = 9;
/** What both sides may send in one frame unless they agree on more. */
const FRAME_BYTES = 16_384;
const WINDOW_BYTES = 65_535;

const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const GOAWAY = 7;
const WINDOW_UPDATE = 8;
const CONTINUATION = 9;

const END_STREAM = 1;
const ACK = 1;
const END_HEADERS = 4;
const PADDED = 8;
const PRIORITY = 0x20;
const SETTING_WINDOW = 4;
const SETTING_FRAME = 5;

export type Http2Event =
  | {
      readonly kind: 'headers';
      readonly stream: number;
      readonly headers: readonly Header[];
      readonly end: boolean;
    }
  | {
      readonly kind: 'data';
      readonly stream: number;
      readonly data: Uint8Array;
      readonly end: boolean;
    }
  | { readonly kind: 'reset'; readonly stream: number; readonly code: number }
  /** Nothing more comes, and nothing more is understood. */
  | { readonly kind: 'lost' };

/** What waits until the other side lets it through. */
interface Outgoing {
  window: number;
  readonly waiting: { readonly data: Uint8Array; readonly end: boolean }[];
  /** Headers that close the stream, behind the data. */
  trailers: readonly Header[] | undefined;
}

export class Http2Connection {
  private input: Uint8Array = NO_BYTES;
  private output: Uint8Array[] = [];
  private readonly reader = new HpackReader();
  private readonly streams = new Map<number, Outgoing>();
  private window = WINDOW_BYTES;
  private streamWindow = WINDOW_BYTES;
  private frameBytes = FRAME_BYTES;
  private nextStream = 1;
  /** A header block that goes on in the next frame. */
  private block: { stream: number; end: boolean; parts: Uint8Array[] } | undefined;
  private awaitsPreface: boolean;
  private broken = false;

  constructor(readonly role: 'client' | 'server') {
    this.awaitsPreface = role === 'server';
    if (role === 'client') this.output.push(PREFACE);
    this.frame(SETTINGS, 0, 0, NO_BYTES);
  }

  /** Bytes to send. */
  takeOutput(): Uint8Array {
    const bytes = concatBytes(this.output);
    this.output = [];
    return bytes;
  }

  private frame(type: number, flags: number, stream: number, payload: Uint8Array): void {
    const head = new Uint8Array(FRAME_HEAD);
    head[0] = payload.length >>> 16;
    head[1] = payload.length >>> 8;
    head[2] = payload.length;
    head[3] = type;
    head[4] = flags;
    writeUint32(head, 5, stream);
    this.output.push(head, payload);
  }

  // --- sending

  /** A new stream of the client. */
  openStream(headers: readonly Header[]): number {
    const id = this.nextStream;
    this.nextStream += 2;
    this.streams.set(id, { window: this.streamWindow, waiting: [], trailers: undefined });
    this.headers(id, headers, false);
    return id;
  }

  headers(stream: number, headers: readonly Header[], end: boolean): void {
    const block = hpackWrite(headers);
    let at = 0;
    do {
      const part = block.subarray(at, at + this.frameBytes);
      const last = at + part.length >= block.length;
      const flags = (last ? END_HEADERS : 0) | (end && at === 0 ? END_STREAM : 0);
      this.frame(at === 0 ? HEADERS : CONTINUATION, flags, stream, part);
      at += part.length;
    } while (at < block.length);
    if (end) this.streams.delete(stream);
  }

  data(stream: number, data: Uint8Array, end: boolean): void {
    const state = this.streams.get(stream);
    if (!state) return;
    state.waiting.push({ data, end });
    this.flush(stream, state);
  }

  /** Closes the stream with headers, once all data is out. */
  trailers(stream: number, headers: readonly Header[]): void {
    const state = this.streams.get(stream);
    if (!state) return;
    state.trailers = headers;
    this.flush(stream, state);
  }

  reset(stream: number, code: number): void {
    if (!this.streams.delete(stream)) return;
    const payload = new Uint8Array(4);
    writeUint32(payload, 0, code);
    this.frame(RST_STREAM, 0, stream, payload);
  }

  private flush(stream: number, state: Outgoing): void {
    while (state.waiting.length > 0) {
      const { data, end } = state.waiting[0]!;
      const room = Math.min(this.window, state.window, this.frameBytes);
      if (data.length > 0 && room <= 0) return;
      const part = data.subarray(0, room);
      this.window -= part.length;
      state.window -= part.length;
      const whole = part.length === data.length;
      this.frame(DATA, whole && end ? END_STREAM : 0, stream, part);
      if (whole) state.waiting.shift();
      else state.waiting[0] = { data: data.subarray(part.length), end };
    }
    if (!state.trailers) return;
    this.headers(stream, state.trailers, true);
    this.streams.delete(stream);
  }

  // --- receiving

  receive(bytes: Uint8Array): Http2Event[] {
    const events: Http2Event[] = [];
    if (this.broken) return events;
    this.input = this.input.length === 0 ? bytes : concatBytes([this.input, bytes]);
    if (this.awaitsPreface && !this.takePreface()) return this.broken ? [{ kind: 'lost' }] : [];
    for (;;) {
      const { input } = this;
      if (input.length < FRAME_HEAD) return events;
      const length = input[0]! * 65_536 + input[1]! * 256 + input[2]!;
      if (input.length < FRAME_HEAD + length) return events;
      const payload = input.subarray(FRAME_HEAD, FRAME_HEAD + length);
      const stream = readUint32(input, 5) & 0x7fff_ffff;
      this.input = input.subarray(FRAME_HEAD + length);
      this.takeFrame(input[3]!, input[4]!, stream, payload, events);
      if (this.broken) return [...events, { kind: 'lost' }];
    }
  }

  private takePreface(): boolean {
    const { input } = this;
    const have = Math.min(input.length, PREFACE.length);
    for (let i = 0; i < have; i++) if (input[i] !== PREFACE[i]) this.broken = true;
    if (this.broken || input.length < PREFACE.length) return false;
    this.awaitsPreface = false;
    this.input = input.subarray(PREFACE.length);
    return true;
  }

  private takeFrame(
    type: number,
    flags: number,
    stream: number,
    payload: Uint8Array,
    events: Http2Event[],
  ): void {
    switch (type) {
      case DATA:
        return this.takeData(flags, stream, payload, events);
      case HEADERS: {
        const skip = (flags & PRIORITY) === 0 ? 0 : 5;
        const body = unpadded(flags, payload).subarray(skip);
        this.block = { stream, end: (flags & END_STREAM) !== 0, parts: [body] };
        return this.endBlock(flags, events);
      }
      case CONTINUATION:
        this.block?.parts.push(payload);
        return this.endBlock(flags, events);
      case RST_STREAM:
        this.streams.delete(stream);
        events.push({ kind: 'reset', stream, code: readUint32(payload, 0) });
        return;
      case SETTINGS:
        if ((flags & ACK) === 0) this.takeSettings(payload);
        return;
      case PING:
        if ((flags & ACK) === 0) this.frame(PING, ACK, 0, payload.slice());
        return;
      case WINDOW_UPDATE:
        return this.takeWindow(stream, readUint32(payload, 0) & 0x7fff_ffff);
      case GOAWAY:
        this.broken = true;
    }
  }

  private takeData(flags: number, stream: number, payload: Uint8Array, events: Http2Event[]): void {
    const end = (flags & END_STREAM) !== 0;
    events.push({ kind: 'data', stream, data: unpadded(flags, payload).slice(), end });
    if (payload.length === 0) return;
    const given = new Uint8Array(4);
    writeUint32(given, 0, payload.length);
    this.frame(WINDOW_UPDATE, 0, 0, given);
    if (!end) this.frame(WINDOW_UPDATE, 0, stream, given);
  }

  private endBlock(flags: number, events: Http2Event[]): void {
    if ((flags & END_HEADERS) === 0 || !this.block) return;
    const { stream, end, parts } = this.block;
    this.block = undefined;
    const headers = this.reader.read(concatBytes(parts));
    if (!headers) {
      this.broken = true;
      return;
    }
    if (this.role === 'server' && !this.streams.has(stream))
      this.streams.set(stream, { window: this.streamWindow, waiting: [], trailers: undefined });
    events.push({ kind: 'headers', stream, headers, end });
  }

  private takeSettings(payload: Uint8Array): void {
    for (let at = 0; at + 6 <= payload.length; at += 6) {
      const id = payload[at]! * 256 + payload[at + 1]!;
      const value = readUint32(payload, at + 2);
      if (id === SETTING_FRAME) this.frameBytes = value;
      if (id !== SETTING_WINDOW) continue;
      for (const state of this.streams.values()) state.window += value - this.streamWindow;
      this.streamWindow = value;
    }
    this.frame(SETTINGS, ACK, 0, NO_BYTES);
    this.flushAll();
  }

  private takeWindow(stream: number, more: number): void {
    const state = this.streams.get(stream);
    if (stream === 0) this.window += more;
    else if (state) state.window += more;
    if (stream === 0) this.flushAll();
    else if (state) this.flush(stream, state);
  }

  private flushAll(): void {
    for (const [stream, state] of [...this.streams]) this.flush(stream, state);
  }
}

function unpadded(flags: number, payload: Uint8Array): Uint8Array {
  if ((flags & PADDED) === 0) return payload;
  return payload.subarray(1, Math.max(1, payload.length - payload[0]!));
}

function readUint32(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  return a * 0x100_0000 + b * 0x1_0000 + c * 0x100 + d;
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/**
 * Protocol Buffers on the wire, as far as BuildKit's messages need them (proto3: varints, and fields that
 * carry their length). Fields at their zero are left out, as Go's gogo/protobuf marshals them.
 */
import { NO_BYTES, concatBytes, decodeUtf8, encodeUtf8 } from '../../base';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** Numbers up to 2^53 as a varint; negative ones as the 64-bit two's complement. */
export function varint(value: number): number[] {
  if (value < 0) return negativeVarint(value);
  const out: number[] = [];
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return out;
}

function negativeVarint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  while (rest >= 128n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return out;
}

export class ProtoWriter {
  private readonly parts: Uint8Array[] = [];

  private key(field: number, type: number): void {
    this.parts.push(Uint8Array.from(varint(field * 8 + type)));
  }

  number(field: number, value: number): this {
    if (value === 0) return this;
    this.key(field, VARINT);
    this.parts.push(Uint8Array.from(varint(value)));
    return this;
  }

  /** A number too large for ours: nanoseconds since 1970, given as microseconds. */
  nanoseconds(field: number, us: number): this {
    if (us === 0) return this;
    this.key(field, VARINT);
    const out: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(Math.round(us)) * 1000n);
    while (rest >= 128n) {
      out.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    out.push(Number(rest));
    this.parts.push(Uint8Array.from(out));
    return this;
  }

  flag(field: number, value: boolean): this {
    return this.number(field, value ? 1 : 0);
  }

  bytes(field: number, value: Uint8Array): this {
    return value.length === 0 ? this : this.message(field, value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, encodeUtf8(value));
  }

  /** An embedded message stands there even when it is empty. */
  message(field: number, value: Uint8Array): this {
    this.key(field, LENGTH);
    this.parts.push(Uint8Array.from(varint(value.length)), value);
    return this;
  }

  finish(): Uint8Array {
    return concatBytes(this.parts);
  }
}

/** A field as it was read: a number, or bytes. */
export interface ProtoField {
  readonly field: number;
  readonly number: number;
  /** Of a varint: all 64 bits, unsigned. */
  readonly big: bigint;
  readonly bytes: Uint8Array;
}

/** All fields in their order; undefined for bytes that are no message. */
export function readProto(data: Uint8Array): ProtoField[] | undefined {
  const out: ProtoField[] = [];
  let at = 0;
  while (at < data.length) {
    const key = readVarint(data, at);
    if (!key) return undefined;
    at = key.end;
    const field = Math.floor(Number(key.value) / 8);
    const type = Number(key.value & 7n);
    if (type === VARINT) {
      const read = readVarint(data, at);
      if (!read) return undefined;
      at = read.end;
      const number = Number(BigInt.asIntN(64, read.value));
      out.push({ field, number, big: read.value, bytes: NO_BYTES });
    } else if (type === LENGTH) {
      const length = readVarint(data, at);
      if (!length || length.value > BigInt(data.length)) return undefined;
      const end = length.end + Number(length.value);
      if (end > data.length) return undefined;
      out.push({ field, number: 0, big: 0n, bytes: data.subarray(length.end, end) });
      at = end;
    } else if (type === FIXED64) at += 8;
    else if (type === FIXED32) at += 4;
    else return undefined;
  }
  return at === data.length ? out : undefined;
}

function readVarint(data: Uint8Array, from: number): { value: bigint; end: number } | undefined {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = data[from + i];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 127) << BigInt(7 * i);
    if (byte < 128) return { value, end: from + i + 1 };
  }
  return undefined;
}

export function textOf(field: ProtoField): string {
  return decodeUtf8(field.bytes);
}

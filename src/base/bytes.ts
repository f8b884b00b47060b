/**
 * Bytes and text. The pure part has no TextEncoder (that is a DOM and Node type), so UTF-8 is done
 * here. Rule of the house: a Uint8Array is a value; once handed out nobody writes into it, so clones
 * of a machine may share it.
 */

export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** UTF-8 bytes of a text; a lone surrogate becomes U+FFFD, as in the encoding standard. */
export function encodeUtf8(text: string): Uint8Array {
  const out = new Uint8Array(text.length * 3);
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    let c = text.charCodeAt(i);
    if (c >= 0xd800 && c <= 0xdfff) {
      const next = i + 1 < text.length ? text.charCodeAt(i + 1) : 0;
      if (c < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) {
        c = 0x10000 + ((c - 0xd800) << 10) + (next - 0xdc00);
        i++;
      } else {
        c = 0xfffd;
      }
    }
    if (c < 0x80) out[n++] = c;
    else if (c < 0x800) {
      out[n++] = 0xc0 | (c >> 6);
      out[n++] = 0x80 | (c & 63);
    } else if (c < 0x10000) {
      out[n++] = 0xe0 | (c >> 12);
      out[n++] = 0x80 | ((c >> 6) & 63);
      out[n++] = 0x80 | (c & 63);
    } else {
      out[n++] = 0xf0 | (c >> 18);
      out[n++] = 0x80 | ((c >> 12) & 63);
      out[n++] = 0x80 | ((c >> 6) & 63);
      out[n++] = 0x80 | (c & 63);
    }
  }
  return out.slice(0, n);
}

/** How many bytes the sequence that starts with this byte has; 0 if none starts with it. */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xf0 && first < 0xf5) return 4;
  return 0;
}

/** Text of UTF-8 bytes; what is no UTF-8 becomes U+FFFD, one for each maximal wrong part. */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = '';
  let i = 0;
  while (i < bytes.length) {
    const first = bytes[i]!;
    const length = sequenceLength(first);
    if (length === 1) {
      text += String.fromCharCode(first);
      i++;
      continue;
    }
    let code = length === 2 ? first & 0x1f : length === 3 ? first & 0x0f : first & 0x07;
    let used = 1;
    while (used < length && i + used < bytes.length) {
      const b = bytes[i + used]!;
      const low = used === 1 && first === 0xe0 ? 0xa0 : used === 1 && first === 0xf0 ? 0x90 : 0x80;
      const high = used === 1 && first === 0xed ? 0x9f : used === 1 && first === 0xf4 ? 0x8f : 0xbf;
      if (b < low || b > high) break;
      code = (code << 6) | (b & 63);
      used++;
    }
    text += length > 0 && used === length ? String.fromCodePoint(code) : '\ufffd';
    i += used;
  }
  return text;
}

/** One array out of many. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const b of bytes) text += (b < 16 ? '0' : '') + b.toString(16);
  return text;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i]!;
    const b = i + 1 < bytes.length ? bytes[i + 1]! : 0;
    const c = i + 2 < bytes.length ? bytes[i + 2]! : 0;
    text += BASE64[a >> 2]! + BASE64[((a & 3) << 4) | (b >> 4)]!;
    text += i + 1 < bytes.length ? BASE64[((b & 15) << 2) | (c >> 6)]! : '=';
    text += i + 2 < bytes.length ? BASE64[c & 63]! : '=';
  }
  return text;
}

/** Bytes of base64 text (standard or URL alphabet, padding optional), or undefined if it is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  const clean = text
    .replace(/[\r\n]/g, '')
    .replace(/=+$/, '')
    .replace(/-/g, '+')
    .replace(/_/g, '/');
  if (clean.length % 4 === 1) return undefined;
  const out = new Uint8Array(Math.floor((clean.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let n = 0;
  for (const ch of clean) {
    const value = BASE64.indexOf(ch);
    if (value < 0) return undefined;
    bits = (bits << 6) | value;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out[n++] = (bits >> held) & 255;
      bits &= (1 << held) - 1;
    }
  }
  return out;
}

/**
 * Bytes that escapes name (`\377`) in texts of characters. A byte above 127 stands in the text as a lone
 * surrogate, as Python's surrogateescape has it; it becomes that byte again when the text is written.
 */
import { decodeUtf8, encodeUtf8 } from '../../base';

const BASE = 0xdc00;

export function rawByte(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : BASE + byte);
}

/** The bytes to write. */
export function bytesOf(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(text)) return encodeUtf8(text);
  const out: number[] = [];
  let plain = '';
  for (const ch of text) {
    const code = ch.codePointAt(0)!;
    if (code < BASE + 0x80 || code > BASE + 0xff) {
      plain += ch;
      continue;
    }
    out.push(...encodeUtf8(plain), code - BASE);
    plain = '';
  }
  out.push(...encodeUtf8(plain));
  return Uint8Array.from(out);
}

/** The text for a variable: raw bytes that make a character become it. */
export function textOf(text: string): string {
  return /[\udc80-\udcff]/.test(text) ? decodeUtf8(bytesOf(text)) : text;
}

/** How a trace writes contents and modes. */
import { createHash } from 'node:crypto';

/** Contents up to this many bytes are written out; of longer ones the digest. */
const SHORT = 64;

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

function digestText(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function shownBytes(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const size = bytes.length;
  return size <= SHORT ? { size, content: latin1(bytes) } : { size, sha256: digestText(bytes) };
}

export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

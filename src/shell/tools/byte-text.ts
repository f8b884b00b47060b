/** Bytes as a text of one character each, for tools that must not mind what the bytes mean. */
import { decodeUtf8, encodeUtf8 } from '../../base';

export function toByteText(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 8192)
    parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
  return parts.join('');
}

export function fromByteText(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

/** What a person typed, as it is in memory. */
export const typedBytes = (text: string): string => toByteText(encodeUtf8(text));
export const readableText = (text: string): string => decodeUtf8(fromByteText(text));

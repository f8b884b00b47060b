/** Bytes and their texts. */
export { decodeUtf8, encodeUtf8 } from '../../base';

export function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** SHA-256 as Docker writes it. */
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeUtf8 } from '../../base';

export function sha256Hex(data: string | Uint8Array): string {
  const bytes = sha256(typeof data === 'string' ? encodeUtf8(data) : data);
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** `sha256:...` */
export function digestOf(data: string | Uint8Array): string {
  return `sha256:${sha256Hex(data)}`;
}

/** Chain id of a layer (image-spec `identity.ChainID`): keys layers, since diff ids may repeat. */
export function chainIdOf(parent: string | undefined, diffId: string): string {
  return parent === undefined ? diffId : digestOf(`${parent} ${diffId}`);
}

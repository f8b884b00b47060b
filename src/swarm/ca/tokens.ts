/**
 * Join tokens and unlock keys (swarmkit `ca/config.go` GenerateJoinToken, ParseJoinToken;
 * `manager/encryption` HumanReadableKey).
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeUtf8, fromBase64, toBase64, type RandomStream } from '../../base';
import { newId } from '../store';

const TOKEN_PREFIX = 'SWMTKN-1-';
const KEY_PREFIX = 'SWMKEY-1-';
const HASH_DIGITS = 50;
const SECRET_DIGITS = 25;

/** sha256 of a certificate as 50 digits of base 36. */
export function certificateHash(pem: string): string {
  let number = 0n;
  for (const byte of sha256(encodeUtf8(pem))) number = number * 256n + BigInt(byte);
  return number.toString(36).padStart(HASH_DIGITS, '0');
}

export function newJoinToken(random: RandomStream, certHash: string): string {
  return `${TOKEN_PREFIX}${certHash}-${newId(random)}`;
}

/** The certificate's hash that a token names; undefined if it is no token. */
export function parseJoinToken(token: string): string | undefined {
  const parts = token.split('-');
  if (parts.length !== 4 || !token.startsWith(TOKEN_PREFIX)) return undefined;
  const [, , hash, secret] = parts as [string, string, string, string];
  if (hash.length !== HASH_DIGITS || secret.length !== SECRET_DIGITS) return undefined;
  // A digest has 256 bits: the largest is 6dp5qcb22im238nr3wvp0ic7q99w035jmy2iw7i6n43d37jtof.
  return /^[0-9a-z]+$/.test(hash) ? hash : undefined;
}

/** Base64 of 32 random bytes without padding. */
export function newUnlockKey(random: RandomStream): string {
  return toBase64(random.bytes(32)).replace(/=+$/, '');
}

export function readableUnlockKey(key: string): string {
  return key === '' ? '' : KEY_PREFIX + key;
}

/** The key of what a user typed; undefined if it is none. */
export function parseUnlockKey(text: string): string | undefined {
  if (!text.startsWith(KEY_PREFIX)) return undefined;
  const key = text.slice(KEY_PREFIX.length);
  const bytes = fromBase64(key);
  return bytes?.length === 32 ? key : undefined;
}

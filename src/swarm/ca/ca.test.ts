/** Tokens, keys and the shape of the root certificate. */
import { expect, test } from 'vitest';
import { RandomStream } from '../../base';
import {
  certificateHash,
  newJoinToken,
  newRootCa,
  newUnlockKey,
  parseJoinToken,
  parseUnlockKey,
  readableUnlockKey,
} from '.';

test('a join token names the certificate', () => {
  const random = new RandomStream(1, 'ca');
  const root = newRootCa(random, 1_700_000_000_000_000);
  expect(root.CACertHash).toBe(certificateHash(root.CACert));
  expect(root.JoinTokens.Worker).toMatch(/^SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}$/);
  expect(parseJoinToken(root.JoinTokens.Worker)).toBe(root.CACertHash);
  expect(parseJoinToken(newJoinToken(random, root.CACertHash))).toBe(root.CACertHash);
  expect(root.IssuerSubject).toBe('MBMxETAPBgNVBAMTCHN3YXJtLWNh');
  expect(root.IssuerPublicKey).toMatch(/^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE/);
  expect(root.CACert).toMatch(/^-----BEGIN CERTIFICATE-----\nMIIB/);
});

test('what is no token is refused', () => {
  for (const token of ['', 'SWMTKN-1-bad', `SWMTKN-1-${'0'.repeat(49)}-${'0'.repeat(25)}`])
    expect(parseJoinToken(token)).toBeUndefined();
});

test('an unlock key is 32 bytes behind a prefix', () => {
  const key = newUnlockKey(new RandomStream(2, 'ca'));
  expect(parseUnlockKey(readableUnlockKey(key))).toBe(key);
  expect(parseUnlockKey('nonsense')).toBeUndefined();
  expect(readableUnlockKey('')).toBe('');
});

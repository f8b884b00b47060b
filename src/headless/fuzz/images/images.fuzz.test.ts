import { gzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { hostileLab } from '../../../engine';
import { fuzzImages } from './main';

test('nothing that one can load, build or do to files breaks the engine', () => {
  expect(fuzzImages(1, 4, 250)).toBeUndefined();
});

test('a gigabyte of zeros is refused before it is unpacked', () => {
  const piece = gzipSync(new Uint8Array(64 << 20), { level: 1 });
  // Members of a gzip file follow each other.
  const bomb = new Uint8Array(Buffer.concat(Array.from({ length: 16 }, () => piece)));
  expect(hostileLab.load(bomb)).toBe(false);
});

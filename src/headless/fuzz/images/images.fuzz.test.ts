import { expect, test } from 'vitest';
import { fuzzImages } from './main';

test('nothing that one can load, build or do to files breaks the engine', () => {
  expect(fuzzImages(1, 4, 250)).toBeUndefined();
});

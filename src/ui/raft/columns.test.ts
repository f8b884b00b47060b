import { expect, test } from 'vitest';
import { columnsOf } from './columns';

test('the newest entries are shown', () => {
  expect(columnsOf([3, 3], 6)).toEqual([1, 2, 3]);
  expect(columnsOf([20, 19], 6)).toEqual([15, 16, 17, 18, 19, 20]);
});

test('a manager that lags far behind shows its end too', () => {
  expect(columnsOf([95, 95, 79], 7)).toEqual([79, 80, 'gap', 92, 93, 94, 95]);
});

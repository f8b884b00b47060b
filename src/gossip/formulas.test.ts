/** Values printed by hashicorp/memberlist v0.4.0 with LAN defaults. */
import { expect, test } from 'vitest';
import {
  confirmationsNeeded,
  pushPullIntervalUs,
  retransmitLimit,
  suspicionMinUs,
  suspicionTimeoutUs,
} from './formulas';

/** members, confirmations needed, push/pull s, retransmits, timeouts in ms by confirmations. */
const REAL: [number, number, number, number, number[]][] = [
  [1, 0, 30, 4, [4000]],
  [2, 0, 30, 4, [4000]],
  [3, 0, 30, 4, [4000]],
  [5, 2, 30, 4, [24000, 11381, 4000]],
  [10, 2, 30, 8, [24000, 11381, 4000]],
  [20, 2, 30, 8, [31224, 14807, 5204]],
  [32, 2, 30, 8, [36120, 17129, 6020]],
  [33, 2, 60, 8, [36432, 17276, 6072]],
  [64, 2, 60, 8, [43344, 20554, 7224]],
  [65, 2, 90, 8, [43488, 20623, 7248]],
  [100, 2, 90, 12, [48000, 22762, 8000]],
  [129, 2, 120, 12, [50640, 24014, 8440]],
  [1000, 2, 180, 16, [72000, 34144, 12000]],
];

test.each(REAL)('%i members', (members, needed, pushPull, limit, timeouts) => {
  expect(confirmationsNeeded(members)).toBe(needed);
  expect(pushPullIntervalUs(members)).toBe(pushPull * 1_000_000);
  expect(retransmitLimit(members)).toBe(limit);
  expect(suspicionMinUs(members)).toBe(timeouts[timeouts.length - 1]! * 1000);
  timeouts.forEach((ms, confirmations) =>
    expect(suspicionTimeoutUs(members, confirmations)).toBe(ms * 1000),
  );
});

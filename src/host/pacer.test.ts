import { describe, expect, it } from 'vitest';
import { Pacer } from './pacer';

describe('pacing', () => {
  it('follows wall time at the speed that was set', () => {
    const pacer = new Pacer(1000, 1, false);
    expect(pacer.target(1500, 0)).toBe(500_000);
    pacer.setSpeed(0.1, 1500, 500_000);
    expect(pacer.target(2500, 500_000)).toBe(600_000);
    expect(pacer.waitMs(700_000, 2500)).toBe(1000);
    pacer.setSpeed(Infinity, 2500, 600_000);
    expect(pacer.target(2500, 600_000)).toBe(Infinity);
  });

  it('stands still while paused and goes on without a jump', () => {
    const pacer = new Pacer(0, 2, false);
    pacer.setPaused(true, 100, 200_000);
    expect(pacer.target(9999, 200_000)).toBe(200_000);
    expect(pacer.waitMs(300_000, 9999)).toBe(Infinity);
    pacer.setPaused(false, 10_000, 200_000);
    expect(pacer.target(10_050, 200_000)).toBe(300_000);
  });

  it('makes up for a hidden tab but not for a night', () => {
    const pacer = new Pacer(0, 1, false);
    expect(pacer.target(60_000, 0)).toBe(60_000_000);
    expect(pacer.target(8 * 3_600_000, 60_000_000)).toBe(150_000_000);
    expect(pacer.target(8 * 3_600_000 + 1000, 150_000_000)).toBe(151_000_000);
  });
});

import { describe, expect, it } from 'vitest';
import { DEFAULT_LINK, type LinkSettings } from './link';
import { Network } from './network';

/** Arrivals of messages sent one after the other on one link. */
function check(
  change: Partial<LinkSettings>,
  count: number,
  gapUs: number,
  bytes = 100,
): number[][] {
  const network = new Network(3);
  network.add('a');
  network.add('b');
  network.change('a', 'b', change);
  return Array.from({ length: count }, (_, i) =>
    network.transmit('a', 'b', i * gapUs, bytes, 'raft'),
  );
}

describe('a link', () => {
  it('delays by its delay and at most its jitter, in order', () => {
    const arrivals = check({}, 1000, 10).flat();
    expect(arrivals.length).toBe(1000);
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
    arrivals.forEach((at, i) => expect(at - 10 * i).toBeGreaterThanOrEqual(200));
    expect(Math.max(...arrivals.map((at, i) => at - 10 * i))).toBeLessThanOrEqual(260);
  });

  it('loses, doubles and reorders about as many as it is told', () => {
    expect(
      check({ lossPermille: 100 }, 5000, 1000).filter((list) => list.length === 0).length / 5000,
    ).toBeCloseTo(0.1, 1);
    expect(check({ duplicatePermille: 300 }, 5000, 1000).flat().length / 5000).toBeCloseTo(1.3, 1);
    const late = check({ reorderPermille: 200 }, 5000, 1000).flat();
    const overtaken = late.filter((at, i) => late.slice(i + 1, i + 5).some((next) => next < at));
    expect(overtaken.length).toBeGreaterThan(300);
  });

  it('takes its time for bytes, one message after the other', () => {
    const arrivals = check({ bytesPerSecond: 1_000_000, jitterUs: 0 }, 3, 0, 1000).flat();
    expect(arrivals).toEqual([1200, 2200, 3200]);
  });

  it('is never quicker than 50 us, and silent when it is cut', () => {
    expect(check({ delayUs: 0, jitterUs: 0 }, 1, 0)).toEqual([[50]]);
    expect(check({ cut: true }, 2, 0)).toEqual([[], []]);
  });

  it('draws nothing for a fault that it does not have', () => {
    const quiet = check({}, 50, 1000);
    const lossy = check({ lossPermille: 1 }, 50, 1000);
    expect(lossy).toEqual(quiet);
  });
});

describe('the network', () => {
  it('knows its smallest delay', () => {
    const network = new Network(1);
    for (const name of ['a', 'b', 'c']) network.add(name);
    expect(network.minDelayUs()).toBe(DEFAULT_LINK.delayUs);
    for (const [from, to] of network.pairs()) network.change(from, to, { delayUs: 9_000 });
    expect(network.minDelayUs()).toBe(9_000);
    network.change('a', 'b', { delayUs: 70 });
    expect(network.minDelayUs()).toBe(70);
    network.remove('a');
    expect(network.minDelayUs()).toBe(9_000);
  });
});

/**
 * The kernel's queue against flatqueue, with so many events pending: each operation takes the earliest
 * out and puts one in later. The kernel's queue also keeps the order of equals, which flatqueue does
 * not.
 */
import FlatQueue from 'flatqueue';
import { RandomStream, TimeQueue } from '../../base';
import { cpuSeconds, median, type Measurement, type Row } from './row';

const PENDING = [1_000, 100_000, 1_000_000];
const OPERATIONS = 500_000;
const ROUNDS = 5;

interface Queue {
  push(at: number, item: object): void;
  pop(): number;
}

function kernelQueue(): Queue {
  const queue = new TimeQueue<object>();
  return {
    push: (at, item) => queue.push(at, item),
    pop: () => {
      const at = queue.nextAt();
      queue.take();
      return at;
    },
  };
}

function flatQueue(): Queue {
  const queue = new FlatQueue<object>();
  return {
    push: (at, item) => queue.push(item, at),
    pop: () => {
      const at = queue.peekValue()!;
      queue.pop();
      return at;
    },
  };
}

/** Events per CPU second. */
function rate(queue: Queue, pending: number): number {
  const random = new RandomStream(1, 'bench');
  const delays = Array.from({ length: 4096 }, () => 1 + random.below(1_000_000));
  const item = {};
  for (let i = 0; i < pending; i++) queue.push(delays[i % 4096]! + i, item);
  const turn = () => {
    for (let i = 0; i < OPERATIONS; i++) queue.push(queue.pop() + delays[i & 4095]!, item);
  };
  turn();
  return OPERATIONS / cpuSeconds(turn);
}

export const measureQueue: Measurement = () =>
  PENDING.map((pending): Row => {
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // In turns, so that a busy machine slows both.
      const own = rate(kernelQueue(), pending);
      ratios.push(own / rate(flatQueue(), pending));
    }
    const value = `${median(ratios).toFixed(2)} of flatqueue`;
    return { what: `kernel queue, ${pending.toLocaleString('en')} pending`, value, aim: '' };
  });

/** The shortest edit between two lists of lines: Myers' algorithm, as in diffutils' `analyze.c`. */

/** Lines `a[fromA..toA)` became `b[fromB..toB)`. */
export interface Hunk {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/** Beyond so many edits the rest counts as changed as a whole. */
const MAX_EDITS = 4000;

export function differences(a: readonly string[], b: readonly string[]): Hunk[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const keptA = new Uint8Array(endA - start);
  const keptB = new Uint8Array(endB - start);
  mark(a.slice(start, endA), b.slice(start, endB), keptA, keptB);
  const hunks: Hunk[] = [];
  let i = 0;
  let j = 0;
  while (i < keptA.length || j < keptB.length) {
    if (keptA[i] === 1 && keptB[j] === 1) {
      i++;
      j++;
      continue;
    }
    const fromA = i;
    const fromB = j;
    while (i < keptA.length && keptA[i] === 0) i++;
    while (j < keptB.length && keptB[j] === 0) j++;
    hunks.push({ fromA: start + fromA, toA: start + i, fromB: start + fromB, toB: start + j });
  }
  return hunks;
}

/** Marks the lines that both keep. */
function mark(
  a: readonly string[],
  b: readonly string[],
  keptA: Uint8Array,
  keptB: Uint8Array,
): void {
  const n = a.length;
  const m = b.length;
  const offset = n + m + 1;
  const ends = new Int32Array(2 * offset + 1);
  const trace: Int32Array[] = [];
  for (let d = 0; d <= Math.min(n + m, MAX_EDITS); d++) {
    trace.push(ends.slice(offset - d - 1, offset + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && ends[offset + k - 1]! < ends[offset + k + 1]!);
      let x = down ? ends[offset + k + 1]! : ends[offset + k - 1]! + 1;
      while (x < n && x - k < m && a[x] === b[x - k]) x++;
      ends[offset + k] = x;
      if (x >= n && x - k >= m) return follow(trace, n, m, keptA, keptB);
    }
  }
}

function follow(
  trace: readonly Int32Array[],
  n: number,
  m: number,
  keptA: Uint8Array,
  keptB: Uint8Array,
): void {
  let x = n;
  let y = m;
  for (let d = trace.length - 1; d >= 0; d--) {
    const ends = trace[d]!;
    const at = (k: number) => ends[k + d + 1]!;
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const before = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : at(before);
    const fromY = d === 0 ? 0 : fromX - before;
    while (x > fromX && y > fromY) {
      keptA[--x] = 1;
      keptB[--y] = 1;
    }
    x = fromX;
    y = fromY;
  }
}

/** Which indices of the log are shown side by side: the newest, and where a manager lags, its end. */
export type Column = number | 'gap';

export function columnsOf(lastIndices: readonly number[], count: number): readonly Column[] {
  const last = Math.max(...lastIndices);
  const behind = Math.min(...lastIndices);
  const first = Math.max(1, last - count + 1);
  const range = (from: number, to: number) =>
    Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  if (behind >= first || behind < 1) return range(first, last);
  const tail = Math.max(1, Math.floor(count / 2) - 1);
  const low = range(Math.max(1, behind - tail + 2), behind + 1);
  return [...low, 'gap', ...range(last - (count - low.length - 1) + 1, last)];
}

/** Two texts line by line: the longest run of common lines stays, the rest is taken out or put in. */

export interface DiffLine {
  readonly kind: 'same' | 'out' | 'in';
  readonly text: string;
}

/** Beyond so many cells of the table it is not worth the while. */
const MAX_CELLS = 4_000_000;

export function diffLines(before: string, now: string): DiffLine[] {
  const a = linesOf(before);
  const b = linesOf(now);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end++;
  }
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  return [
    ...a.slice(0, start).map(same),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map(same),
  ];
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function middle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const out = (text: string): DiffLine => ({ kind: 'out', text });
  const put = (text: string): DiffLine => ({ kind: 'in', text });
  if (a.length * b.length > MAX_CELLS) return [...a.map(out), ...b.map(put)];
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      common[at] =
        a[i] === b[j]
          ? common[at + width + 1]! + 1
          : Math.max(common[at + width]!, common[at + 1]!);
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i]! });
      i++;
      j++;
    } else if (j < b.length && (i === a.length || right(common, i, j, width))) {
      lines.push(put(b[j++]!));
    } else lines.push(out(a[i++]!));
  }
  return lines;
}

/** Whether leaving out a line of the second text loses less. */
function right(common: Uint32Array, i: number, j: number, width: number): boolean {
  const at = i * width + j;
  return common[at + 1]! > common[at + width]!;
}

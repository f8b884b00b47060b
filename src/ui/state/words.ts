/** Small pieces of English: lists, counts, ranges of names. */

/** "1 manager", "3 managers" */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** "a", "a and b", "a, b and c" */
export function joinNames(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** "web.1 to web.5", "web.1, web.2 and web.4": names with numbers at their ends, put together. */
export function rangesOf(names: readonly string[]): string {
  const byStem = new Map<string, number[]>();
  const others: string[] = [];
  for (const name of names) {
    const match = /^(.*\.)(\d+)$/.exec(name);
    if (!match) others.push(name);
    else byStem.set(match[1]!, [...(byStem.get(match[1]!) ?? []), Number(match[2])]);
  }
  const parts: string[] = [];
  for (const [stem, numbers] of byStem) {
    const sorted = [...new Set(numbers)].sort((a, b) => a - b);
    for (let i = 0; i < sorted.length;) {
      let end = i;
      while (sorted[end + 1] === sorted[end]! + 1) end++;
      const first = `${stem}${sorted[i]}`;
      if (end - i < 2) parts.push(...sorted.slice(i, end + 1).map((n) => `${stem}${n}`));
      else parts.push(`${first} to ${stem}${sorted[end]}`);
      i = end + 1;
    }
  }
  const all = [...parts, ...others];
  return all.length > 4 ? `${names.length} tasks` : joinNames(all);
}

/** Cutting links by a line drawn across them: which it crosses, and the chaos lines that say so. */
import type { Point } from './layout';

export interface LinkPlace {
  readonly from: string;
  readonly to: string;
  readonly start: Point;
  readonly end: Point;
}

/** Whether the line from a to b crosses the one from c to d. */
export function crosses(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point) =>
    (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

export function crossed(links: readonly LinkPlace[], from: Point, to: Point): readonly LinkPlace[] {
  return links.filter((link) => crosses(from, to, link.start, link.end));
}

/**
 * The shortest chaos lines that cut these links: one `partition` where they are just all the links
 * between groups of machines, else a `cut` for each.
 */
export function cutLines(
  names: readonly string[],
  links: readonly { readonly from: string; readonly to: string }[],
): readonly string[] {
  const gone = new Set(links.flatMap(({ from, to }) => [`${from} ${to}`, `${to} ${from}`]));
  const groups = groupsOf(names, (a, b) => !gone.has(`${a} ${b}`));
  const group = (name: string) => groups.findIndex((g) => g.includes(name));
  const apart = names.length > 2 && groups.length > 1;
  if (apart && links.every(({ from, to }) => group(from) !== group(to))) {
    return [`partition ${groups.map((g) => g.join(',')).join(' / ')}`];
  }
  return links.map(({ from, to }) => `cut ${from} ${to}`);
}

/** Machines that still reach each other, in the order of their names. */
export function groupsOf(
  names: readonly string[],
  linked: (a: string, b: string) => boolean,
): readonly (readonly string[])[] {
  const left = new Set(names);
  const groups: string[][] = [];
  for (const first of names) {
    if (!left.delete(first)) continue;
    const group = [first];
    for (const member of group) {
      for (const other of left) {
        if (!linked(member, other)) continue;
        left.delete(other);
        group.push(other);
      }
    }
    groups.push(names.filter((name) => group.includes(name)));
  }
  return groups;
}

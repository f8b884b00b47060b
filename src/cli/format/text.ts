/** Pieces of text that many lists share: short ids, ellipses, times ago, ports, natural order. */
import { humanDuration } from '../../api';

/** `sha256:` cut off and 12 digits kept (stringid.TruncateID). */
export function shortId(id: string): string {
  const mark = id.indexOf(':');
  const digits = mark < 0 ? id : id.slice(mark + 1);
  return digits.slice(0, 12);
}

/** At most `width` characters, with `…` as the last when cut (formatter.Ellipsis). */
export function ellipsis(text: string, width: number): string {
  const characters = [...text];
  if (width <= 0) return '';
  if (characters.length <= width) return text;
  if (width === 1) return characters[0]!;
  return `${characters.slice(0, width - 1).join('')}…`;
}

/** Seconds since 1970 of an RFC 3339 time, with its fraction. */
export function secondsOf(time: string): number {
  const match = /^(.*?)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(time);
  if (!match) return 0;
  const whole = Date.parse(match[1]! + match[3]!);
  return Number.isNaN(whole) ? 0 : whole / 1000 + Number(match[2] ?? 0);
}

/** "5 minutes ago". */
export function ago(now: number, seconds: number): string {
  return `${humanDuration(now - seconds)} ago`;
}

/** Numbers inside names count as numbers: web.2 before web.10 (sortorder.NaturalLess). */
export function naturalCompare(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const x = left[i]!;
    const y = right[i]!;
    if (x === y) continue;
    if (/^\d/.test(x) && /^\d/.test(y)) {
      const difference = Number(x) - Number(y);
      if (difference !== 0) return difference;
      if (x.length !== y.length) return x.length - y.length;
    }
    return x < y ? -1 : 1;
  }
  return left.length - right.length;
}

/** First letter large (strings.Title of one word). */
export function titleWord(text: string): string {
  return text === '' ? '' : text[0]!.toUpperCase() + text.slice(1);
}

/** The name of a swarm image without its digest, the default registry's names shortened. */
export function imageWithoutDigest(image: string): string {
  const mark = image.indexOf('@');
  if (mark < 0) return image;
  const name = image.slice(0, mark);
  return /:[^/]*$/.test(name) ? familiarName(name) : image;
}

/** `docker.io/library/nginx:1` reads as `nginx:1`. */
export function familiarName(name: string): string {
  return name.replace(/^docker\.io\//, '').replace(/^library\//, '');
}

/** `until` of the prune calls: an instant, or a duration before now (moby `timetypes.GetTimestamp`). */
import { parseRfc3339, parseUnixTime } from '../time';

const UNITS_US: Readonly<Record<string, number>> = {
  ns: 0.001,
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
};

/** Unix microseconds; undefined where none is given. */
export function parseDurationOrTime(
  text: string | undefined,
  nowUs: number,
): number | undefined | { readonly message: string } {
  if (text === undefined) return undefined;
  if (/^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(text)) {
    let us = 0;
    for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g))
      us += Number(value) * UNITS_US[unit!]!;
    return nowUs - Math.round(us);
  }
  if (/^\d+(\.\d+)?$/.test(text)) return parseUnixTime(text) as number;
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  const instant = parseRfc3339(day) ?? parseRfc3339(`${day}Z`);
  if (instant !== undefined) return instant;
  return { message: `failed to parse value as time or duration: ${JSON.stringify(text)}` };
}

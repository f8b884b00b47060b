/** Dates as people write them. Models the common part of gnulib `parse-datetime.y`. */
import { MONTH_NAMES } from '../time-format';

const UNITS: Readonly<Record<string, number>> = {
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
  fortnight: 1_209_600,
};

type Take = (pattern: RegExp) => RegExpExecArray | null;

/** `2 days ago`, `next month`, `yesterday`. */
function relativeParts(take: Take): { months: number; seconds: number } {
  let offsetSeconds = 0;
  let months = 0;
  for (;;) {
    const unit = take(
      /(?:([-+]?\s*\d+)|next|last|an?)?\s*\b(sec|second|min|minute|hour|day|week|fortnight|month|year)s?\b(\s+ago)?/,
    );
    if (!unit) break;
    const word = /next/.test(unit[0]) ? 1 : /last/.test(unit[0]) ? -1 : 1;
    const number =
      (unit[1] === undefined ? word : Number(unit[1].replace(/\s/g, ''))) * (unit[3] ? -1 : 1);
    if (unit[2] === 'month') months += number;
    else if (unit[2] === 'year') months += 12 * number;
    else offsetSeconds += number * UNITS[unit[2]!]!;
  }
  if (take(/\byesterday\b/)) offsetSeconds -= 86_400;
  if (take(/\btomorrow\b/)) offsetSeconds += 86_400;
  return { months, seconds: offsetSeconds };
}

/** Unix microseconds of a text; undefined when it is no date. */
export function parseDate(text: string, nowUs: number): number | undefined {
  const stamp = /^@(-?\d+(?:\.\d+)?)$/.exec(text.trim());
  if (stamp) return Math.round(Number(stamp[1]) * 1e6);
  let rest = text.trim().toLowerCase();
  if (rest === '') return undefined;
  const now = new Date(Math.floor(nowUs / 1000));
  let date: [number, number, number] | undefined;
  let time: [number, number, number] | undefined;
  let zoneMinutes = 0;
  const take: Take = (pattern) => {
    const match = pattern.exec(rest);
    if (match)
      rest = (rest.slice(0, match.index) + ' ' + rest.slice(match.index + match[0].length)).trim();
    return match;
  };
  let match = take(/^(\d{4})-(\d{1,2})-(\d{1,2})(?=$|[\st])/);
  if (match) {
    date = [Number(match[1]), Number(match[2]) - 1, Number(match[3])];
    rest = rest.replace(/^t(?=\d)/, '');
  }
  match = date ? null : take(/^(\d{4})(\d\d)(\d\d)(?=$|\s)/);
  if (match) date = [Number(match[1]), Number(match[2]) - 1, Number(match[3])];
  match = take(/(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(am|pm)?/);
  if (match) {
    let hour = Number(match[1]);
    if (match[4]) hour = (hour % 12) + (match[4] === 'pm' ? 12 : 0);
    time = [hour, Number(match[2]), Number(match[3] ?? 0)];
  }
  match = take(/\b(utc|gmt|z)\b|(?<=\s|^)([-+])(\d\d):?(\d\d)(?=$|\s)/);
  if (match?.[3])
    zoneMinutes = (match[2] === '-' ? -1 : 1) * (Number(match[3]) * 60 + Number(match[4]));
  take(/\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b,?/);
  match = take(/\b(\d{1,2})\s+([a-z]{3})[a-z]*\s+(\d{4})\b/);
  if (match) date = monthDate(match[2]!, Number(match[1]), Number(match[3]));
  match = take(
    /\b([a-z]{3})[a-z]*\s+(\d{1,2})(?:,?\s+(\d{4}))?\b(?!\s*(?:sec|min|hour|day|week|month|year))/,
  );
  if (match) {
    const named = monthDate(match[1]!, Number(match[2]), Number(match[3] ?? now.getUTCFullYear()));
    if (!named) return undefined;
    date = named;
  }
  const shift = relativeParts(take);
  const { months } = shift;
  const offsetSeconds = shift.seconds;
  const midnight = take(/\b(?:midnight)\b/);
  take(/\b(?:now|today)\b/);
  if (rest.replace(/[\s,]/g, '') !== '') return undefined;
  const day = date ?? [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const clock =
    time ??
    (date || midnight ? [0, 0, 0] : [now.getUTCHours(), now.getUTCMinutes(), now.getUTCSeconds()]);
  const [hour, minute, second] = clock as [number, number, number];
  if (hour > 24 || minute > 59 || day[1] > 11 || day[2] > 31 || day[2] < 1) return undefined;
  const ms = Date.UTC(
    day[0],
    day[1] + months,
    day[2],
    hour,
    minute - zoneMinutes,
    second + offsetSeconds,
  );
  return ms * 1000;
}

function monthDate(name: string, day: number, year: number): [number, number, number] | undefined {
  const month = MONTH_NAMES.findIndex((m) => m.toLowerCase() === name.slice(0, 3));
  return month < 0 ? undefined : [year, month, day];
}

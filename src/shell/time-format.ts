/** strftime(3) in the C locale, in UTC or at a fixed distance from it. */

/** A zone at one instant: its name, and how far east of UTC it is. */
export interface Zone {
  readonly name: string;
  readonly seconds: number;
}

export const UTC: Zone = { name: 'UTC', seconds: 0 };

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
export const MONTHS: readonly string[] = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'],
  ...['October', 'November', 'December'],
];

export const DAY_NAMES: readonly string[] = DAYS.map((d) => d.slice(0, 3));
export const MONTH_NAMES: readonly string[] = MONTHS.map((m) => m.slice(0, 3));

export interface TimeFields {
  readonly year: number;
  /** 0 to 11 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
  /** 0 to 365 */
  readonly yearDay: number;
}

export function timeFields(unixUs: number): TimeFields {
  const date = new Date(Math.floor(unixUs / 1000));
  const year = date.getUTCFullYear();
  return {
    year,
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay(),
    yearDay: Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000),
  };
}

const two = (n: number, fill = '0') => String(n).padStart(2, fill);

function isoWeek(t: TimeFields): { year: number; week: number } {
  const day = (t.weekday + 6) % 7;
  const thursday = new Date(Date.UTC(t.year, t.month, t.day - day + 3));
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / 86_400_000 / 7) + 1;
  return { year, week };
}

type FieldOf = (t: TimeFields, unixUs: number, zone: Zone) => string;

const hour12 = (t: TimeFields) => (t.hour % 12 === 0 ? 12 : t.hour % 12);
const again =
  (format: string): FieldOf =>
  (_, us, zone) =>
    formatTime(format, us, zone);

/** `+0200`, with colons between its parts on demand. */
function distance(zone: Zone, colon: string): string {
  const minutes = Math.floor(Math.abs(zone.seconds) / 60);
  return `${zone.seconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${colon}${two(minutes % 60)}`;
}

/** What each letter stands for. */
const FIELDS: Readonly<Record<string, FieldOf>> = {
  Y: (t) => String(t.year),
  C: (t) => two(Math.floor(t.year / 100)),
  y: (t) => two(t.year % 100),
  m: (t) => two(t.month + 1),
  d: (t) => two(t.day),
  e: (t) => two(t.day, ' '),
  H: (t) => two(t.hour),
  k: (t) => two(t.hour, ' '),
  I: (t) => two(hour12(t)),
  l: (t) => two(hour12(t), ' '),
  M: (t) => two(t.minute),
  S: (t) => two(t.second),
  N: (_, us) => String((us % 1_000_000) * 1000).padStart(9, '0'),
  s: (_, us) => String(Math.floor(us / 1_000_000)),
  p: (t) => (t.hour < 12 ? 'AM' : 'PM'),
  P: (t) => (t.hour < 12 ? 'am' : 'pm'),
  a: (t) => DAYS[t.weekday]!.slice(0, 3),
  A: (t) => DAYS[t.weekday]!,
  b: (t) => MONTHS[t.month]!.slice(0, 3),
  h: (t) => MONTHS[t.month]!.slice(0, 3),
  B: (t) => MONTHS[t.month]!,
  j: (t) => String(t.yearDay + 1).padStart(3, '0'),
  u: (t) => String(t.weekday === 0 ? 7 : t.weekday),
  w: (t) => String(t.weekday),
  U: (t) => two(Math.floor((t.yearDay + 7 - t.weekday) / 7)),
  W: (t) => two(Math.floor((t.yearDay + 7 - ((t.weekday + 6) % 7)) / 7)),
  V: (t) => two(isoWeek(t).week),
  G: (t) => String(isoWeek(t).year),
  g: (t) => two(isoWeek(t).year % 100),
  q: (t) => String(Math.floor(t.month / 3) + 1),
  z: (_t, _us, zone) => distance(zone, ''),
  Z: (_t, _us, zone) => zone.name,
  n: () => '\n',
  t: () => '\t',
  '%': () => '%',
  D: again('%m/%d/%y'),
  x: again('%m/%d/%y'),
  F: again('%Y-%m-%d'),
  T: again('%H:%M:%S'),
  X: again('%H:%M:%S'),
  R: again('%H:%M'),
  r: again('%I:%M:%S %p'),
  c: again('%a %b %e %H:%M:%S %Y'),
};

export function formatTime(format: string, unixUs: number, zone = UTC): string {
  const t = timeFields(unixUs + zone.seconds * 1e6);
  return format.replace(
    /%([-_0^#]*)(\d*)(:{0,2}z|[EO]?[A-Za-z%])/g,
    (whole, flags: string, width: string, spec: string) => {
      if (spec === ':z') return distance(zone, ':');
      if (spec === '::z') return `${distance(zone, ':')}:00`;
      let text = FIELDS[spec.replace(/^[EO](?=.)/, '')]?.(t, unixUs, zone);
      if (text === undefined) return whole;
      if (flags.includes('-')) text = text.replace(/^[0 ]+(?=.)/, '');
      if (flags.includes('_')) text = text.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
      if (flags.includes('0')) text = text.replace(/^ +/, (spaces) => '0'.repeat(spaces.length));
      if (flags.includes('^')) text = text.toUpperCase();
      if (width !== '') {
        if (spec === 'N') text = text.slice(0, Number(width));
        else
          text = text.padStart(
            Number(width),
            /^[0-9]/.test(text) && !flags.includes('_') ? '0' : ' ',
          );
      }
      return text;
    },
  );
}

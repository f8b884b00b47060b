/** strftime(3) in UTC and the C locale, which is all that the simulated machines have. */

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
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

/** What one letter stands for; undefined: no such letter. */
function field(letter: string, t: TimeFields, unixUs: number): string | undefined {
  const hour12 = t.hour % 12 === 0 ? 12 : t.hour % 12;
  const again = (format: string) => formatTime(format, unixUs);
  switch (letter) {
    case 'Y': return String(t.year);
    case 'C': return two(Math.floor(t.year / 100));
    case 'y': return two(t.year % 100);
    case 'm': return two(t.month + 1);
    case 'd': return two(t.day);
    case 'e': return two(t.day, ' ');
    case 'H': return two(t.hour);
    case 'k': return two(t.hour, ' ');
    case 'I': return two(hour12);
    case 'l': return two(hour12, ' ');
    case 'M': return two(t.minute);
    case 'S': return two(t.second);
    case 'N': return String((unixUs % 1_000_000) * 1000).padStart(9, '0');
    case 's': return String(Math.floor(unixUs / 1_000_000));
    case 'p': return t.hour < 12 ? 'AM' : 'PM';
    case 'P': return t.hour < 12 ? 'am' : 'pm';
    case 'a': return DAYS[t.weekday]!.slice(0, 3);
    case 'A': return DAYS[t.weekday]!;
    case 'b':
    case 'h': return MONTHS[t.month]!.slice(0, 3);
    case 'B': return MONTHS[t.month]!;
    case 'j': return String(t.yearDay + 1).padStart(3, '0');
    case 'u': return String(t.weekday === 0 ? 7 : t.weekday);
    case 'w': return String(t.weekday);
    case 'U': return two(Math.floor((t.yearDay + 7 - t.weekday) / 7));
    case 'W': return two(Math.floor((t.yearDay + 7 - ((t.weekday + 6) % 7)) / 7));
    case 'V': return two(isoWeek(t).week);
    case 'G': return String(isoWeek(t).year);
    case 'g': return two(isoWeek(t).year % 100);
    case 'q': return String(Math.floor(t.month / 3) + 1);
    case 'z': return '+0000';
    case 'Z': return 'UTC';
    case 'n': return '\n';
    case 't': return '\t';
    case '%': return '%';
    case 'D':
    case 'x': return again('%m/%d/%y');
    case 'F': return again('%Y-%m-%d');
    case 'T':
    case 'X': return again('%H:%M:%S');
    case 'R': return again('%H:%M');
    case 'r': return again('%I:%M:%S %p');
    case 'c': return again('%a %b %e %H:%M:%S %Y');
    default: return undefined;
  }
}

export function formatTime(format: string, unixUs: number): string {
  const t = timeFields(unixUs);
  return format.replace(
    /%([-_0^#]*)(\d*)(:{0,2}z|[EO]?[A-Za-z%])/g,
    (whole, flags: string, width: string, spec: string) => {
      if (spec === ':z') return '+00:00';
      if (spec === '::z') return '+00:00:00';
      let text = field(spec.replace(/^[EO](?=.)/, ''), t, unixUs);
      if (text === undefined) return whole;
      if (flags.includes('-')) text = text.replace(/^[0 ]+(?=.)/, '');
      if (flags.includes('_')) text = text.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
      if (flags.includes('0')) text = text.replace(/^ +/, (spaces) => '0'.repeat(spaces.length));
      if (flags.includes('^')) text = text.toUpperCase();
      if (width !== '') {
        if (spec === 'N') text = text.slice(0, Number(width));
        else text = text.padStart(Number(width), /^[0-9]/.test(text) && !flags.includes('_') ? '0' : ' ');
      }
      return text;
    },
  );
}

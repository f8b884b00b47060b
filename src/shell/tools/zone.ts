/**
 * The time zone that TZ names. The simulated roots have no zone files, so only the POSIX form
 * (`EST5EDT`, `UTC-2`) says anything; another name means UTC. Models glibc `tzset.c` and musl `__tz.c`.
 */
import { timeFields, UTC, type Zone } from '../time-format';

const FORM = /^([A-Za-z]{3,}|<[^>]+>)([-+]?\d{1,2})(?::(\d\d))?(?::\d\d)?([A-Za-z]{3,})?/;

/** Days of March or November up to the first Sunday, counted from 1. */
function firstSunday(year: number, month: number): number {
  const weekday = timeFields(Date.UTC(year, month, 1) * 1000).weekday;
  return 1 + ((7 - weekday) % 7);
}

/** glibc's rule where TZ gives none: that of the United States. */
function isSummer(unixUs: number, standardSeconds: number): boolean {
  const { year } = timeFields(unixUs + standardSeconds * 1e6);
  const begin = Date.UTC(year, 2, firstSunday(year, 2) + 7, 2) * 1000;
  const end = Date.UTC(year, 10, firstSunday(year, 10), 1) * 1000;
  const local = unixUs + standardSeconds * 1e6;
  return local >= begin && local < end;
}

export function zoneOf(tz: string | undefined, unixUs: number, musl: boolean): Zone {
  if (tz === undefined || tz === '') return UTC;
  const match = FORM.exec(tz);
  if (!match) return UTC;
  const sign = match[2]!.startsWith('-') ? 1 : -1;
  const hours = Math.abs(Number(match[2]));
  const seconds = sign * (hours * 3600 + Number(match[3] ?? 0) * 60);
  const name = match[1]!.replace(/[<>]/g, '');
  if (match[4] === undefined) return { name, seconds };
  // musl without a rule is always in summer.
  const summer = musl ? !tz.includes(',') || isSummer(unixUs, seconds) : isSummer(unixUs, seconds);
  return summer ? { name: match[4], seconds: seconds + 3600 } : { name, seconds };
}

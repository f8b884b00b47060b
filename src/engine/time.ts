/** Instants as the Engine API writes them. All are Unix time in microseconds, UTC. */

/** Go's zero time. */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

function parts(unixUs: number): { readonly seconds: string; readonly nanos: string } {
  const micros = ((unixUs % 1_000_000) + 1_000_000) % 1_000_000;
  const text = new Date(Math.floor(unixUs / 1000)).toISOString();
  return { seconds: text.slice(0, 19), nanos: `${micros.toString().padStart(6, '0')}000` };
}

/** RFC 3339 with nanoseconds, final zeros dropped; undefined is Go's zero time. */
export function formatTime(unixUs: number | undefined): string {
  if (unixUs === undefined) return ZERO_TIME;
  const { seconds, nanos } = parts(unixUs);
  const fraction = nanos.replace(/0+$/, '');
  return fraction === '' ? `${seconds}Z` : `${seconds}.${fraction}Z`;
}

/** With all nine digits, as log lines carry it. */
export function formatFixedTime(unixUs: number): string {
  const { seconds, nanos } = parts(unixUs);
  return `${seconds}.${nanos}Z`;
}

/** Unix microseconds of an RFC 3339 text. */
export function parseRfc3339(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (!match) return undefined;
  const ms = Date.parse(`${match[1]!}${match[3]!}`);
  if (Number.isNaN(ms)) return undefined;
  return ms * 1000 + Number((match[2] ?? '').padEnd(6, '0').slice(0, 6));
}

/** `seconds[.nanoseconds]` (moby `timetypes.ParseTimestamps`), or Go's error. */
export function parseUnixTime(text: string): number | { readonly message: string } {
  const [seconds, fraction] = text.split('.') as [string, string | undefined];
  if (!/^[+-]?\d+$/.test(seconds)) {
    const quoted = JSON.stringify(seconds);
    return { message: `strconv.ParseInt: parsing ${quoted}: invalid syntax` };
  }
  const micros = fraction === undefined ? 0 : Number(fraction.padEnd(9, '0').slice(0, 6));
  return Number(seconds) * 1_000_000 + micros;
}

/** Go's `Duration.String()` for whole microseconds. */
export function formatDuration(us: number): string {
  if (us === 0) return '0s';
  if (us < 1000) return `${us}µs`;
  if (us < 1_000_000) return `${us / 1000}ms`;
  const seconds = us / 1_000_000;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = Math.round((seconds % 60) * 1_000_000) / 1_000_000;
  return `${hours > 0 ? `${hours}h` : ''}${hours + minutes > 0 ? `${minutes}m` : ''}${rest}s`;
}

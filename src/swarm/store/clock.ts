/**
 * Time stamps of swarm records. The leader's wall clock in the real system; here virtual time plus the
 * Unix time that it started at. Go prints RFC 3339 with nanoseconds and without trailing zeros.
 */
import { MILLISECOND_US, type Runtime, type RandomStream } from '../../base';

/** Go's zero time, which the API shows where nothing was set. */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

export class SwarmClock {
  constructor(
    private readonly runtime: Runtime,
    /** Unix microseconds at virtual time 0. */
    readonly epochUs: number,
  ) {}

  /** The present instant in RFC 3339. */
  timestamp(): string {
    return formatTimestamp(this.unixUs());
  }

  unixUs(): number {
    return this.epochUs + this.runtime.now;
  }

  /** Microseconds of virtual time since a time stamp. */
  since(timestamp: string): number {
    return this.unixUs() - parseTimestamp(timestamp);
  }
}

export function formatTimestamp(unixUs: number): string {
  const ms = Math.floor(unixUs / MILLISECOND_US);
  const rest = unixUs - ms * MILLISECOND_US;
  const iso = new Date(ms).toISOString();
  const digits = (iso.slice(20, 23) + String(rest).padStart(3, '0')).replace(/0+$/, '');
  return `${iso.slice(0, 19)}${digits === '' ? '' : `.${digits}`}Z`;
}

/** Unix microseconds; 0 for the zero time and for nonsense. */
export function parseTimestamp(text: string): number {
  const parts =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/.exec(
      text,
    );
  if (!parts || text === ZERO_TIME) return 0;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  const ms = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
  const fraction = Math.floor(Number((parts[7] ?? '').padEnd(9, '0')) / 1000);
  const zone = (Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0)) * 60_000_000;
  return ms * MILLISECOND_US + fraction + (parts[8] === '-' ? zone : -zone);
}

const BASE36 = '0123456789abcdefghijklmnopqrstuvwxyz';

/** An id as swarmkit's `identity.NewID` makes them: 25 random digits of base 36. */
export function newId(random: RandomStream): string {
  let id = '';
  for (let i = 0; i < 25; i++) id += BASE36[random.below(36)]!;
  return id;
}

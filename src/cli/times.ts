/**
 * Times on the command line: Unix seconds, durations back from now, and dates (moby:
 * api/types/time).
 */
import { parseDuration } from '../api';
import { CliError } from './errors';

/** What the API is asked with; throws what the client says of a text that is neither. */
export function parseTime(text: string, nowSeconds: number): string {
  if (/^-?\d+(\.\d+)?$/.test(text)) return text;
  const duration = parseDuration(text);
  if (typeof duration === 'number') return String(Math.trunc(nowSeconds - duration / 1e9));
  const match =
    /^(\d{4}-\d\d-\d\d)(?:T(\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?))?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  if (match) {
    const time = (match[2] ?? '00').split(':');
    while (time.length < 3) time.push('00');
    const ms = Date.parse(`${match[1]!}T${time.join(':')}${match[3] ?? 'Z'}`);
    if (!Number.isNaN(ms)) return `${Math.floor(ms / 1000)}.000000000`;
  }
  throw new CliError(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
}

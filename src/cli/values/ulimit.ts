/** `--ulimit nofile=1024:2048` (go-units ParseUlimit). */
import { ValueError } from '../value-error';

export interface UlimitFlag {
  readonly Name: string;
  readonly Hard: number;
  readonly Soft: number;
}

const NAMES = (
  'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime ' +
  'sigpending stack'
).split(' ');

export function parseUlimit(text: string): UlimitFlag {
  const mark = text.indexOf('=');
  if (mark < 0) throw new ValueError(`invalid ulimit argument: ${text}`);
  const name = text.slice(0, mark);
  if (!NAMES.includes(name)) throw new ValueError(`invalid ulimit type: ${name}`);
  const values = text.slice(mark + 1).split(':');
  if (values.length > 2)
    throw new ValueError(
      `too many limit value arguments - ${text.slice(mark + 1)}, ` +
        'can only have up to two, `soft[:hard]`',
    );
  const numbers = values.map((value) => {
    if (!/^-?\d+$/.test(value))
      throw new ValueError(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
    return Number(value);
  });
  const soft = numbers[0]!;
  const hard = numbers[1] ?? soft;
  if (hard !== -1 && (soft === -1 || soft > hard))
    throw new ValueError(
      `ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`,
    );
  return { Name: name, Hard: hard, Soft: soft };
}

/**
 * `--network NAME` or `--network name=NAME,alias=A,driver-opt=K=V` (docker/cli:
 * opts/network.go).
 */
import { ValueError } from '../value-error';
import { splitCsv } from './words';

export interface NetworkFlag {
  readonly target: string;
  readonly aliases: readonly string[];
  readonly driverOpts: Readonly<Record<string, string>>;
}

export function parseNetworkAttachment(text: string): NetworkFlag {
  if (!/(?:^|,)name=/.test(text) && !text.includes(',')) {
    if (!/^[^=]*$/.test(text) && /^(alias|driver-opt)=/.test(text))
      throw new ValueError('network name/id is not specified');
    return { target: text, aliases: [], driverOpts: {} };
  }
  let target = '';
  const aliases: string[] = [];
  const driverOpts: Record<string, string> = {};
  for (const field of splitCsv(text)) {
    const mark = field.indexOf('=');
    if (mark < 0) throw new ValueError(`invalid field ${field}`);
    const key = field.slice(0, mark).trim().toLowerCase();
    const value = field.slice(mark + 1).trim();
    if (key === 'name') target = value;
    else if (key === 'alias') aliases.push(value);
    else if (key === 'driver-opt') {
      const at = value.indexOf('=');
      if (at < 0) throw new ValueError('invalid key value pair format in driver options');
      driverOpts[value.slice(0, at).trim().toLowerCase()] = value
        .slice(at + 1)
        .trim()
        .toLowerCase();
    } else throw new ValueError(`invalid field key ${key}`);
  }
  if (target === '') throw new ValueError('network name/id is not specified');
  return { target, aliases, driverOpts };
}

/**
 * Tests that some repeatable flags put their texts to (docker/cli: opts/opts.go and hosts.go).
 */
import { isReferenceError, parseReference } from '../api';
import { ValueError } from './value-error';
import { isIp } from './values/ip';

export type CheckName =
  | 'extra-host'
  | 'env'
  | 'label'
  | 'ip'
  | 'link'
  | 'dns-search'
  | 'attach'
  | 'sysctl'
  | 'tag'
  | 'cgroup-rule';

const CHECKS: Readonly<Record<CheckName, (text: string) => void>> = {
  'extra-host': (text) => {
    const mark = text.indexOf(':');
    if (mark <= 0) throw new ValueError(`bad format for add-host: ${JSON.stringify(text)}`);
    const ip = text.slice(mark + 1);
    if (ip !== 'host-gateway' && !isIp(ip))
      throw new ValueError(`invalid IP address in add-host: ${JSON.stringify(ip)}`);
  },
  env: (text) => {
    if (text.startsWith('=') || text === '')
      throw new ValueError(`invalid environment variable: ${text}`);
  },
  label: (text) => {
    const key = text.split('=')[0]!.trim();
    if (key === '') throw new ValueError(`invalid label '${text}': empty name`);
  },
  ip: (text) => {
    if (!isIp(text.trim())) throw new ValueError(`${text} is not an ip address`);
  },
  tag: (text) => {
    const reference = parseReference(text);
    if (isReferenceError(reference)) throw new ValueError(reference.referenceError);
  },
  link: (text) => {
    if (text === '') throw new ValueError('empty string specified for links');
    if (text.split(':').length > 2) throw new ValueError(`bad format for links: ${text}`);
  },
  'dns-search': (text) => {
    if (text !== '.' && !/^[a-zA-Z0-9_]([a-zA-Z0-9_.-]*[a-zA-Z0-9_.])?$/.test(text.trim()))
      throw new ValueError(`${text.trim()} is not a valid domain`);
  },
  sysctl: (text) => {
    const key = text.split('=')[0]!;
    const known =
      text.includes('=') &&
      (key.startsWith('net.') ||
        key.startsWith('fs.mqueue.') ||
        ['kernel.msgmax', 'kernel.msgmnb', 'kernel.msgmni', 'kernel.sem'].includes(key) ||
        /^kernel\.shm(all|max|mni|_rmid_forced)$/.test(key));
    if (!known) throw new ValueError(`sysctl '${text}' is not whitelisted`);
  },
  'cgroup-rule': (text) => {
    if (!/^[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}$/.test(text))
      throw new ValueError(`invalid device cgroup format '${text}'`);
  },
  attach: (text) => {
    if (!['stdin', 'stdout', 'stderr'].includes(text.toLowerCase()))
      throw new ValueError('valid streams are STDIN, STDOUT and STDERR');
  },
};

/** Throws a ValueError. */
export function checkText(name: CheckName, text: string): void {
  CHECKS[name](text);
}

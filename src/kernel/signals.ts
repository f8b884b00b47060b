/** Signals of Linux on x86-64: numbers, names and what they do by default (signal(7)). */
import type { Signal } from './syscalls';

/** Signals by number; index 0 is no signal. */
export const SIGNALS: readonly (Signal | '')[] = [
  '',
  'HUP',
  'INT',
  'QUIT',
  'ILL',
  'TRAP',
  'ABRT',
  'BUS',
  'FPE',
  'KILL',
  'USR1',
  'SEGV',
  'USR2',
  'PIPE',
  'ALRM',
  'TERM',
  'STKFLT',
  'CHLD',
  'CONT',
  'STOP',
  'TSTP',
  'TTIN',
  'TTOU',
  'URG',
  'XCPU',
  'XFSZ',
  'VTALRM',
  'PROF',
  'WINCH',
  'IO',
  'PWR',
  'SYS',
];

/** 9 for KILL. */
export function signalNumber(signal: Signal): number {
  return SIGNALS.indexOf(signal);
}

/** KILL for 9; undefined for a number that is no signal. */
export function signalOfNumber(number: number): Signal | undefined {
  const name = SIGNALS[number];
  return name === '' ? undefined : name;
}

/** KILL for "KILL", "kill", "SIGKILL" and "9". */
export function signalByName(text: string): Signal | undefined {
  if (/^[0-9]+$/.test(text)) return signalOfNumber(Number(text));
  const name = text.toUpperCase().replace(/^SIG/, '');
  return SIGNALS.find((signal): signal is Signal => signal !== '' && signal === name);
}

export type DefaultAction = 'terminate' | 'core' | 'stop' | 'continue' | 'ignore';

const CORE: readonly Signal[] = [
  'QUIT',
  'ILL',
  'TRAP',
  'ABRT',
  'BUS',
  'FPE',
  'SEGV',
  'XCPU',
  'XFSZ',
  'SYS',
];

export function defaultAction(signal: Signal): DefaultAction {
  switch (signal) {
    case 'CHLD':
    case 'URG':
    case 'WINCH':
      return 'ignore';
    case 'CONT':
      return 'continue';
    case 'STOP':
    case 'TSTP':
    case 'TTIN':
    case 'TTOU':
      return 'stop';
    default:
      return CORE.includes(signal) ? 'core' : 'terminate';
  }
}

/**
 * The formulas of memberlist (`util.go`, `suspicion.go`), with its LAN defaults. Logarithms are made
 * of additions and multiplications only, so that every browser gets the same digits.
 */
import { MILLISECOND_US, SECOND_US } from '../base';

export const PROBE_INTERVAL_US = SECOND_US;
export const PROBE_TIMEOUT_US = 500 * MILLISECOND_US;
export const INDIRECT_CHECKS = 3;
export const RETRANSMIT_MULT = 4;
export const SUSPICION_MULT = 4;
export const SUSPICION_MAX_MULT = 6;
export const PUSH_PULL_INTERVAL_US = 30 * SECOND_US;
export const GOSSIP_INTERVAL_US = 200 * MILLISECOND_US;
export const GOSSIP_NODES = 3;
export const GOSSIP_TO_DEAD_US = 30 * SECOND_US;
export const AWARENESS_MAX = 8;
/** What fits into one datagram. */
export const PACKET_BYTES_MAX = 1400;

/** Base-2 logarithm of a number from 1 up, to about 40 binary digits. */
export function log2(value: number): number {
  let whole = 0;
  let rest = value;
  while (rest >= 2) {
    rest /= 2;
    whole++;
  }
  let fraction = 0;
  for (let bit = 0.5; bit > 1e-12; bit /= 2) {
    rest *= rest;
    if (rest < 2) continue;
    rest /= 2;
    fraction += bit;
  }
  return whole + fraction;
}

const LOG2_OF_10 = log2(10);
/** Above the error of `log2`, below anything that the formulas tell apart. */
const EPSILON = 1e-9;

function log10(value: number): number {
  return log2(value) / LOG2_OF_10;
}

/** How often a piece of news is sent: 4 x ceil(log10(n + 1)). */
export function retransmitLimit(members: number): number {
  return RETRANSMIT_MULT * Math.ceil(log10(members + 1) - EPSILON);
}

/** Shortest time from suspicion to death. */
export function suspicionMinUs(members: number): number {
  const factor = Math.max(1, log10(Math.max(1, members)));
  const thousandths = Math.floor(factor * 1000 + EPSILON);
  return (SUSPICION_MULT * thousandths * PROBE_INTERVAL_US) / 1000;
}

/** How many others must agree before the shortest time holds. */
export function confirmationsNeeded(members: number): number {
  const wanted = SUSPICION_MULT - 2;
  return members - 2 < wanted ? 0 : wanted;
}

/** Time from suspicion to death when so many others have confirmed it. */
export function suspicionTimeoutUs(members: number, confirmations: number): number {
  const min = suspicionMinUs(members);
  const needed = confirmationsNeeded(members);
  if (needed === 0) return min;
  const max = SUSPICION_MAX_MULT * min;
  const share = log2(confirmations + 1) / log2(needed + 1);
  const us = max - share * (max - min);
  const ms = Math.floor(us / MILLISECOND_US + EPSILON);
  return Math.max(min, ms * MILLISECOND_US);
}

/** Interval of full exchanges: longer in big clusters. */
export function pushPullIntervalUs(members: number): number {
  if (members <= 32) return PUSH_PULL_INTERVAL_US;
  const steps = Math.ceil(log2(members) - 5 - EPSILON) + 1;
  return steps * PUSH_PULL_INTERVAL_US;
}

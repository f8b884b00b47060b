/** Random identifiers of the engine, from a stream of their own. */
import type { RandomStream } from '../base';

/** 64 hexadecimal digits: containers, execs (moby `stringid.GenerateRandomID`). */
export function newId(random: RandomStream): string {
  let text = '';
  for (const byte of random.bytes(32)) text += byte.toString(16).padStart(2, '0');
  // An id whose first twelve digits are all decimal is refused, as host names must not look like it.
  return /^[0-9]{12}/.test(text) ? newId(random) : text;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The engine's own id: twelve groups of four (libtrust key fingerprint). */
export function newEngineId(random: RandomStream): string {
  const groups: string[] = [];
  for (let i = 0; i < 12; i++) {
    let group = '';
    for (let j = 0; j < 4; j++) group += BASE32[random.below(32)]!;
    groups.push(group);
  }
  return groups.join(':');
}

export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

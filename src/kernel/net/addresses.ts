/**
 * IPv4 arithmetic: addresses and prefixes as text at every border, as 32-bit numbers inside.
 */

/** 192.168.0.11 as a number, or undefined where it is no dotted quad. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^[0-9]{1,3}$/.test(part)) return undefined;
    const octet = Number(part);
    if (octet > 255) return undefined;
    value = value * 256 + octet;
  }
  return value;
}

export function formatAddress(value: number): string {
  const at = (shift: number) => Math.floor(value / shift) % 256;
  return `${at(16777216)}.${at(65536)}.${at(256)}.${at(1)}`;
}

/** A network prefix. `base` has no host bits. */
export interface Prefix {
  readonly base: number;
  readonly length: number;
}

/** How many addresses a prefix of that length has. */
export function prefixSize(length: number): number {
  return 2 ** (32 - length);
}

/** "10.0.0.5/24": the prefix and the address itself; undefined where it is no CIDR notation. */
export function parseCidr(text: string): { prefix: Prefix; address: number } | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (address === undefined || !/^[0-9]{1,2}$/.test(digits)) return undefined;
  const length = Number(digits);
  if (length > 32) return undefined;
  return { prefix: prefixOf(address, length), address };
}

export function prefixOf(address: number, length: number): Prefix {
  const size = prefixSize(length);
  return { base: Math.floor(address / size) * size, length };
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.base)}/${prefix.length}`;
}

export function prefixHas(prefix: Prefix, address: number): boolean {
  return address >= prefix.base && address < prefix.base + prefixSize(prefix.length);
}

export function prefixesOverlap(a: Prefix, b: Prefix): boolean {
  return prefixHas(a, b.base) || prefixHas(b, a.base);
}

/** True for 127.0.0.0/8. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.');
}

/** The MAC address that Docker gives to an interface: 02:42 and the four bytes of the address. */
export function dockerMac(address: string): string {
  const value = parseAddress(address) ?? 0;
  return `02:42:${hexBytes(value, 4)}`;
}

/** The lowest bytes of a number, most significant first, as MAC addresses are written. */
export function hexBytes(value: number, count: number): string {
  const parts: string[] = [];
  for (let i = 0; i < count; i++) {
    parts.unshift((Math.floor(value / 256 ** i) % 256).toString(16).padStart(2, '0'));
  }
  return parts.join(':');
}

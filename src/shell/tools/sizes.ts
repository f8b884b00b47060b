/** Sizes for people: `1.5K`, `20M`. Models gnulib `human.c` and BusyBox `human_readable.c`. */

/** `ls`, `du`, `df`: rounded up with one decimal below ten. */
export function humanSize(bytes: number, _style: 'ls'): string {
  if (bytes < 1024) return String(bytes);
  const units = 'KMGTPE';
  let value = bytes;
  let unit = -1;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const tenths = Math.ceil(value * 10) / 10;
  if (tenths < 10) return `${tenths.toFixed(1)}${units[unit]!}`;
  const whole = Math.ceil(value);
  return whole >= 1024 && unit < units.length - 1
    ? `1.0${units[unit + 1]!}`
    : `${whole}${units[unit]!}`;
}

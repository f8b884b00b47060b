/**
 * Machine code in images that came from outside (`fs/binfmt_elf.c`). It cannot be run here; a
 * program that is known by name stands in for it: busybox for busybox, whatever its links are
 * called, `python3` for `python3.11`. A stand-in may also name its program inside the file.
 */

const MAGIC = [0x7f, 0x45, 0x4c, 0x46];
const CLASS_64 = 2;
/** e_machine of x86-64. */
const X86_64 = 0x3e;
/** Where the file header ends; a stand-in has its `#!drydock` line there. */
export const ELF_HEADER_BYTES = 64;

/** other: no ELF; foreign: for another processor. */
export function elfKind(head: Uint8Array): 'native' | 'foreign' | 'other' {
  if (head.length < 20 || MAGIC.some((byte, i) => head[i] !== byte)) return 'other';
  return head[4] === CLASS_64 && head[18] === X86_64 ? 'native' : 'foreign';
}

/** The header of a 64-bit executable. */
export function elfHeader(): Uint8Array {
  const head = new Uint8Array(ELF_HEADER_BYTES);
  head.set([...MAGIC, CLASS_64, 1, 1]);
  head.set([2, 0, X86_64, 0, 1], 16);
  head.set([ELF_HEADER_BYTES, 0, 56, 0, 1], 52);
  return head;
}

/** Names under which a file's program may be known, best first. */
export function programNames(file: string): string[] {
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.static$/, '');
  const names = [name];
  const short = name.replace(/[-.]?\d+(\.\d+)*$/, '');
  const major = /^(\D+\d+)\.[\d.]+$/.exec(name)?.[1];
  if (major !== undefined) names.push(major);
  if (short !== '' && short !== name) names.push(short);
  return names;
}

import { describe, expect, it } from 'vitest';
import { elfHeader, elfKind, programNames } from './elf';

describe('machine code from outside', () => {
  it('is known by its header', () => {
    expect(elfKind(elfHeader())).toBe('native');
    const arm = elfHeader();
    arm[18] = 0xb7;
    expect(elfKind(arm)).toBe('foreign');
    expect(elfKind(new Uint8Array([0x23, 0x21, 0x2f]))).toBe('other');
  });

  it('goes by its name, then by its name without a version', () => {
    expect(programNames('/usr/bin/python3.11')).toEqual(['python3.11', 'python3', 'python']);
    expect(programNames('/bin/busybox')).toEqual(['busybox']);
    expect(programNames('/bin/busybox.static')).toEqual(['busybox']);
  });
});

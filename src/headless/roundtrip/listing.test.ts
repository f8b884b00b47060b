import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { differences, listArchive } from './listing';

function archiveOf(text: string): Buffer {
  const dir = mkdtempSync(join(tmpdir(), 'drydock-listing-'));
  try {
    mkdirSync(join(dir, 'folder'), { mode: 0o755 });
    writeFileSync(join(dir, 'folder/file'), text, { mode: 0o640 });
    symlinkSync('file', join(dir, 'folder/link'));
    const owner = ['--owner=7', '--group=8', '--sort=name'];
    return spawnSync('tar', ['-C', dir, ...owner, '-cf', '-', 'folder']).stdout;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

describe('listings of archives', () => {
  it('hold type, mode, owner, size, link and digest', () => {
    const lines = listArchive(archiveOf('hello'), false);
    expect([...lines.keys()]).toEqual(['folder', 'folder/file', 'folder/link']);
    expect(lines.get('folder/file')).toBe('file 640 7:8 5 2cf24dba5fb0a30e');
    expect(lines.get('folder/link')).toMatch(/^symlink 777 7:8 0 -> file$/);
  });

  it('show what differs', () => {
    const [one, other] = [listArchive(archiveOf('a'), false), listArchive(archiveOf('b'), false)];
    expect(differences(one, one)).toEqual([]);
    expect(differences(one, other)).toHaveLength(1);
  });
});

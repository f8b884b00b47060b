import { describe, expect, test } from 'vitest';
import { addLayer, emptyTree, findNode, markOf } from './file-tree';
import { instructionOf } from './image-model';
import { diffLines } from './line-diff';
import { rowsOf } from './rows';
import type { TarFile } from './tar';
import { scoreOf, wasteOf } from './waste';

function file(name: string, text = '', type: TarFile['type'] = 'file'): TarFile {
  const data = new TextEncoder().encode(text);
  const owner = { uid: 0, gid: 0, mtime: 0 };
  return { name, type, size: data.length, mode: 0o644, ...owner, target: '', data };
}

function tree() {
  const root = emptyTree();
  addLayer(root, 0, [
    file('etc/', '', 'dir'),
    file('etc/motd', 'hello'),
    file('etc/old/', '', 'dir'),
    file('etc/old/a', 'aaaa'),
    file('big', '0123456789'),
  ]);
  addLayer(root, 1, [file('etc/motd', 'changed'), file('etc/.wh.old'), file('new', 'n')]);
  addLayer(root, 2, [file('.wh.big'), file('etc/motd', 'changed')]);
  return root;
}

const all = { open: new Set<never>(), onlyChanges: false, filter: '' };

describe('a tree of three layers', () => {
  test('what each layer does', () => {
    const root = tree();
    const marks = (path: string) => [0, 1, 2].map((i) => markOf(findNode(root, path)!, i));
    expect(marks('/etc/motd')).toEqual(['added', 'changed', 'same']);
    expect(marks('/etc/old')).toEqual(['added', 'deleted', '']);
    expect(marks('/big')).toEqual(['added', '', 'deleted']);
  });

  test('what shows', () => {
    const names = (top: number, layer = top) =>
      rowsOf(tree(), { ...all, top, layer }).map((r) => r.node.name + (r.hidden ? '-' : ''));
    expect(names(0)).toEqual(['big', 'etc']);
    expect(names(1)).toEqual(['big', 'etc', 'new']);
    expect(names(2)).toEqual(['big-', 'etc', 'new']);
    expect(names(2, 0)).toEqual(['etc', 'new']);
    const found = rowsOf(tree(), { ...all, filter: 'old', top: 1, layer: 1 });
    expect(found.map((r) => [r.node.path, r.hidden])).toEqual([
      ['/etc', false],
      ['/etc/old', true],
      ['/etc/old/a', true],
    ]);
  });

  test('what nobody sees', () => {
    const waste = wasteOf(tree(), 3);
    expect(waste.files.map((f) => [f.node.path, f.bytes, f.deleted])).toEqual([
      ['/etc/motd', 12, false],
      ['/big', 10, true],
      ['/etc/old/a', 4, true],
    ]);
    expect([waste.carried, waste.wasted, scoreOf(waste)]).toEqual([34, 26, 24]);
  });
});

test('instructions as they were written', () => {
  const check = (from: string, to: string) => expect(instructionOf(from)).toBe(to);
  check('/bin/sh -c #(nop) ADD file:5d67 in / ', 'ADD /');
  check('/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]');
  check('/bin/sh -c apk add curl', 'RUN apk add curl');
  check('|1 V=2 /bin/sh -c echo $V', 'RUN echo $V');
  check('RUN /bin/sh -c pip install flask # buildkit', 'RUN pip install flask');
  check('COPY app.py /app.py # buildkit', 'COPY app.py /app.py');
});

test('differences', () => {
  expect(diffLines('a\nb\nc\n', 'a\nx\nc\nd\n').map((l) => l.kind[0] + l.text)).toEqual([
    'sa',
    'ob',
    'ix',
    'sc',
    'id',
  ]);
});

/**
 * Images: the archive and digest of a layer against Node's own SHA-256 over the same bytes, the lab's
 * build, and what a lookup in a stack costs by layers and by files.
 */
import { createHash } from 'node:crypto';
import { RandomStream, Runtime } from '../../base';
import { UnionFs, hostileLab, layersLab, type LayerNode } from '../../engine';
import { InlineCluster } from '../../host/inline';
import { Disk, WallClock } from '../../kernel';
import { cpuSeconds, median, type Measurement, type Row } from './row';

const IMAGE_BYTES = 50_000_000;
const FILES = 50;
const ROUNDS = 3;
const LOOKUPS = 20_000;

const own = { mode: 0o644, uid: 0, gid: 0, mtimeUs: 0 } as const;

function treeOf(files: number, bytes: number): LayerNode {
  const random = new RandomStream(1, 'bench/images');
  const children = new Map<string, LayerNode>();
  for (let i = 0; i < files; i++) {
    const data = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += 4096) data[at] = random.below(256);
    children.set(`file${String(i).padStart(6, '0')}`, { ...own, type: 'file', data });
  }
  return { ...own, type: 'dir', mode: 0o755, children };
}

function digestRow(): Row {
  const tree = treeOf(FILES, IMAGE_BYTES / FILES);
  const ratios = Array.from({ length: ROUNDS }, () => {
    let tar: Uint8Array = new Uint8Array(0);
    const ours = cpuSeconds(() => {
      tar = hostileLab.tar(tree);
      layersLab.digest(tar);
    });
    const node = cpuSeconds(() => void createHash('sha256').update(tar).digest());
    return node / ours;
  });
  const value = `${median(ratios).toFixed(2)} of Node's crypto`;
  return { what: 'tar and SHA-256 of a 50 MB image', value, aim: '0.5 or more' };
}

const DOCKERFILE = [
  'FROM python:3.10.5-alpine',
  'RUN pip install flask',
  'CMD ["python","app.py"]',
  'COPY app.py /app.py',
].join('\n');

/** Wall time, since the build waits only for virtual time. */
function labRow(): Row {
  const cluster = new InlineCluster({ seed: 1, nodes: 1, hub: 'real' });
  cluster.runFor(1_000_000);
  cluster.exec('node1', 'docker pull -q python:3.10.5-alpine');
  cluster.writeFile('node1', '/root/lab/Dockerfile', `${DOCKERFILE}\n`, 0o644);
  cluster.writeFile('node1', '/root/lab/app.py', 'print("hello World!")\n', 0o644);
  const what = { what: "build of the lab's image, wall time", aim: 'under 100 ms' };
  let failure = '';
  const times = Array.from({ length: ROUNDS }, () => {
    const began = performance.now();
    const build = 'docker image build --no-cache -t python-hello-world .';
    const { exitCode, stdout, stderr } = cluster.exec('node1', `cd /root/lab && ${build}`);
    if (exitCode !== 0) failure = (stdout + stderr).trim().split('\n').at(-1)!;
    return performance.now() - began;
  });
  if (failure !== '') return { ...what, value: `failed: ${failure}` };
  const value = `${Math.round(median(times))} ms`;
  return { ...what, value };
}

/** Seconds for a fixed number of lookups that find nothing in a fresh mount. */
function lookupSeconds(layers: number, files: number): number {
  const stack = Array.from({ length: layers }, () => treeOf(files, 0));
  const clock = new WallClock(new Runtime(1, 'bench'), 0);
  const fs = new UnionFs(1, stack, clock, new Disk(1 << 30));
  const turn = () => {
    for (let i = 0; i < LOOKUPS; i++) fs.lookup(fs.root, `missing${i}`);
  };
  turn();
  return median(Array.from({ length: ROUNDS }, () => cpuSeconds(turn)));
}

function lookupRows(): Row[] {
  const by = (a: number, b: number) => `${(b / a).toFixed(1)} times`;
  const layers = by(lookupSeconds(5, 100), lookupSeconds(50, 100));
  const files = by(lookupSeconds(5, 100), lookupSeconds(5, 10_000));
  return [
    { what: 'union lookup, 10 times the layers', value: layers, aim: '10 times or less' },
    { what: 'union lookup, 100 times the files', value: files, aim: 'about 1 time' },
  ];
}

export const measureImages: Measurement = () => [digestRow(), labRow(), ...lookupRows()];

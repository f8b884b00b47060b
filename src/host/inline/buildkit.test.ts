import { expect, test } from 'vitest';
import { InlineCluster } from './inline-cluster';

const DOCKERFILE = [
  'FROM busybox:1.35 AS left',
  'RUN sleep 2; echo left > /l',
  'FROM busybox:1.35',
  'COPY . /app',
  'COPY --from=left /l /l',
  'CMD ["cat","/l"]',
].join('\n');

function machine(): InlineCluster {
  const cluster = new InlineCluster({ seed: 1, nodes: 1, hub: 'stand-in' });
  cluster.runFor(1_000_000);
  cluster.writeFile('node1', '/root/e/Dockerfile', `${DOCKERFILE}\n`, 0o644);
  cluster.writeFile('node1', '/root/e/a.txt', 'A\n', 0o644);
  return cluster;
}

const BUILD = 'cd /root/e && DOCKER_BUILDKIT=1 docker build --progress=plain -t t:1 .';

test('a build runs its stages, and finds them again', () => {
  const cluster = machine();
  const first = cluster.exec('node1', BUILD);
  expect(first.stderr).toContain('transferring dockerfile: ');
  expect(first.stderr).toContain('naming to docker.io/library/t:1 done');
  expect(cluster.exec('node1', 'docker run --rm t:1').stdout).toBe('left\n');
  const again = cluster.exec('node1', BUILD);
  expect(again.stderr.match(/CACHED/g)).toHaveLength(3);
  cluster.exec('node1', 'echo B > /root/e/a.txt');
  cluster.takeXray();
  cluster.exec('node1', BUILD);
  const missed = cluster.takeXray().flatMap(({ record }) => {
    const own = record.kind === 'build-step' && record.cache?.hit === false;
    return own ? [record.cache?.cause?.kind] : [];
  });
  expect(missed).toEqual(['files', 'parent']);
});

test('a machine that is copied in the middle of a RUN ends its build like the other', () => {
  const cluster = machine();
  const exec = (on: InlineCluster) =>
    on.exec('node1', 'sleep 6; docker images -q --no-trunc t:1').stdout;
  cluster.exec('node1', `(${BUILD} > /dev/null 2>&1 &); sleep 1`);
  const copy = cluster.clone();
  const id = exec(cluster);
  expect(id).toMatch(/^sha256:/);
  expect(exec(copy)).toBe(id);
});

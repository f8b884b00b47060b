/** The memory of the page and all its workers in the lab: ten tasks, two services, requests, a raft lens. */
import { expect, test } from '@playwright/test';
import { watchHeaps } from './heaps';
import { openPage, prompt, rows, speed, type } from './terminal';

const LIMIT_BYTES = 300 * 1024 * 1024;
const MOUNT = '--mount source=/etc/hostname,target=/usr/share/nginx/html/index.html,type=bind,ro';

test('the lab stays small', async ({ page }) => {
  test.setTimeout(360_000);
  await openPage(page, '/?host=worker');
  const heaps = await watchHeaps(page);
  await type(page, 'node1', 'docker swarm init --advertise-addr eth0', 'To add a worker');
  await prompt(page);
  const text = (await rows(page)).replace(/\n/g, '');
  const token = /SWMTKN-1-[a-z0-9]{50}-[a-z0-9]{25}/.exec(text)![0];
  const join = `docker swarm join --token ${token} 192.168.0.11:2377`;
  for (const node of ['node2', 'node3']) await type(page, node, join, 'This node joined a swarm');
  await speed(page, '10×');
  for (const [name, port] of Object.entries({ nginx1: 80, nginx2: 81 })) {
    const create = `docker service create -q --name ${name} --replicas 5 --publish ${port}:80`;
    await type(page, 'node1', `${create} ${MOUNT} nginx:1.12`, /\n[a-z0-9]{25}\n/);
  }
  await type(page, 'node1', 'for i in 1 2 3 4 5 6 7 8 9; do curl localhost:80; done', /\nnode\d\n/);
  await prompt(page);

  const measured = await heaps.measure();
  const names = measured.map(({ name }) => name);
  expect(names.sort()).toEqual(['cluster', 'node', 'node', 'node', 'page']);
  const total = measured.reduce((sum, { bytes }) => sum + bytes, 0);
  const parts = measured.map(({ name, bytes }) => `${name} ${(bytes / 2 ** 20).toFixed(1)}`);
  console.log(`heaps ${(total / 2 ** 20).toFixed(1)} MB: ${parts.join(', ')}`);
  expect(total).toBeLessThan(LIMIT_BYTES);
});

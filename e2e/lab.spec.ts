/** The Swarm lab, typed into xterm by hand, in a real browser with one worker a node. */
import { expect, test } from '@playwright/test';
import { front, openPage, prompt, rows, shows, speed, type } from './terminal';

const MOUNT = '--mount source=/etc/hostname,target=/usr/share/nginx/html/index.html,type=bind,ro';

test('the Swarm lab', async ({ page }) => {
  test.setTimeout(480_000);
  await openPage(page, '/?host=worker');
  await type(page, 'node1', 'docker swarm init --advertise-addr eth0', 'To add a worker');
  await prompt(page);
  const text = (await rows(page)).replace(/\n/g, '');
  const token = /SWMTKN-1-[a-z0-9]{50}-[a-z0-9]{25}/.exec(text)![0];
  const join = `docker swarm join --token ${token} 192.168.0.11:2377`;
  await type(page, 'node2', join, 'This node joined a swarm as a worker.');
  await type(page, 'node3', join, 'This node joined a swarm as a worker.');
  await expect
    .poll(async () => {
      const list = await type(page, 'node1', 'docker node ls', 'MANAGER STATUS');
      await prompt(page);
      return ((await rows(page)) || list).match(/Ready/g)?.length;
    })
    .toBe(3);
  expect(await rows(page)).toContain('Leader');
  await type(
    page,
    'node2',
    'docker node ls',
    'Error response from daemon: This node is not a swarm manager.',
  );

  await speed(page, '10×');
  await type(
    page,
    'node1',
    `docker service create --detach=true --name nginx1 --publish 80:80 ${MOUNT} nginx:1.12`,
    /\n[a-z0-9]{25}\n/,
  );
  await type(
    page,
    'node1',
    'docker service ls',
    /nginx1 +replicated +[01]\/1 +nginx:1.12 +\*:80->80\/tcp/,
  );
  await expect
    .poll(() => type(page, 'node1', 'docker service ps nginx1', 'CURRENT STATE'), {
      timeout: 60_000,
    })
    .toMatch(/nginx1\.1 .*Running +Running/);
  for (const node of ['node1', 'node2', 'node3']) {
    await type(page, node, 'curl localhost:80', /\nnode[123]\n/);
  }
  await type(
    page,
    'node1',
    'docker service update --replicas=5 --detach=true nginx1',
    '\nnginx1\n',
  );
  await expect
    .poll(
      async () =>
        (await type(page, 'node1', 'docker service ps nginx1', 'nginx1.5')).match(
          /Running +Running/g,
        )?.length,
      { timeout: 60_000 },
    )
    .toBe(5);
  await type(page, 'node1', 'for i in 1 2 3 4 5 6; do curl -s localhost:80; done', /(node\d\n){6}/);
  const names = new Set((await rows(page)).match(/^node\d$/gm));
  expect(names.size).toBeGreaterThan(1);
  await type(
    page,
    'node1',
    'docker service logs nginx1 | head -3',
    /nginx1\.\d\.[a-z0-9]{12}@node\d {4}\| 10\.0\.0\.\d+ - - \[.*\] "GET \/ HTTP\/1\.1" 200 6 "-" "curl/,
  );
  await type(
    page,
    'node1',
    'docker service update --image nginx:1.13 --detach=true nginx1',
    '\nnginx1\n',
  );
  await expect
    .poll(
      async () =>
        (await type(page, 'node1', 'docker service ps nginx1', 'nginx1.5')).match(
          /nginx:1\.13 .*Running +Running/g,
        )?.length,
      { timeout: 120_000 },
    )
    .toBe(5);
  expect((await rows(page)).match(/ \\_ nginx1\.\d +nginx:1\.12/g)?.length).toBe(5);

  await type(
    page,
    'node1',
    `docker service create --detach=true --name nginx2 --replicas=5 --publish 81:80 ${MOUNT} nginx:1.12`,
    /\n[a-z0-9]{25}\n/,
  );
  await type(page, 'node1', 'watch -n 1 docker service ps nginx2', /(Running +Running[^]*){5}/);
  await type(page, 'node3', 'docker swarm leave', 'Node left the swarm.');
  await front(page, 'node1');
  await shows(page, /node3 +Shutdown/);
  await expect
    .poll(async () => (await rows(page)).match(/node[12] +Running +Running/g)?.length, {
      timeout: 120_000,
    })
    .toBe(5);
  await page.keyboard.press('Control+C');
  await type(page, 'node1', 'docker node ls', /node3 +Down/);
});

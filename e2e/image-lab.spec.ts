/** The image lab, typed into the editor and xterm by hand, in a real browser. */
import { expect, test, type Page } from '@playwright/test';
import { openPage, prompt, rows, shows, speed, type } from './terminal';

/** Writes a file in the page's editor, from `edit FILE` to Ctrl-S. */
async function edit(page: Page, file: string, text: string): Promise<void> {
  await type(page, 'node1', `edit ${file}`);
  const content = page.locator('.editor-file:not([hidden]) .cm-content');
  await expect(content).toBeFocused();
  await page.keyboard.press('Control+a');
  // Pasted: the editor's own indentation would come on top of the text's.
  await page.keyboard.insertText(text);
  await page.keyboard.press('Control+s');
  await expect(page.locator('.editor-file:not([hidden]) [role="status"]')).toContainText('Written');
  await page.getByRole('button', { name: 'Close the editor' }).click();
  await page.locator('.xterm-helper-textarea').first().focus();
}

test('the image lab', async ({ page }) => {
  test.setTimeout(300_000);
  await openPage(page, '/?nodes=1&lab=02-images');
  await expect(page.getByRole('heading', { name: 'Write two files' })).toBeVisible();
  await prompt(page);
  await edit(page, 'index.html', 'hello World!\n');
  await edit(
    page,
    'Dockerfile',
    'FROM nginx:1.13\nRUN echo "made by a RUN" > /built.txt\nCMD ["nginx","-g","daemon off;"]\n' +
      'COPY index.html /usr/share/nginx/html/index.html\n',
  );
  await type(page, 'node1', 'cat Dockerfile index.html', /COPY index.html[^]*\nhello World!/);
  await expect(page.locator('.check[data-state="done"]')).toHaveCount(2);
  await page.getByRole('button', { name: 'Next step' }).click();
  await speed(page, '10×');
  await type(page, 'node1', 'docker image build -t hello-page .', 'tagged hello-page:latest');
  await type(page, 'node1', 'docker image ls', /hello-page +latest +[0-9a-f]{12}/);
  await expect(page.locator('.check[data-state="done"]')).toHaveCount(3);
  await page.getByRole('button', { name: 'Next step' }).click();
  await type(page, 'node1', 'docker run -p 5001:80 -d hello-page', /\n[0-9a-f]{64}\n/);
  await type(page, 'node1', 'curl localhost:5001', '\nhello World!\n');
  const list = await type(page, 'node1', 'docker container ls', '0.0.0.0:5001->80/tcp');
  const id = /\n([0-9a-f]{3})[0-9a-f]{9} +hello-page/.exec(list)![1]!;
  await type(page, 'node1', `docker container logs ${id}`, '"GET / HTTP/1.1" 200');
  await edit(page, 'wrong.txt', 'from flask import Flask\napp = Flask(__name__)\n');
  await type(
    page,
    'node1',
    'docker build -f wrong.txt .',
    'dockerfile parse error line 1: FROM requires either one or three arguments',
  );
  await type(page, 'node1', 'docker login', /Username: ?$/);
  await page.keyboard.type('alice\n');
  await shows(page, /Password: ?$/);
  await page.keyboard.type('harbour\n');
  await shows(page, 'Login Succeeded');
  await type(page, 'node1', 'docker tag hello-page alice/hello-page');
  await type(page, 'node1', 'docker push alice/hello-page', /latest: digest: sha256:/);
  expect(await rows(page)).toContain('Pushed');
  await edit(page, 'index.html', 'hello again!\n');
  await type(page, 'node1', 'docker image build -t alice/hello-page .', 'Successfully tagged');
  expect((await rows(page)).match(/Using cache/g)).toHaveLength(2);
  await type(page, 'node1', 'docker push alice/hello-page', /latest: digest: sha256:/);
  expect(await rows(page)).toContain('Layer already exists');
  expect((await rows(page)).match(/: Pushed/g)).toHaveLength(1);
  await type(page, 'node1', 'docker image history alice/hello-page | head -4', 'CREATED BY');
  const change = 'echo more >> /etc/issue; touch /tmp/new; rm /etc/host.conf';
  await type(page, 'node1', `docker exec ${id} sh -c "${change}"`);
  await type(page, 'node1', `docker diff ${id}`, /D \/etc\/host.conf/);
  await page.getByRole('tab', { name: 'Layers' }).click();
  await page.getByRole('button', { name: 'Sharing' }).click();
  await expect(page.locator('.sharing')).toContainText('Sharing saves');
  await type(page, 'node1', `docker container stop ${id} && docker container rm ${id}`);
  await type(page, 'node1', 'docker system prune -f', 'Total reclaimed space');
});

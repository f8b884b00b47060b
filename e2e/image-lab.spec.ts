/** The image lab, typed into the editor and xterm by hand, in a real browser. */
import { expect, test, type Page } from '@playwright/test';
import { openPage, prompt, rows, shows, speed, type } from './terminal';

const app = (greeting: string) => `from flask import Flask

app = Flask(__name__)

@app.route("/")
def hello():
    return "${greeting}"

if __name__ == "__main__":
    app.run(host="0.0.0.0")
`;

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
  await edit(page, 'app.py', app('hello World!'));
  await edit(
    page,
    'Dockerfile',
    'FROM python:3.10.5-alpine\nRUN pip install flask\nCMD ["python","app.py"]\nCOPY app.py /app.py\n',
  );
  await type(page, 'node1', 'cat Dockerfile app.py', /COPY app.py[^]*hello World!/);
  await expect(page.locator('.check[data-state="done"]')).toHaveCount(2);
  await page.getByRole('button', { name: 'Next step' }).click();
  await speed(page, '10×');
  await type(
    page,
    'node1',
    'docker image build -t python-hello-world .',
    'tagged python-hello-world:latest',
  );
  await type(page, 'node1', 'docker image ls', /python-hello-world +latest +[0-9a-f]{12}/);
  await expect(page.locator('.check[data-state="done"]')).toHaveCount(3);
  await page.getByRole('button', { name: 'Next step' }).click();
  await type(page, 'node1', 'docker run -p 5001:5000 -d python-hello-world', /\n[0-9a-f]{64}\n/);
  await type(page, 'node1', 'curl localhost:5001', /\nhello World!/);
  const list = await type(page, 'node1', 'docker container ls', '0.0.0.0:5001->5000/tcp');
  const id = /\n([0-9a-f]{3})[0-9a-f]{9} +python-hello-world/.exec(list)![1]!;
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
  await type(page, 'node1', 'docker tag python-hello-world alice/python-hello-world');
  await type(page, 'node1', 'docker push alice/python-hello-world', /latest: digest: sha256:/);
  expect(await rows(page)).toContain('Pushed');
  await edit(page, 'app.py', app('hello again!'));
  await type(
    page,
    'node1',
    'docker image build -t alice/python-hello-world .',
    'Successfully tagged',
  );
  expect((await rows(page)).match(/Using cache/g)).toHaveLength(2);
  await type(page, 'node1', 'docker push alice/python-hello-world', /latest: digest: sha256:/);
  expect(await rows(page)).toContain('Layer already exists');
  expect((await rows(page)).match(/: Pushed/g)).toHaveLength(1);
  await type(
    page,
    'node1',
    'docker image history alice/python-hello-world | head -4',
    'CREATED BY',
  );
  const change = 'echo more >> /etc/issue; touch /tmp/new; rm /etc/motd';
  await type(page, 'node1', `docker exec ${id} sh -c "${change}"`);
  await type(page, 'node1', `docker diff ${id}`, /D \/etc\/motd/);
  await page.getByRole('tab', { name: 'Layers' }).click();
  await page.getByRole('button', { name: 'Sharing' }).click();
  await expect(page.locator('.sharing')).toContainText('Sharing saves');
  await type(page, 'node1', `docker container stop ${id} && docker container rm ${id}`);
  await type(page, 'node1', 'docker system prune -f', 'Total reclaimed space');
});

/** The Layers and Container lenses, the editor, and archives dropped onto the page. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { openPage, prompt, rows, speed, type } from './terminal';

async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).exclude('.xterm').analyze();
  const grave = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
  const told = grave.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
  expect(told).toEqual([]);
}

/** `dropped:1`: one layer with /etc/greeting, as `docker save` writes it, gzipped. */
const ARCHIVE =
  'H4sIAAAAAAACA+3bTWvbMBgH8Jz3KYzOWyvLeolzzXWwMXrZRih6c+LhRMFWYCHku09KG2jLRkpZvRX+PwyOJdmyeP' +
  'zYlyed3vv+Kup+8npoIjk/7ZMne8YftN23KyHFpKCTEeyGvHg6ylz/IR/t9WvPkYOqhPhD/H/3WwpGJ4VA/EeJ/7L3' +
  'Prab5b/J//wKqB7Hv0wvBYb8H8PKd10omj6si7CLQ+v8uwkAAAAAAAAAAAAAAAAAAAAAALwNpuKGiZqLynPnJbeVaq' +
  'ZOcCZSq9eGU6tobZSykjlDufGMltIJyqWikvmrH0PYXJjjUv2XKOWT+i/FUhPqv0ZwILq3qzZ6G3e9J7OC6LWTnLwv' +
  'SBjyYddudj/zoQ2bpl2mpgOZr13afydWx9xz/bCIkCyOeXDvdfR5FGGUVR9ombYbSmen7Vs+a9UOMfT7fKHDc8bfD7' +
  'k1+RQy//T5a3Ges3h8B8dFGt6HEJvhdLtxvz2trMu1zkO+lmub5rZ1w2kVw0ozIWe6sZxV3jTpUZ9Wda14aRQ1VlbT' +
  'Wlbp6S8bV0rLTOqonfCMq5oZ56dS0rK207Tw49uL/1pv2sYP8Tl5/FKX8p+V5dP6T84p8n8MKffm58Qmf+VjkPPri9' +
  '+GG728yy/Xh+3Wu1lJcl5+vEvC3NGd/3uQUmeBTzEAAAAAAAAAAAAAAAAAAMCL/QKIoxWIAFAAAA==';

/** Drops a file of these bytes onto the page, as a person would. */
async function drop(page: Page, name: string, base64: string): Promise<void> {
  await page.evaluate(
    ([file, text]) => {
      const bytes = Uint8Array.from(atob(text!), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], file!));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }));
    },
    [name, base64],
  );
}

test('layers: copy-up, whiteouts, sharing, a build', async ({ page }) => {
  await openPage(page);
  await page.getByRole('tab', { name: 'Layers' }).click();
  await expect(page.getByText('node1 has no image yet')).toBeVisible();
  await speed(page, 'max');
  await type(page, 'node1', 'docker run -d --name web nginx:1.13', /\n[0-9a-f]{64}\n/);
  await expect(page.locator('.stack-layer')).toHaveCount(4);
  await speed(page, '1×');
  await type(page, 'node1', 'docker exec web sh -c "echo x >> /etc/issue; rm /etc/host.conf"');
  await expect(page.locator('.copy-up')).toContainText('issue');
  await expect(page.locator('.copy-ups')).toContainText('copied up from layer 1');
  await expect(page.locator('.because')).toContainText('/etc/issue copied up');
  await expect(page.locator('.file-row[data-mark="changed"]')).toContainText('issue');
  await expect(page.locator('.file-row[data-mark="deleted"]')).toContainText('host.conf');
  await page.locator('.file-row[data-mark="changed"]').click();
  await expect(page.locator('.file-pane pre span[data-kind="in"]')).toContainText('x');
  await accessible(page);

  await speed(page, 'max');
  const file = 'FROM nginx:1.13\\nCOPY page /page\\nRUN echo built > /built\\n';
  await type(page, 'node1', `mkdir b; printf '${file}' > b/Dockerfile; echo one > b/page`);
  await type(page, 'node1', 'docker build -q -t mine b', /sha256:[0-9a-f]{64}/);
  await type(page, 'node1', 'echo two > b/page; docker build -t mine b', 'Successfully tagged');
  await page.getByRole('button', { name: 'Sharing' }).click();
  await expect(page.getByText(/Sharing saves/)).toBeVisible();
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  await expect(page.locator('.build-step[data-state="miss"]').first()).toContainText('COPY page');
  await expect(page.locator('.build-side')).toContainText('page');
  await accessible(page);
});

test('containers: processes, namespaces, limits, network', async ({ page }) => {
  await openPage(page);
  await page.getByRole('tab', { name: 'Containers' }).click();
  await expect(page.getByText('node1 has no container yet')).toBeVisible();
  await speed(page, 'max');
  const run = 'docker run -d --name web -p 8080:80 --memory 64m --pids-limit 20 nginx:1.13';
  await type(page, 'node1', run, /\n[0-9a-f]{64}\n/);
  await expect(page.locator('.fact-processes')).toContainText('nginx: worker process');
  await expect(page.locator('.fact-namespaces tr[data-shared="false"]')).toHaveCount(5);
  await expect(page.locator('.fact-meters')).toContainText('of 64MiB');
  await expect(page.locator('.fact-network')).toContainText('0.0.0.0:8080 → 80/tcp');
  await expect(page.locator('.fact-network')).toContainText('docker0');
  await expect(page.locator('.fact-mounts')).toContainText('/etc/resolv.conf');
  await accessible(page);
  await type(page, 'node1', 'docker stop web', '\nweb\n');
  await expect(page.locator('.container-stopped')).toContainText('It ended with exit code');
});

test('a file is edited beside the terminal', async ({ page }) => {
  await openPage(page);
  await type(page, 'node1', 'edit app.py');
  await expect(page.locator('.cm-content')).toBeFocused();
  await page.keyboard.type('print("hello World!")');
  await page.keyboard.press('Control+s');
  await expect(page.getByText('Written to /root/app.py on node1.')).toBeVisible();
  await accessible(page);
  await page.locator('.terminal-screen').first().click();
  await page.keyboard.type('cat app.py\n');
  await expect.poll(() => rows(page)).toContain('print("hello World!")');
});

test('an archive is dropped, a bad one refused', async ({ page }) => {
  await openPage(page);
  await prompt(page);
  await drop(page, 'noise.tar', btoa('x'.repeat(2000)));
  await expect(page.getByRole('alert')).toContainText('was refused and nothing has changed');
  await drop(page, 'dropped.tar.gz', ARCHIVE);
  await expect(page.getByText('node1: Loaded image: dropped:1')).toBeVisible();
  await expect(page.locator('.stack-layer')).toContainText('COPY greeting /etc/greeting');
  await page.locator('.file-row', { hasText: 'greeting' }).click();
  await expect(page.locator('.file-pane pre')).toContainText('hello from outside');
});

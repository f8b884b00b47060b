/** The page itself: first visit, both themes, keyboard, phone; with pictures to look at. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { openPage, prompt, rows } from './terminal';

const SIZES = [
  ['desk', 1440, 900],
  ['small', 1024, 768],
  ['phone', 390, 844],
] as const;
const THEMES = ['dark', 'light'] as const;

/** No violation that axe calls serious or critical. The terminal's own screen is xterm's business. */
async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).exclude('.xterm').analyze();
  const grave = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
  const told = grave.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
  expect(told).toEqual([]);
}

for (const [size, width, height] of SIZES) {
  test(`first visit, ${size}, both themes`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: 'dark' });
    await openPage(page);
    await expect(page.getByRole('heading', { name: 'Make the first manager' })).toBeVisible();
    if (size === 'phone') await page.getByRole('button', { name: 'Cluster' }).click();
    await expect(page.getByText('press Run in the guide')).toBeVisible();
    await expect(page.locator('.machine')).toHaveCount(3);
    for (const theme of THEMES) {
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      await accessible(page);
      await page.screenshot({ path: `test-results/first-${size}-${theme}.png` });
      if (theme === 'dark') await page.getByRole('button', { name: /light/i }).click();
    }
  });
}

test('the first step by mouse, and what it caused', async ({ page }) => {
  await openPage(page);
  await prompt(page);
  await page.getByRole('button', { name: 'Run on node1' }).click();
  await expect(page.locator('.machine[data-rank="leader"]')).toContainText('node1');
  await expect(page.locator('.check[data-state="done"]')).toHaveCount(2);
  await expect(page.locator('.because')).toContainText('docker swarm init --advertise-addr eth0');
  await page.getByRole('tab', { name: 'Raft' }).click();
  await expect(page.getByText('1 manager, majority 1')).toBeVisible();
  await accessible(page);
});

test('without a mouse', async ({ page }) => {
  await openPage(page);
  await prompt(page);
  // The terminal has the focus from the start.
  await page.keyboard.type('hostname\n');
  await expect.poll(() => rows(page)).toMatch(/\nnode1\n/);
  await page.keyboard.press('F6');
  await expect(page.locator('.xterm-helper-textarea')).not.toBeFocused();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Commands' })).toBeFocused();
  await page.keyboard.type('crash: node3');
  await page.keyboard.press('Enter');
  await expect(page.locator('.machine[data-power="off"]')).toContainText('node3');
  await expect(page.locator('.because')).toContainText('chaos crash node3');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('change to');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', /dark|light/);
});

test('links are cut by a line and healed', async ({ page }) => {
  await openPage(page);
  await expect(page.locator('.machine')).toHaveCount(3);
  await page.getByRole('button', { name: 'Cut links' }).click();
  const top = (await page.locator('.react-flow__node').nth(0).boundingBox())!;
  const left = (await page.locator('.react-flow__node').nth(1).boundingBox())!;
  const y = (top.y + top.height + left.y) / 2;
  await page.mouse.move(left.x, y);
  await page.mouse.down();
  await page.mouse.move(left.x + 740, y, { steps: 4 });
  await page.mouse.up();
  await expect(page.locator('.because')).toContainText('chaos partition node1 / node2,node3');
  await expect(page.locator('.link[data-cut="both"]')).toHaveCount(2);
  await page.getByRole('button', { name: 'Heal all' }).click();
  await expect(page.locator('.link[data-cut="both"]')).toHaveCount(0);
});

test('a machine comes and goes', async ({ page }) => {
  await openPage(page);
  await expect(page.locator('.machine')).toHaveCount(3);
  await page.getByRole('button', { name: 'Machine', exact: true }).click();
  await expect(page.locator('.machine')).toHaveCount(4);
  await page.locator('.react-flow__node').nth(3).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Take away for good' }).click();
  await expect(page.locator('.machine')).toHaveCount(3);
});

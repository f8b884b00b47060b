/** The Layers lens shows an image of 20 layers and 50,000 files, and says how long it took. */
import { expect, test } from '@playwright/test';
import { dropBigImage } from './big-image';
import { openPage, prompt } from './terminal';

test('a large image opens, with no more rows drawn than fit', async ({ page }) => {
  await openPage(page);
  await prompt(page);
  await dropBigImage(page, 20, 50_000);
  await expect(page.getByText('node1: Loaded image: big:1')).toBeVisible({ timeout: 120_000 });
  await expect(page.locator('.stack-layer')).toHaveCount(20);
  const opened = Number(await page.locator('.layers-stack').getAttribute('data-opened-in'));
  const drawn = await page.locator('.file-row').count();
  console.log(`opened in ${Math.round(opened)} ms, ${drawn} rows drawn`);
  // Asked of the engine as docker save, carried through two workers, read, put into a tree.
  expect(opened).toBeGreaterThan(0);
  expect(drawn).toBeLessThan(200);
  await page.getByLabel('Find a path').fill('file-19-2400');
  await expect(page.locator('.file-row', { hasText: 'file-19-2400' })).toBeVisible();
});

/** How browser tests type into a node's terminal and read what stands there. */
import { expect, type Page } from '@playwright/test';

export const PROMPT = /\[node\d+\] ~ [#$] ?$/;

/** Opens the page with terminals whose text can be read: the DOM draws them, not WebGL. */
export async function openPage(page: Page, address = '/'): Promise<void> {
  await page.addInitScript(() => localStorage.setItem('drydock.renderer', 'dom'));
  await page.goto(address);
}

/** Brings the terminal of a node to the front. */
export async function front(page: Page, node: string): Promise<void> {
  await page.getByRole('tab', { name: new RegExp(`^${node}`) }).click();
  await expect(page.getByRole('tabpanel', { name: `${node}, terminal` })).toBeVisible();
}

/** The rows on the screen of the front terminal. */
export async function rows(page: Page): Promise<string> {
  const text = await page.locator('.terminal-screen .xterm-rows > div').allInnerTexts();
  return text
    .map((row) => row.replace(/\u00a0/g, ' ').trimEnd())
    .join('\n')
    .trimEnd();
}

/** Waits for the prompt, types a line and waits for `expected` on the screen. */
export async function type(
  page: Page,
  node: string,
  line: string,
  expected?: RegExp | string,
): Promise<string> {
  await front(page, node);
  await prompt(page);
  await page.keyboard.type('clear\n');
  await expect.poll(() => rows(page)).toMatch(/^\[node\d+\] ~ [#$] ?$/);
  await page.keyboard.type(`${line}\n`);
  if (expected !== undefined) await shows(page, expected);
  return rows(page);
}

export async function prompt(page: Page): Promise<void> {
  await expect.poll(() => rows(page), { timeout: 60_000 }).toMatch(PROMPT);
}

export async function shows(page: Page, expected: RegExp | string): Promise<void> {
  const poll = expect.poll(() => rows(page), { timeout: 90_000 });
  if (typeof expected === 'string') await poll.toContain(expected);
  else await poll.toMatch(expected);
}

/** Lets virtual time run this fast. */
export async function speed(page: Page, label: '1×' | '10×' | 'max'): Promise<void> {
  await page.getByRole('button', { name: label, exact: true }).click();
}

/** Opens the tutorial of the built site, chapter by chapter, and reads the numbers that it shows. */
import type { Locator, Page } from 'playwright-core';

export const CHAPTERS = [
  'neuron',
  'slope',
  'error',
  'switches',
  'hidden',
  'chain',
  'descent',
  'falls',
  'xor',
  'padlocks',
  'code',
] as const;
export type Chapter = (typeof CHAPTERS)[number];

/** Brings a chapter into sight and waits until it has computed its numbers. */
export async function openChapter(page: Page, id: Chapter): Promise<Locator> {
  const chapter = page.locator(`#${id}`);
  await chapter.scrollIntoViewIfNeeded();
  await page.waitForFunction((wanted) => {
    const section = document.getElementById(wanted);
    section?.scrollIntoView();
    // A spin button answers to keys as soon as it has been woken up; Vue marks what it has mounted.
    const numbers = [...(section?.querySelectorAll('[data-number]') ?? [])];
    const isWoken = section?.dataset.awake === 'true';
    return isWoken && (['xor', 'padlocks'].includes(wanted) || numbers.every(({ textContent }) => textContent !== '–'));
  }, id);
  return chapter;
}

/** The number of a text, as the page writes it. */
export function numberOf(text: string | null | undefined): number {
  return Number((text ?? '').replaceAll(',', '').replace('−', '-').replace('%', ''));
}

/** The number that the page shows under a name. */
export async function shownNumber(page: Page, name: string): Promise<number> {
  return numberOf(await page.textContent(`[data-number="${name}"]`));
}

/** Sets a number in a sentence as a reader does who types. */
export async function typeNumber(chapter: Locator, name: string, value: number): Promise<void> {
  const handle = chapter.getByRole('spinbutton', { name, exact: true });
  await handle.focus();
  await handle.press('Enter');
  const field = chapter.getByRole('textbox', { name, exact: true });
  await field.fill(String(value));
  await field.press('Enter');
}

/** Opens the tutorial of the built site, chapter by chapter, and reads the numbers that it shows. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { openServer, watchedPage } from './built.js';

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

/** Opens the page, does something on it, and expects no trouble. */
type OnPage = (use: (page: Page) => Promise<void>, options?: Parameters<typeof watchedPage>[2]) => Promise<void>;

/** Who reads the tutorial in the tests of a suite, which share a server. */
export function reader(browser: () => Browser): OnPage {
  let server: Awaited<ReturnType<typeof openServer>>;
  beforeAll(async () => {
    server = await openServer();
  });
  afterAll(() => server.close());
  return async (use, options = {}) => {
    const { page, troubles } = await watchedPage(browser(), server.url, { reducedMotion: 'reduce', ...options });
    await page.goto(`${server.url}learn.html`);
    await use(page);
    expect(troubles).toEqual([]);
    await page.close();
  };
}

/** A screen, as it is where nothing is said. */
const SCREEN = { viewport: { width: 1280, height: 720 }, colorScheme: 'light', forcedColors: 'none' } as const;

/**
 * Who only looks at the tutorial: all tests of a suite at one page, whose chapters are open, each with its own screen. To open them anew
 * for each takes longer than to look.
 */
export function onlooker(browser: () => Browser): OnPage {
  let server: Awaited<ReturnType<typeof openServer>>;
  let visit: Awaited<ReturnType<typeof watchedPage>>;
  beforeAll(async () => {
    server = await openServer();
    visit = await watchedPage(browser(), server.url, { reducedMotion: 'reduce' });
    await visit.page.goto(`${server.url}learn.html`);
    for (const id of CHAPTERS) await openChapter(visit.page, id);
  });
  afterAll(async () => {
    await visit.page.close();
    await server.close();
  });
  return async (use, options = {}) => {
    const { viewport, colorScheme, forcedColors } = { ...SCREEN, ...options };
    await visit.page.setViewportSize(viewport as typeof SCREEN.viewport);
    await visit.page.emulateMedia({ colorScheme, forcedColors, reducedMotion: 'reduce' });
    await use(visit.page);
    expect(visit.troubles).toEqual([]);
  };
}

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

/** Pages in Chromium: no complaint, no request, no sideways scrolling of the page, tables that scroll by the keyboard. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportPage } from '../../../src/report/page/page.js';
import { newPage } from '../../support/browsers/chromium.js';
import { describeInChromium } from '../../support/browsers/describe.js';
import { repeats } from '../../support/repeats.js';
import { ofHardNames, ofNumbers, ofSearch, ofTwoClasses, ofVeryMuch } from '../../support/report/contents.js';

const CONTENTS = { ofTwoClasses, ofHardNames, ofNumbers, ofSearch, ofVeryMuch };

describeInChromium('a page of a report', (browser) => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'wasmlp-page-'));
    for (const [name, contentOf] of Object.entries(CONTENTS)) {
      await writeFile(path.join(folder, `${name}.html`), reportPage(contentOf()));
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Opens a page; what it says to the console, what it asks for besides itself, and its dialogs. */
  async function open(
    name: string,
    width: number,
    colorScheme: 'light' | 'dark',
  ): Promise<{ page: Page; complaints: string[] }> {
    const page = await newPage(browser(), { viewport: { width, height: 800 }, colorScheme });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => complaints.push(dialog.message()));
    const { href } = pathToFileURL(path.join(folder, `${name}.html`));
    page.on('request', (request) => {
      if (request.url() !== href && request.url() !== 'data:,') complaints.push(request.url());
    });
    await page.goto(href);
    return { page, complaints };
  }

  const screens = [
    [360, 'light'],
    [360, 'dark'],
    [1200, 'light'],
  ] as const;
  for (const [place, name] of Object.keys(CONTENTS).entries()) {
    // In the usual run each at 360 pixels, in one of the two schemes, and every second in a wide window.
    it.each(screens.filter((_, i) => (i + place) % repeats(2, 1) === 0))(
      `${name} is shown at %i pixels, %s`,
      async (width, scheme) => {
        const { page, complaints } = await open(name, width, scheme);
        const found = await page.evaluate(() => {
          const { documentElement: root, body } = document;
          root.scrollLeft = 1000;
          return {
            scrolled: root.scrollLeft,
            wide: root.scrollWidth - root.clientWidth,
            ground: getComputedStyle(body).backgroundColor,
            scripts: document.scripts.length,
            images: document.images.length,
          };
        });
        const ground = scheme === 'light' ? 'rgb(246, 245, 242)' : 'rgb(19, 22, 25)';
        expect(found).toEqual({ scrolled: 0, wide: 0, ground, scripts: 0, images: 0 });
        expect(complaints).toEqual([]);
        await page.close();
      },
    );
  }

  it('its tables scroll by the keyboard', async () => {
    const { page } = await open('ofHardNames', 360, 'light');
    const table = page.getByRole('region', { name: 'Confusion matrix' });
    await table.focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => (document.activeElement?.scrollLeft ?? 0) > 0);
    await page.close();
  });

  it('its parts have names for those who do not see them', async () => {
    const { page } = await open('ofTwoClasses', 1200, 'light');
    for (const name of ['Calibration', 'Loss by epoch']) {
      expect(await page.getByRole('img', { name }).count()).toBe(1);
    }
    expect(await page.getByRole('table', { name: 'Confusion matrix' }).count()).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('churn, from customers.csv');
    await page.close();
  });

  it('shows the pictures of a search side by side where there is room, each with words for those who do not see it', async () => {
    const titles = ['Loss by hidden layers', 'Loss by learning rate', 'Loss by activation'];
    const { page } = await open('ofSearch', 1200, 'light');
    for (const name of titles) {
      const picture = page.getByRole('img', { name });
      expect(await picture.count()).toBe(1);
      expect(await picture.locator('desc').textContent()).toMatch(/^\d+ trials\. The best one has /);
    }
    const boxOf = async (name: string): Promise<{ x: number; y: number }> =>
      (await page.getByRole('img', { name }).boundingBox()) as { x: number; y: number };
    const [layers, units] = [await boxOf('Loss by hidden layers'), await boxOf('Loss by units of the first layer')];
    expect(units.x).toBeGreaterThan(layers.x);
    const table = page.getByRole('region', { name: 'The best trials' });
    await table.focus();
    expect(await table.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.close();
  });
});

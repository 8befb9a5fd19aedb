/** The sheet to draw on, in Chromium: what it shows to people who draw with keys, and what it tells people who cannot see it. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULTS } from '../../../examples/playground/settings.js';
import { toHash } from '../../../examples/playground/url.js';
import { describeOnPage, frames, type Visit } from '../../support/browsers/playground.js';

const DIGITS = toHash({ ...DEFAULTS, data: 'digits', layers: [32] });

/** Whether the sheet shows the place of the keys. It is coloured; ink and grid are not. */
async function hasCursor(page: Page): Promise<boolean> {
  await frames(page, 2);
  return await page.$eval('#sheet', (element) => {
    const canvas = element as HTMLCanvasElement;
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    for (let i = 0; i < pixels.length; i += 4) {
      const color = [...pixels.slice(i, i + 3)];
      if ((pixels[i + 3] ?? 0) > 250 && Math.max(...color) - Math.min(...color) > 60) return true;
    }
    return false;
  });
}

// Concurrent, because they wait for frames and timers most of the time.
describeOnPage(
  'the sheet in Chromium',
  (playground) => {
    test('tells the answer for a finished drawing again when training has changed it', async () => {
      const { page } = await playground().visit(DIGITS);
      const told = async (): Promise<RegExpExecArray | null> =>
        /^The network says (\d), .* Really: (\d)\.$/.exec((await page.textContent('#pad-said')) ?? '');
      let answer: string | undefined;
      let truth: string | undefined;
      // The network has learned nothing, so most of its answers are wrong.
      for (let digit = 0; digit < 8 && answer === truth; digit++) {
        await page.evaluate(() => document.getElementById('pad-said')?.replaceChildren());
        await page.click('#another');
        await page
          .locator('#pad-said')
          .getByText(/Really/)
          .waitFor();
        [, answer, truth] = (await told()) ?? [];
      }
      expect(answer).not.toBe(truth);
      await page.click('#start');
      await page.locator('#pad-said').getByText(`The network says ${truth}, `).waitFor();
      await page.close();
    });
  },
  { concurrent: true },
);

describeOnPage('the sheet of one page in Chromium', (playground) => {
  let visit: Visit;
  beforeAll(async () => {
    visit = await playground().visit(DIGITS);
  });
  afterAll(() => visit.page.close());

  /** The page, whose sheet is as when it was opened. */
  async function cleared(): Promise<Page> {
    const { page } = visit;
    await page.click('#clear');
    await page.locator('#answer').getByText('Draw a digit').waitFor();
    await page.focus('#another');
    await page.mouse.move(2, 2);
    await frames(page, 2);
    return page;
  }

  test('shows the place of the keys from the first key on, but not while the mouse draws', async () => {
    const page = await cleared();
    await page.click('#pad');
    expect(await hasCursor(page)).toBe(false);
    await page.keyboard.press('ArrowUp');
    expect(await hasCursor(page)).toBe(true);
    await page.click('#pad');
    expect(await hasCursor(page)).toBe(false);
    await page.keyboard.press('Space');
    expect(await hasCursor(page)).toBe(true);
    await page.focus('#clear');
    expect(await hasCursor(page)).toBe(false);
  });

  test('takes one finger at a time, and only the main button of a mouse', async () => {
    const page = await cleared();
    /** The cells with ink after events at these places, from 0 to 1. */
    const inked = (events: readonly [type: string, id: number, x: number, y: number, button?: number][]) =>
      page.evaluate(async (given) => {
        const sheet = document.getElementById('sheet') as HTMLCanvasElement;
        const pad = document.getElementById('pad') as HTMLElement;
        // Only active pointers can be captured, and those of a test are not active.
        pad.setPointerCapture = () => undefined;
        document.getElementById('clear')?.click();
        const { left, top, width, height } = sheet.getBoundingClientRect();
        for (const [type, pointerId, x, y, button = 0] of given) {
          const [clientX, clientY] = [left + x * width, top + y * height];
          pad.dispatchEvent(new PointerEvent(type, { pointerId, clientX, clientY, button, bubbles: true }));
        }
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        const at = (x: number, y: number): boolean =>
          (sheet.getContext('2d')?.getImageData(x * sheet.width, y * sheet.height, 1, 1).data[3] ?? 0) > 200;
        return { first: at(0.12, 0.44), second: at(0.94, 0.44), between: at(0.53, 0.53) };
      }, events);
    const first = ['pointerdown', 1, 0.12, 0.1] as const;
    const second = ['pointerdown', 2, 0.94, 0.9] as const;
    const both = await inked([
      [...first],
      [...second],
      ['pointermove', 1, 0.12, 0.9],
      ['pointermove', 2, 0.94, 0.1],
      ['pointerup', 2, 0.94, 0.1],
      ['pointerup', 1, 0.12, 0.9],
    ]);
    expect(both).toEqual({ first: true, second: false, between: false });
    expect(
      await inked([
        [...first, 2],
        ['pointermove', 1, 0.12, 0.9, -1],
      ]),
    ).toMatchObject({ first: false });
    const after = await inked([[...second], ['pointermove', 2, 0.94, 0.1], ['pointerup', 2, 0.94, 0.1]]);
    expect(after).toMatchObject({ first: false, second: true });
  });

  test('is missing in a picture that is asked for before it has come', async () => {
    const { page, troubles } = await playground().visit();
    let send = (): void => {};
    const asked = new Promise<void>((resolve) => {
      send = resolve;
    });
    await page.route('**/pad.js', async (route) => {
      await asked;
      await route.continue();
    });
    await page.selectOption('#data', 'digits');
    await page.getByText('A new network, 64-').first().waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#picture')]);
    expect(download.suggestedFilename()).toBe('digits.png');
    expect(await page.locator('#sheet').count()).toBe(0);
    send();
    await page.locator('#pad[tabindex]').waitFor();
    expect(troubles).toEqual([]);
    await page.close();
  });

  test('is empty once it is cleared, by the button and by keys, and says so', async () => {
    const page = await cleared();
    const sheet = (): Promise<string> =>
      page.$eval('#sheet', (canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : ''));
    const empty = await sheet();
    const clears = [() => page.click('#clear'), () => page.locator('#pad').press('Delete')];
    for (const clear of clears) {
      await page.click('#another');
      await page
        .locator('#truth')
        .getByText(/^Really: \d$/)
        .waitFor();
      await page
        .locator('#answer')
        .getByText(/ sure$/)
        .waitFor();
      expect(await sheet()).not.toBe(empty);
      await clear();
      await page.locator('#answer').getByText('Draw a digit').waitFor();
      expect(await page.textContent('#pad-said')).toBe('The sheet is empty.');
      expect(await page.textContent('#truth')).toBe('');
      // No digit is lit any more, and none looks likely.
      expect(await page.getAttribute('#bars', 'class')).toBe('none');
      await page.focus('#another');
      await frames(page, 2);
      expect(await sheet()).toBe(empty);
    }
  });
});

/** The page as a whole, in Chromium: names and order of the controls, themes, phones, layout. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULTS, TUTORIAL } from '../../../examples/playground/settings.js';
import { toHash } from '../../../examples/playground/url.js';
import { describeOnPage, frames, pause, trainTo } from '../../support/browsers/playground.js';
import { repeats } from '../../support/repeats.js';

const DIGITS = toHash({ ...DEFAULTS, data: 'digits', layers: [32] });

// Concurrent, because they wait for frames most of the time. Of sizes of a phone, the usual run has the smallest.
describeOnPage(
  'the page in Chromium',
  (playground) => {
    test('every control has a name, and the keyboard reaches them in the order of the page', async () => {
      const { page } = await playground().visit(DIGITS);
      const tree = await page.locator('body').ariaSnapshot();
      expect(tree).not.toMatch(/^\s*- (button|combobox|textbox|spinbutton|img|application|region|form)(:.*)?$/m);
      for (const canvas of await page.locator('canvas[role=img]').all()) {
        expect(((await canvas.getAttribute('aria-label')) ?? '').length).toBeGreaterThan(10);
      }
      const visited: string[] = [];
      for (let i = 0; i < 50; i++) {
        await page.keyboard.press('Tab');
        visited.push(
          await page.evaluate(() => document.activeElement?.id || (document.activeElement?.textContent ?? '')),
        );
      }
      const order = [
        'Skip to the network',
        'theme',
        'start',
        'step-back',
        'step',
        'restart',
        'speed',
        'activation',
        'rate',
        'batch',
        'optimizer',
        'loss',
        'l2',
        'seed',
        'seed-new',
        'defaults',
        'data',
        'share',
        'csv',
        'layer-remove',
        'layer-add',
      ];
      expect(visited.slice(0, order.length)).toEqual(order);
      for (const id of [
        'pad',
        'another',
        'clear',
        'losses-chart',
        'lesson-tutorial',
        'activation-chart',
        'race-start',
      ]) {
        expect(visited).toContain(id);
      }
      for (const id of ['save', 'file', 'link', 'copy', 'code', 'picture', 'film']) expect(visited).toContain(id);
      await page.close();
    });

    test.each([320, 375].slice(0, repeats(1, 2)))(
      'a phone of %i pixels shows all of it without scrolling sideways',
      async (width) => {
        const { page } = await playground().visit('', { viewport: { width, height: 740 }, hasTouch: true });
        await page.click('#weights summary');
        for (const hash of [toHash(DEFAULTS), DIGITS, toHash(TUTORIAL)]) {
          await page.evaluate((to) => {
            location.hash = to;
          }, hash);
          await page.getByText(`Layer 1: ${hash === toHash(TUTORIAL) ? 2 : hash === DIGITS ? 32 : 4}`).waitFor();
          await page.getByRole('button', { name: 'Step', exact: true }).click();
          await page.getByText(/^1 step, /).waitFor();
          await page.getByRole('button', { name: 'Continue', exact: true }).waitFor();
          await page.evaluate(() => {
            // The widest numbers.
            const widest = {
              epoch: '100,000',
              'loss-now': '1.23e−5',
              'validation-now': '1.23e−5',
              'accuracy-now': '100.0%',
            };
            for (const [id, text] of Object.entries(widest)) document.getElementById(id)?.replaceChildren(text);
          });
          const sizes = await page.evaluate(() => ({
            page: document.documentElement.scrollWidth,
            cards: [...document.querySelectorAll('.card, .buttons, .fields')].map(
              (card) => card.scrollWidth - card.clientWidth,
            ),
            // Units are drawn as large as there is room, and each can be reached by keys.
            small: [...document.querySelectorAll('button, select')]
              .filter((element) => element.closest('#units') === null)
              .map((element) => element.getBoundingClientRect())
              .filter(({ width, height }) => height > 0 && (height < 36 || width < 24)).length,
          }));
          expect(sizes.page).toBe(width);
          expect(Math.max(...sizes.cards)).toBe(0);
          expect(sizes.small).toBe(0);
          // The width that its longest choice needs, including the arrow.
          const speed = await page.$eval('#speed', (select) => {
            const shown = select.getBoundingClientRect().width;
            const { style } = select as HTMLElement;
            style.flex = 'none';
            style.width = 'max-content';
            const needed = select.getBoundingClientRect().width;
            style.flex = style.width = '';
            return shown - needed;
          });
          expect(speed).toBeGreaterThan(-1);
        }
        await page.close();
      },
    );

    test('the link to the network moves the focus, and leaves the network and the address', async () => {
      const { page } = await playground().visit(toHash(TUTORIAL));
      await page.click('#step');
      await page.getByText(/^1 step, /).waitFor();
      await page.focus('.skip');
      await page.keyboard.press('Enter');
      await page.waitForFunction((hash) => location.hash === hash, toHash(TUTORIAL));
      expect(await page.textContent('#problem')).toBe('');
      expect(await page.textContent('#status')).toMatch(/^1 step, /);
      await page.close();
    });

    test('on a phone one link leads to the data and its brush, another back, and the answers stay in sight', async () => {
      const { page } = await playground().visit(toHash(TUTORIAL), { viewport: { width: 390, height: 844 } });
      const jump = page.getByRole('navigation', { name: 'Jump to' });
      for (const [link, controls] of [
        ['Data', ['#data', '#noise', '#brush']],
        ['Network', ['#layer-add']],
      ] as const) {
        await jump.getByRole('link', { name: link }).focus();
        await page.keyboard.press('Enter');
        await page.waitForFunction((hash) => location.hash === hash, toHash(TUTORIAL));
        const { top, bottom } = await page.$eval('.answers', (card) => card.getBoundingClientRect().toJSON());
        expect(top).toBeGreaterThanOrEqual(0);
        for (const control of controls) {
          const box = await page.$eval(control, (element) => element.getBoundingClientRect().toJSON());
          expect(box.top, control).toBeGreaterThanOrEqual(bottom - 1);
          expect(box.bottom, control).toBeLessThanOrEqual(844);
        }
        expect(await page.evaluate(() => document.activeElement?.querySelector('h2')?.textContent)).toBe(link);
      }
      await page.setViewportSize({ width: 720, height: 844 });
      expect(await jump.isVisible()).toBe(false);
      await page.close();
    });

    test('digits that cannot be read leave the settings as they were, and say so', async () => {
      const { page } = await playground().visit();
      await page.route('**/digits.csv', (route) => route.abort());
      await page.selectOption('#data', 'digits');
      await page.getByText(/^The digits could not be read/).waitFor();
      expect(await page.inputValue('#data')).toBe('moons');
      expect(await page.evaluate(() => location.hash)).toBe(toHash(DEFAULTS));
      await page.close();
    });

    test('the table of weights takes the place of the drawing', async () => {
      const { page } = await playground().visit();
      const height = (): Promise<number> => page.$eval('.network', (card) => card.getBoundingClientRect().height);
      const before = await height();
      await page.click('#weights summary');
      await page.locator('#weights td').first().waitFor();
      expect(await page.locator('#diagram').isVisible()).toBe(false);
      expect(Math.abs((await height()) - before)).toBeLessThan(1);
      await page.close();
    });

    test('an empty chart says what to do, and draws once there is an epoch', async () => {
      const { page } = await playground().visit();
      const chart = (): Promise<string> =>
        page.$eval('#losses', (canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : ''));
      const empty = await chart();
      expect(await page.getByRole('img', { name: /The loss .* Not trained yet\.$/ }).count()).toBe(1);
      await page.click('#start');
      await trainTo(page, 3);
      await pause(page);
      // What draws it comes with the first curve.
      await page.waitForFunction((before) => {
        const canvas = document.getElementById('losses');
        return canvas instanceof HTMLCanvasElement && canvas.toDataURL() !== before;
      }, empty);
      expect(await chart()).not.toBe(empty);
      await page.click('#restart');
      await page.getByText('A new network, 2-4-2-1.').waitFor();
      await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
      // The curve before stays as a ghost.
      expect(await chart()).not.toBe(empty);
      await page.close();
    });

    test('light and dark follow the system and the switch', async () => {
      const { page } = await playground().visit('', { colorScheme: 'dark' });
      const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(await background()).toBe('rgb(20, 22, 26)');
      await page.getByLabel('Theme').selectOption('light');
      expect(await background()).toBe('rgb(245, 245, 242)');
      await page.reload();
      expect(await background()).toBe('rgb(245, 245, 242)');
      await page.getByLabel('Theme').selectOption('system');
      expect(await background()).toBe('rgb(20, 22, 26)');
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await background()).toBe('rgb(245, 245, 242)');
      await page.close();
    });
  },
  { concurrent: true },
);

describeOnPage('the page as it opens, in Chromium', (playground) => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await playground().visit());
  });
  afterAll(() => page.close());

  /** The page, which these tests only look at, on a screen. */
  async function seen(viewport: { width: number; height: number }): Promise<Page> {
    await page.setViewportSize(viewport);
    await page.evaluate(() => scrollTo(0, 0));
    await frames(page, 3);
    return page;
  }

  test('at 1280 x 720, data, network, answers and the loss are in sight at once, below one row of controls', async () => {
    const page = await seen({ width: 1280, height: 720 });
    const boxes = await page.evaluate(() => {
      const seen = ['.data', '.network', '.answers', '#boundary', '#diagram', '#losses', '.buttons', '.fields'];
      return seen.map((name) => {
        const { top = -1, bottom = 0, height = 0 } = document.querySelector(name)?.getBoundingClientRect() ?? {};
        return { name, isSeen: top >= 0 && bottom <= 720 && height > 30, bottom };
      });
    });
    expect(boxes.filter(({ isSeen }) => !isSeen)).toEqual([]);
    const [buttons, fields] = boxes.slice(-2);
    expect(Math.abs((buttons?.bottom ?? 0) - (fields?.bottom ?? 0))).toBeLessThan(4);
    for (const name of ['.data', '.network', '.answers']) {
      expect(await page.$eval(name, ({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)).toBe(0);
    }
    expect(await page.textContent('#layers-now')).toBe('2 hidden layers');
  });

  test('no width between a phone and a desk makes it scroll sideways', async () => {
    const page = await seen({ width: 1280, height: 900 });
    for (const width of [640, 719, 720, 800, 1000, 1079, 1080, 1200, 1280]) {
      await page.setViewportSize({ width, height: 720 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${width}`).toBe(width);
    }
  });

  test.each(
    [
      { width: 320, height: 640 },
      { width: 390, height: 844 },
    ].slice(0, repeats(1, 2)),
  )('on a phone of $width x $height the answers stay in sight', async (viewport) => {
    const page = await seen(viewport);
    for (const id of ['#start', '#layer-add', '#rate', '#noise', '#race-start']) {
      await page.locator(id).scrollIntoViewIfNeeded();
      const { top, bottom } = await page.$eval('#boundary', (canvas) => canvas.getBoundingClientRect().toJSON());
      expect(top, id).toBeGreaterThanOrEqual(0);
      expect(bottom, id).toBeLessThanOrEqual(viewport.height / 2);
    }
  });

  test.each(
    [
      { width: 320, height: 256 },
      { width: 640, height: 512 },
    ].slice(0, repeats(1, 2)),
  )('of 1280 pixels enlarged to $width nothing is lost', async (viewport) => {
    const page = await seen(viewport);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
    await page.locator('#copy').scrollIntoViewIfNeeded();
    const hidden = await page.$eval('#copy', (button) => {
      const { left, top, width, height } = button.getBoundingClientRect();
      const seen = document.elementFromPoint(left + width / 2, top + height / 2);
      return seen?.id;
    });
    expect(hidden).toBe('copy');
  });

  test('drawings take the colours of the system where it forces them', async () => {
    const page = await seen({ width: 1280, height: 900 });
    await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
    const color = (name: string): Promise<string> =>
      page.evaluate((of) => getComputedStyle(document.documentElement).getPropertyValue(of), `--${name}`);
    expect(await color('surface')).toBe(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    expect(await color('positive')).not.toBe(await color('surface'));
  });
});

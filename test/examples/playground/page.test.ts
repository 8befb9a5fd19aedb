/** The page as a whole, in Chromium: names and order of the controls, themes, phones, layout. */
import { expect, test } from 'vitest';
import { DEFAULTS, TUTORIAL } from '../../../examples/playground/settings.js';
import { toHash } from '../../../examples/playground/url.js';
import { describeOnPage, trainTo } from '../../support/browsers/playground.js';

const DIGITS = toHash({ ...DEFAULTS, data: 'digits', layers: [32] });

// Concurrent, because they wait for frames most of the time.
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
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press('Tab');
        visited.push(
          await page.evaluate(() => document.activeElement?.id || (document.activeElement?.textContent ?? '')),
        );
      }
      const order = [
        'Skip to the network',
        'theme',
        'start',
        'step',
        'restart',
        'speed',
        'What do these words mean?',
        'pad',
        'another',
        'clear',
        'defaults',
        'data',
      ];
      expect(visited.slice(0, order.length)).toEqual(order);
      for (const id of [
        'activation',
        'optimizer',
        'rate',
        'batch',
        'loss',
        'seed',
        'seed-new',
        'race-start',
        'save',
        'file',
        'link',
        'copy',
      ]) {
        expect(visited).toContain(id);
      }
      await page.close();
    });

    test.each([375, 320])('a phone of %i pixels shows all of it without scrolling sideways', async (width) => {
      const { page } = await playground().visit('', { viewport: { width, height: 740 }, hasTouch: true });
      await page.click('#weights summary');
      for (const hash of [toHash(DEFAULTS), DIGITS, toHash(TUTORIAL)]) {
        await page.evaluate((to) => {
          location.hash = to;
        }, hash);
        await page.getByText(`Layer 1: ${hash === toHash(TUTORIAL) ? 2 : hash === DIGITS ? 32 : 16}`).waitFor();
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
          cards: [...document.querySelectorAll('.card, .controls')].map((card) => card.scrollWidth - card.clientWidth),
          small: [...document.querySelectorAll('button, select')]
            .map((element) => element.getBoundingClientRect())
            .filter(({ height }) => height > 0 && height < 36).length,
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
    });

    test('the first step brings its lesson into view, the next leave the page where it is', async () => {
      const viewport = { width: 375, height: 740 };
      const { page } = await playground().visit(toHash(TUTORIAL), { viewport, reducedMotion: 'reduce' });
      const top = (): Promise<number> => page.$eval('#lesson-card', (card) => card.getBoundingClientRect().top);
      expect(await top()).toBeGreaterThan(740);
      await page.click('#step');
      await page.getByText('The step', { exact: true }).waitFor();
      expect(await top()).toBeGreaterThan(0);
      expect(await top()).toBeLessThan(740 / 2);
      await page.evaluate(() => scrollTo(0, 0));
      await page.click('#step');
      await page.getByText(/^2 steps, /).waitFor();
      expect(await page.evaluate(() => scrollY)).toBe(0);
      await page.close();
    });

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

    test('digits that cannot be read leave the settings as they were, and say so', async () => {
      const { page } = await playground().visit();
      await page.route('**/digits.csv', (route) => route.abort());
      await page.selectOption('#data', 'digits');
      await page.getByText(/^The digits could not be read/).waitFor();
      expect(await page.inputValue('#data')).toBe('moons');
      expect(await page.evaluate(() => location.hash)).toBe(toHash(DEFAULTS));
      await page.close();
    });

    test('a button that becomes disabled gives the focus to the one next to it', async () => {
      const { page } = await playground().visit(toHash({ ...DEFAULTS, layers: [4, 4, 4] }));
      await page.focus('#layer-add');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('layer-remove');
      await page.close();
    });

    test('the table of weights takes the place of the drawing', async () => {
      const { page } = await playground().visit();
      const height = (): Promise<number> => page.$eval('.network', (card) => card.getBoundingClientRect().height);
      const before = await height();
      await page.click('#weights summary');
      await page.locator('#weights td').first().waitFor();
      expect(await page.locator('#diagram').isVisible()).toBe(false);
      expect(Math.abs((await height()) - before)).toBeLessThan(40);
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
      await page.click('#start');
      await page.getByText(/^Paused\. /).waitFor();
      expect(await chart()).not.toBe(empty);
      await page.click('#restart');
      await page.getByText('A new network, 2-16-16-1.').waitFor();
      await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
      await page.waitForFunction(
        (drawn) => (document.getElementById('losses') as HTMLCanvasElement).toDataURL() === drawn,
        empty,
      );
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

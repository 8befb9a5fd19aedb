/** The rest of the page, in Chromium: digits, race, files, names and order of the controls, themes, phones. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Network } from 'wasmlp';
import { readDigits, sampleAt } from '../../../examples/playground/datasets.js';
import { DEFAULTS, TUTORIAL } from '../../../examples/playground/settings.js';
import { toHash } from '../../../examples/playground/url.js';
import { describeInChromium } from '../../browsers/describe.js';
import { numberOf, Playground, trainTo } from './browser.js';

const DIGITS = toHash({ ...DEFAULTS, data: 'digits', layers: [32] });

// At once: they wait for frames most of the time.
describeInChromium(
  'the page in Chromium',
  (browser) => {
    let playground: Playground;
    beforeAll(async () => {
      playground = await Playground.open(browser());
    }, 60_000);
    afterAll(() => playground.close());

    test('digits of the data are read, and what is drawn by the mouse and by keys', async () => {
      const { page, troubles } = await playground.visit(DIGITS);
      await page.click('#start');
      await trainTo(page, 25);
      await page.click('#start');
      const csv = await readFile(new URL('../../../examples/data/digits.csv', import.meta.url), 'utf8');
      const { validation } = readDigits(csv, DEFAULTS.seed);
      let right = 0;
      for (let i = 0; i < 6; i++) {
        await page.getByRole('button', { name: 'Show a digit' }).click();
        await page.evaluate(
          () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
        );
        const [answer] = (await page.textContent('#answer')) ?? '';
        if (Number(answer) === sampleAt(validation, i).target) right++;
      }
      expect(right).toBeGreaterThanOrEqual(5);

      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByText('Draw a digit', { exact: true }).waitFor();
      const { x = 0, y = 0, width = 0, height = 0 } = (await page.locator('#pad').boundingBox()) ?? {};
      const stroke = [
        [0.3, 0.15],
        [0.7, 0.15],
        [0.5, 0.45],
        [0.68, 0.65],
        [0.55, 0.85],
        [0.3, 0.8],
      ]; // prettier to read as a three
      for (const [i, [across = 0, down = 0]] of stroke.entries()) {
        await page.mouse.move(x + width * across, y + height * down, { steps: 4 });
        if (i === 0) await page.mouse.down();
      }
      await page.mouse.up();
      await page.getByText(/^3, /).waitFor();
      expect(await page.textContent('#pad-said')).toMatch(/^The network says 3, [\d.]+% sure\.$/);

      await page.keyboard.press('Tab');
      await page.getByRole('application').focus();
      await page.keyboard.press('Delete');
      await page.keyboard.press('ArrowUp');
      expect(await page.textContent('#pad-said')).toBe('row 3, column 4');
      await page.keyboard.press('Space');
      expect(await page.textContent('#pad-said')).toBe('Ink at row 3, column 4.');
      for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowDown');
      await page.getByText(/^\d, [\d.]+% sure$/).waitFor();
      await page.keyboard.press('Delete');
      await page.getByText('Draw a digit', { exact: true }).waitFor();
      expect(troubles).toEqual([]);
      await page.close();
    });

    test('the race counts the samples of both engines', async () => {
      const { page, troubles } = await playground.visit();
      await page.getByRole('button', { name: 'Start the race' }).click();
      await page.getByText(/trains [\d.]+ times as fast as/).waitFor();
      for (const engine of ['wasm', 'js']) {
        expect(await page.textContent(`#race-${engine}`)).toMatch(/^[\d,]+ samples\/s$/);
        expect(await page.textContent(`#race-${engine}-total`)).toMatch(/^[1-9][\d,]* samples$/);
      }
      const [wasm, js] = await Promise.all(
        ['#race-wasm', '#race-js'].map(async (id) => Number((await page.textContent(id))?.replace(/\D/g, ''))),
      );
      const times = Number(/([\d.]+) times/.exec((await page.textContent('#race-result')) ?? '')?.[1]);
      expect(times).toBeCloseTo(Math.max(wasm ?? 0, js ?? 0) / Math.min(wasm ?? 1, js ?? 1), 0);

      await page.getByRole('button', { name: 'Start the race' }).click();
      await page.getByRole('button', { name: 'Stop the race' }).click();
      await page.getByText('The race was stopped.').waitFor();
      await page.waitForTimeout(300);
      expect(await page.textContent('#race-result')).toBe('The race was stopped.');
      expect(troubles).toEqual([]);
      await page.close();
    });

    test('a network is saved, and loaded into another page', async () => {
      const { page } = await playground.visit('#layers=6-5&activation=relu');
      await page.click('#start');
      await trainTo(page, 4);
      await page.click('#start');
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
      expect(download.suggestedFilename()).toBe('network.safetensors');
      const bytes = await readFile(await download.path());
      const epoch = await numberOf(page, 'epoch');
      const network = await Network.load(bytes);
      expect(network.layers.map(({ units }) => units)).toEqual([6, 5, 1]);
      await page.click('#weights summary');
      await page.locator('#weights td').first().waitFor();
      const [shown] = await page.$$eval('#weights td', (cells) => cells.map((cell) => cell.textContent));
      expect(Number(shown?.replace('−', '-'))).toBeCloseTo(network.getParameters(0).biases[0] as number, 4);
      expect(epoch).toBeGreaterThanOrEqual(4);
      await page.close();

      const other = (await playground.visit('#data=xor')).page;
      await other.setInputFiles('#file', { name: 'mine.safetensors', mimeType: '', buffer: bytes });
      await other.getByText('Loaded mine.safetensors.').waitFor();
      expect(await other.evaluate(() => location.hash)).toBe(
        toHash({ ...DEFAULTS, data: 'xor', layers: [6, 5], activation: 'relu' }),
      );
      await other.setInputFiles('#file', { name: 'no.safetensors', mimeType: '', buffer: Buffer.from('<html>') });
      await other.getByText(/^load: /).waitFor();
      const three = await Network.create({ inputs: 3, layers: [{ units: 1 }] });
      await other.setInputFiles('#file', { name: 'three', mimeType: '', buffer: Buffer.from(three.save()) });
      await other.getByText('The file holds a network 3-1').waitFor();
      await other.close();
    });

    test('every control has a name, and the keyboard reaches them in the order of the page', async () => {
      const { page } = await playground.visit(DIGITS);
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
        'pad',
        'another',
        'clear',
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

    test('a phone shows all of it without scrolling sideways', async () => {
      const { page } = await playground.visit('', { viewport: { width: 375, height: 740 }, hasTouch: true });
      await page.click('#weights summary');
      for (const hash of [toHash(DEFAULTS), DIGITS, toHash(TUTORIAL)]) {
        await page.evaluate((to) => {
          location.hash = to;
        }, hash);
        await page.getByText(`Layer 1: ${hash === toHash(TUTORIAL) ? 2 : hash === DIGITS ? 32 : 16}`).waitFor();
        await page.getByRole('button', { name: 'Step', exact: true }).click();
        await page.getByText(/^One step\. /).waitFor();
        const sizes = await page.evaluate(() => ({
          page: document.documentElement.scrollWidth,
          cards: [...document.querySelectorAll('.card')].map((card) => card.scrollWidth - card.clientWidth),
          small: [...document.querySelectorAll('button, select')]
            .map((element) => element.getBoundingClientRect())
            .filter(({ height }) => height > 0 && height < 36).length,
        }));
        expect(sizes.page).toBe(375);
        expect(Math.max(...sizes.cards)).toBe(0);
        expect(sizes.small).toBe(0);
      }
      await page.close();
    });

    test('light and dark follow the system and the switch', async () => {
      const { page } = await playground.visit('', { colorScheme: 'dark' });
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

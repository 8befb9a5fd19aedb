/** What visitors do besides training, in Chromium: draw digits, race, save and load. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { Network } from 'wasmlp';
import { drawPoints, sampleAt } from '../../../examples/playground/datasets.js';
import { readDigits } from '../../../examples/playground/digits.js';
import { digits, percent } from '../../../examples/playground/numbers.js';
import { DEFAULTS, networkOptions, TUTORIAL } from '../../../examples/playground/settings.js';
import { toHash } from '../../../examples/playground/url.js';
import { describeOnPage, frames, numberOf, trainTo, watchTexts } from '../../support/browsers/playground.js';

const DIGITS = toHash({ ...DEFAULTS, data: 'digits', layers: [32] });

/** Starts the race, and clicks a button as soon as there is a score: from outside, the race might be over by then. */
const stopAtScore = (button: string): void => {
  const score = document.getElementById('race-wasm') as HTMLElement;
  new MutationObserver((_, observer) => {
    if (score.textContent === '–') return;
    observer.disconnect();
    document.getElementById(button)?.click();
  }).observe(score, { childList: true });
  document.getElementById('race-start')?.click();
};

// Concurrent, because they wait for frames and timers most of the time.
describeOnPage(
  'the parts of the page in Chromium',
  (playground) => {
    test('the network reads digits of the data, and digits drawn by mouse and by keys', async () => {
      const { page, troubles } = await playground().visit(DIGITS);
      await page.click('#start');
      await trainTo(page, 25);
      await page.click('#start');
      const csv = await readFile(new URL('../../../examples/data/digits.csv', import.meta.url), 'utf8');
      const { validation } = readDigits(csv, DEFAULTS.seed);
      let right = 0;
      for (let i = 0; i < 6; i++) {
        await page.getByRole('button', { name: 'Show a digit' }).click();
        await frames(page, 2);
        const [answer] = (await page.textContent('#answer')) ?? '';
        const { target } = sampleAt(validation, i);
        if (Number(answer) === target) right++;
        expect(await page.textContent('#truth')).toBe(`Really: ${target}`);
      }
      expect(right).toBeGreaterThanOrEqual(5);

      const told = (text: RegExp) => page.locator('#pad-said').getByText(text).waitFor();
      await told(new RegExp(`^The network says \\d, [\\d.]+% sure\\. Really: ${sampleAt(validation, 5).target}\\.$`));

      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByText('Draw a digit', { exact: true }).waitFor();
      expect(await page.textContent('#pad-said')).toBe('The sheet is empty.');
      expect(await page.textContent('#truth')).toBe('');
      expect(await page.locator('#bars').isVisible()).toBe(false);
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
      await told(/^The network says 3, [\d.]+% sure\.$/);
      expect(await page.locator('#bars').isVisible()).toBe(true);

      await page.keyboard.press('Tab');
      await page.focus('#pad');
      await page.keyboard.press('Delete');
      // What the network makes of it follows, and may do so before this test looks.
      const said = await watchTexts(page, ['pad-said']);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Space');
      const texts = await said();
      expect(texts.slice(texts.indexOf('row 3, column 4'))).toContain('Ink at row 3, column 4.');
      for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowDown');
      await page.getByText(/^\d, [\d.]+% sure$/).waitFor();
      await told(/^The network says \d, [\d.]+% sure\.$/);
      await page.keyboard.press('Delete');
      await page.getByText('Draw a digit', { exact: true }).waitFor();
      expect(troubles).toEqual([]);
      await page.close();
    });

    test('the race counts the samples of both engines', async () => {
      const { page, troubles } = await playground().visit();
      const shown = await watchTexts(page, ['status', 'race-start']);
      await page.getByRole('button', { name: 'Start the race' }).click();
      await page.getByText(/ is [\d.]+ times as fast\.$/).waitFor();
      for (const engine of ['wasm', 'js']) {
        expect(await page.textContent(`#race-${engine}`)).toMatch(/^[\d,]+\/s$/);
        expect(await page.textContent(`#race-${engine}-total`)).toMatch(/^[1-9][\d,]* samples$/);
      }
      await page.getByText('The race is over. Not trained yet.', { exact: true }).waitFor();
      expect(await shown()).toEqual(expect.arrayContaining(['Stop the race', 'The race is on.', 'Start the race']));
      const [wasm, js] = await Promise.all(
        ['#race-wasm', '#race-js'].map(async (id) => Number((await page.textContent(id))?.replace(/\D/g, ''))),
      );
      const times = Number(/([\d.]+) times/.exec((await page.textContent('#race-result')) ?? '')?.[1]);
      expect(times).toBeCloseTo(Math.max(wasm ?? 0, js ?? 0) / Math.min(wasm ?? 1, js ?? 1), 0);

      await page.evaluate(stopAtScore, 'race-start');
      await page.getByText('The race was stopped.').waitFor();
      await frames(page, 20);
      expect(await page.textContent('#race-result')).toBe('The race was stopped.');

      await page.selectOption('#data', 'xor');
      await page.waitForFunction(() => document.getElementById('race-result')?.textContent === '');
      expect([await page.textContent('#race-wasm'), await page.textContent('#race-js-total')]).toEqual([
        '–',
        '0 samples',
      ]);
      expect(troubles).toEqual([]);
      await page.close();
    });

    test('the race and a training never run at once, and the training continues after the race', async () => {
      const { page } = await playground().visit();
      const race = page.getByRole('button', { name: /the race$/ });
      await page.click('#start');
      await trainTo(page, 2);
      const shown = await watchTexts(page, ['start', 'status', 'race-start']);
      await race.click();
      await page.getByText(/ is [\d.]+ times as fast\.$/).waitFor();
      await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
      expect(await page.textContent('#status')).toBe('The race is over. Training goes on.');
      const during = ['Stop the race', 'Continue', 'The race is on. Training waits.', 'Pause'];
      expect(await shown()).toEqual(expect.arrayContaining(during));
      await trainTo(page, (await numberOf(page, 'epoch')) + 2);

      await page.click('#start');
      await page.getByRole('button', { name: 'Continue', exact: true }).waitFor();
      await page.evaluate(stopAtScore, 'start');
      await page.getByText('The race was stopped.').waitFor();
      await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();

      // Two clicks in one turn of the event loop stop the race before it begins.
      await page.evaluate(() => {
        for (let click = 0; click < 2; click++) document.getElementById('race-start')?.click();
      });
      await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
      expect(await race.textContent()).toBe('Start the race');
      await trainTo(page, (await numberOf(page, 'epoch')) + 2);
      expect(page.workers().filter((worker) => worker.url().endsWith('racer.js'))).toEqual([]);
      await page.close();
    });

    test('a network is saved, and loaded into another page', async () => {
      const { page } = await playground().visit('#layers=6-5&activation=relu&seed=3&rate=0.02');
      await page.click('#start');
      await trainTo(page, 4);
      await page.click('#start');
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
      expect(download.suggestedFilename()).toBe('moons.safetensors');
      expect(await page.textContent('#status')).toBe('Saved moons.safetensors.');
      const bytes = await readFile(await download.path());
      const epoch = await numberOf(page, 'epoch');
      const network = await Network.load(bytes);
      expect(network.layers.map(({ units }) => units)).toEqual([6, 5, 1]);
      // The file has what training needs to resume.
      expect(network.epochs).toBe(epoch);
      await page.click('#weights summary');
      await page.locator('#weights td').first().waitFor();
      const [shown] = await page.$$eval('#weights td', (cells) => cells.map((cell) => cell.textContent));
      expect(Number(shown?.replace('−', '-'))).toBeCloseTo(network.getParameters(0).biases[0] as number, 4);
      expect(epoch).toBeGreaterThanOrEqual(4);
      await page.close();

      const other = (await playground().visit('#data=xor&batch=8')).page;
      // The page adds to a file what the library does not know: data, noise, batch size.
      await other.setInputFiles('#file', { name: 'mine.safetensors', mimeType: '', buffer: bytes });
      await other.getByText('Loaded mine.safetensors.').waitFor();
      expect(await other.textContent('#status')).not.toContain('Is that poor?');
      expect(await other.inputValue('#data')).toBe('moons');
      expect(await other.inputValue('#batch')).toBe('16');
      await other.selectOption('#data', 'xor');
      await other.fill('#batch', '8');
      await other.keyboard.press('Enter');
      await other.getByText('the batch size 8.').waitFor();
      const plain = Buffer.from(network.saveCheckpoint());
      await other.setInputFiles('#file', { name: 'plain.safetensors', mimeType: '', buffer: plain });
      await other.getByText('Loaded plain.safetensors.').waitFor();
      const { validation } = drawPoints('xor', 3);
      const { loss, accuracy = 0 } = network.evaluate(validation.inputs, validation.targets);
      expect(await other.textContent('#status')).toBe(
        `Loaded plain.safetensors. As loaded, epoch ${epoch}: validation loss ${digits(loss)}, accuracy ${percent(accuracy)}. ` +
          'Is that poor? Choose the data it was trained on, then load it again. The link has its weights too.',
      );
      await other.waitForFunction(() => document.getElementById('validation-now')?.textContent !== '–');
      expect(await other.textContent('#validation-now')).toBe(digits(loss));
      expect(await other.textContent('#accuracy-now')).toBe(percent(accuracy));
      expect(await numberOf(other, 'epoch')).toBe(epoch);
      const loaded = { ...DEFAULTS, data: 'xor', layers: [6, 5], activation: 'relu', seed: 3, rate: 0.02 } as const;
      await other.waitForFunction(() =>
        (document.getElementById('link') as HTMLInputElement).value.includes('&weights='),
      );
      const link = new URL(await other.inputValue('#link'));
      expect(await other.evaluate(() => location.hash)).toBe(toHash({ ...loaded, batch: 8 }));
      expect(await other.inputValue('#rate')).toBe('0.02');
      expect(link.href).toContain(`${playground().url}${toHash({ ...loaded, batch: 8 })}&weights=`);

      const tutorial = await Network.create({ ...networkOptions(TUTORIAL), seed: 5 });
      await tutorial.fit([0, 0, 1, 1], [0, 1], { epochs: 30 });
      const checkpoint = Buffer.from(tutorial.saveCheckpoint());
      await other.setInputFiles('#file', { name: 'lesson', mimeType: '', buffer: checkpoint });
      await other.getByText('Loaded lesson. As loaded, epoch 30: ').waitFor();
      await other.waitForFunction(() => document.getElementById('epoch')?.textContent === '30');
      await other.getByRole('button', { name: 'Continue', exact: true }).waitFor();
      expect(await other.inputValue('#optimizer')).toBe('sgd');
      await other.click('#step');
      await other.getByText('One sample enters.').waitFor();
      await other.setInputFiles('#file', { name: 'no.safetensors', mimeType: '', buffer: Buffer.from('<html>') });
      await other.getByText('This is not a network that wasmlp saved.').waitFor();
      // The message is in sight where visitors choose the file: at the end of the page.
      await other.locator('#copy').scrollIntoViewIfNeeded();
      const top = await other.$eval('#problem', (problem) => problem.getBoundingClientRect().top);
      expect(top).toBeGreaterThan(0);
      expect(await other.evaluate(() => scrollY)).toBeGreaterThan(100);
      const three = await Network.create({ inputs: 3, layers: [{ units: 1 }] });
      await other.setInputFiles('#file', { name: 'three', mimeType: '', buffer: Buffer.from(three.save()) });
      await other.getByText('The file holds a network 3-1').waitFor();
      await other.close();
    });
  },
  { concurrent: true },
);

/** The controls that train, in Chromium: the page shows what Node computes from the same settings. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Network } from 'wasmlp';
import { drawPoints, sampleAt } from '../../../examples/playground/datasets.js';
import { decimals, linesOf, parametersOf } from '../../../examples/playground/formulas.js';
import { layersOf } from '../../../examples/playground/forward.js';
import { digits } from '../../../examples/playground/numbers.js';
import { passOf } from '../../../examples/playground/passes.js';
import { DEFAULTS, defaultsOf, networkOptions, TUTORIAL } from '../../../examples/playground/settings.js';
import { toHash } from '../../../examples/playground/url.js';
import { describeOnPage, frames, numberOf, trainTo } from '../../support/browsers/playground.js';

/** How many more epochs the page shows after so many frames. */
function epochsIn(page: Page, frames: number): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const epoch = (): number => Number(document.getElementById('epoch')?.textContent?.replaceAll(',', ''));
        const before = epoch();
        let seen = 0;
        const onFrame = (): void => {
          if (++seen > wanted) resolve(epoch() - before);
          else requestAnimationFrame(onFrame);
        };
        requestAnimationFrame(onFrame);
      }),
    frames,
  );
}

// Concurrent, because they wait for frames and timers most of the time.
describeOnPage(
  'training in Chromium',
  (playground) => {
    test('start and pause by keyboard: the loss falls, the picture changes, and what is shown is what Node computes', async () => {
      const { page, troubles, requests } = await playground().visit();
      const picture = (): Promise<string> =>
        page.$eval('#boundary', (canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : ''));
      const before = await picture();
      await page.focus('#start');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
      await trainTo(page, 20);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Continue', exact: true }).waitFor();
      expect(await page.textContent('#status')).toMatch(
        /^Paused\. Epoch \d+, training loss 0\.\d{4}, validation accuracy [\d.]+%\.$/,
      );
      const epoch = await numberOf(page, 'epoch');

      const { training, validation } = drawPoints('moons', DEFAULTS.seed);
      const twin = await Network.create(networkOptions(DEFAULTS));
      const { epochs } = await twin.fit(training.inputs, training.targets, {
        epochs: epoch,
        batchSize: 16,
        validation,
      });
      expect(await page.textContent('#loss-now')).toBe(digits(epochs.at(-1)?.loss ?? 0));
      expect(await page.textContent('#validation-now')).toBe(digits(epochs.at(-1)?.validationLoss ?? 0));
      expect(epochs.at(-1)?.loss).toBeLessThan(epochs[0]?.loss ?? 0);
      expect(await picture()).not.toBe(before);
      await frames(page, 20);
      expect(await numberOf(page, 'epoch')).toBe(epoch);
      expect(troubles).toEqual([]);
      expect(requests.filter((url) => !url.startsWith(new URL(playground().url).origin))).toEqual([]);
      await page.close();
    });

    test('2-16-16-1 trains off the page, which shows an epoch each frame when steady, and more when fast', async () => {
      const { page } = await playground().visit(toHash({ ...DEFAULTS, layers: [16, 16] }));
      await page.click('#start');
      for (const speed of ['steady', 'fast']) {
        await page.selectOption('#speed', speed);
        await trainTo(page, (await numberOf(page, 'epoch')) + 5);
        expect(page.workers().map((worker) => worker.url())).toEqual([expect.stringMatching(/\/wasmlp\/worker\.js$/)]);
        const trained = await epochsIn(page, 60);
        expect(trained).toBeGreaterThan(0);
        // The page may show numbers that are a few frames old.
        if (speed === 'steady') expect(trained).toBeLessThanOrEqual(60 + 5);
        // A machine that does much else still trains more than when steady.
        else expect(trained).toBeGreaterThan(60 + 5);
      }
      await page.close();
    });

    test('one step of the 2-2-1 shows every value, derivative and new weight', async () => {
      const { page } = await playground().visit();
      await page.getByRole('button', { name: "Use the tutorial's 2-2-1 network" }).focus();
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => location.hash)).toBe(toHash(TUTORIAL));
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('step');
      await page.keyboard.press('Enter');
      await page.getByText(/^1 of 7\. One sample enters\.$/).waitFor();
      expect(await page.textContent('#status')).toMatch(/^1 step, loss of the last sample 0\.\d{4}\.$/);
      await page.click('#tables summary');
      await page.getByRole('table').first().waitFor();

      const network = await Network.create(networkOptions(TUTORIAL));
      const { row, target } = sampleAt(drawPoints('xor', TUTORIAL.seed).training, 0);
      const before = layersOf(network);
      const pass = passOf(before, row, target, TUTORIAL.loss);
      const { forward, loss, backward, derivatives } = linesOf(before, pass, TUTORIAL.loss);
      const theirs = parametersOf(network.gradients(row, Uint8Array.of(target)).layers);
      network.trainOnBatch(row, Uint8Array.of(target));
      const [old, after] = [before, layersOf(network)].map(parametersOf);

      const cells = (caption: string): Promise<string[][]> =>
        page.$$eval(
          'table',
          (tables, wanted) =>
            tables
              .filter((table) => table.caption?.textContent === wanted)
              .flatMap((table) => [...(table.tBodies[0]?.rows ?? [])])
              .map((line) => [...line.cells].map((cell) => cell.textContent ?? '')),
          caption,
        );
      const lines = (of: typeof forward, words: readonly string[]) =>
        of.map(({ name, formula, value }, i) => [name, words[i], formula, decimals(value)]);
      // The words of the tutorial, beside the symbols.
      const ahead = [...['sum', 'output'], ...['sum', 'output'], ...['sum', 'output'], 'loss'];
      const back = ['y z3', 'h1 z1', 'h2 z2']
        .map((names) => names.split(' '))
        .flatMap(([output, sum]) => [`factors up to ${output}`, `slope of ${output}`, `factors up to ${sum}`]);
      const given = [
        ...row.map((value, i) => [`x${i + 1}`, '', 'input', decimals(value)]),
        ['t', '', 'target', decimals(target)],
      ];
      expect(await cells('Forward')).toEqual([...given, ...lines([...forward, ...loss], ahead)]);
      expect(await cells('Backward')).toEqual(lines(backward, back));
      expect(await cells('Derivatives')).toEqual(
        derivatives.map(({ name, formula, value }, i) => [
          `dL/d${name}`,
          formula,
          ...[value, theirs[i] ?? 0].map(decimals),
        ]),
      );
      expect(await cells('The step')).toEqual(
        derivatives.map(({ name }, i) => {
          const [from, to] = [old?.[i] ?? 0, after?.[i] ?? 0];
          return [name, ...[from, to - from, to].map(decimals)];
        }),
      );
      await page.getByText('Computed with more digits than shown.').waitFor();

      // After more training, the tables are no longer valid.
      await page.click('#start');
      await trainTo(page, 2);
      expect(await page.locator('#lesson table').count()).toBe(0);
      await page.close();
    });

    test('new settings start anew, are checked, and are in the link', async () => {
      const { page } = await playground().visit('#data=circles&layers=8&seed=7&batch=900');
      expect(await page.textContent('#problem')).toMatch(
        /^The link has batch "900", expected a whole number from 1 to 256/,
      );
      expect(await page.inputValue('#data')).toBe('circles');
      expect(await page.inputValue('#seed')).toBe('7');
      await page.click('#start');
      await trainTo(page, 3);
      await page.selectOption('#data', 'xor');
      await page.selectOption('#activation', 'relu');
      await page.getByRole('button', { name: 'Add layer' }).click();
      await page.getByRole('button', { name: 'Remove a unit from hidden layer 2' }).click();
      await page.getByLabel('Learning rate').fill('0.02');
      await page.getByLabel('Batch size').fill('4');
      await page.getByRole('button', { name: 'Next seed' }).click();
      const settings = {
        ...DEFAULTS,
        data: 'xor',
        layers: [8, 7],
        activation: 'relu',
        rate: 0.02,
        batch: 4,
        seed: 8,
      } as const;
      await page.waitForFunction((hash) => location.hash === hash, toHash(settings));
      expect(await page.inputValue('#link')).toBe(playground().url + toHash(settings));
      await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
      await page.getByText('A new network, 2-8-7-1, training.').waitFor();
      await trainTo(page, 3);

      await page.getByLabel('Batch size').fill('0');
      await page.getByLabel('Batch size').blur();
      expect(await page.textContent('#settings-problem')).toBe('Batch size: expected a whole number from 1 to 256.');
      expect(await page.getAttribute('#batch', 'aria-invalid')).toBe('true');
      expect(await page.evaluate(() => location.hash)).toBe(toHash(settings));

      // Half of the world writes a comma before decimals. Elsewhere it may separate thousands.
      await page.getByLabel('Seed', { exact: true }).click();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('1,5');
      await page.keyboard.press('Tab');
      expect(await page.textContent('#settings-problem')).toBe('Seed: expected a whole number from 0 to 4294967295.');
      await page.getByLabel('Learning rate').click();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('0,05');
      await page.keyboard.press('Tab');
      await page.waitForFunction((hash) => location.hash === hash, toHash({ ...settings, rate: 0.05 }));
      expect(await page.inputValue('#rate')).toBe('0.05');
      expect(await page.inputValue('#seed')).toBe('8');
      expect(await page.textContent('#settings-problem')).toBe('');
      await page.getByLabel('Batch size').press('ArrowUp');
      await page.waitForFunction((hash) => location.hash === hash, toHash({ ...settings, rate: 0.05, batch: 5 }));
      await page.getByLabel('Batch size').press('ArrowDown');
      await page.getByRole('button', { name: 'Add a unit to hidden layer 1' }).press('Enter');
      await page.waitForFunction((hash) => location.hash === hash, toHash({ ...settings, rate: 0.05, layers: [9, 7] }));

      await page.evaluate(() => {
        location.hash = '#data=spirals&optimizer=newton';
      });
      await page.getByText('The link has optimizer "newton"').waitFor();
      expect(await page.inputValue('#data')).toBe('spirals');
      await page.getByLabel('Batch size').fill('4');
      await page.getByRole('button', { name: 'Default settings' }).click();
      await page.waitForFunction((hash) => location.hash === hash, toHash(defaultsOf('spirals')));
      await page.selectOption('#data', 'moons');
      await page.waitForFunction((hash) => location.hash === hash, toHash(DEFAULTS));
      await page.close();
    });

    test('a training that diverges says so in the words of the page, and stops', async () => {
      const { page } = await playground().visit('#layers=32-32-32&activation=linear&optimizer=sgd&rate=10');
      await page.click('#start');
      await page.getByText(/^The training diverged in epoch \d+: choose a smaller learning rate\.$/).waitFor();
      expect(await page.textContent('#status')).toMatch(/^(Not trained yet|Epoch)/);
      expect(await page.textContent('#start')).toMatch(/^(Start|Continue)$/);
      await page.close();
    });
  },
  { concurrent: true },
);

/** The tutorial as it was built: its numbers beside a float64 twin, every control by keyboard, access, both browsers. */
import { describe, expect, test } from 'vitest';
import { describeInChromium, describeInFirefox } from '../support/browsers/describe.js';
import { framed } from '../support/browsers/framed.js';
import { serve } from '../support/browsers/server.js';
import { ROOT } from '../support/docs/pages.js';
import { repeats } from '../support/repeats.js';
import { IS_BUILT, SKIPPED } from '../support/site/built.js';
import { CHAPTERS, openChapter, reader, shownNumber, typeNumber } from '../support/site/learn.js';

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

describe.skipIf(!IS_BUILT)(`the tutorial${SKIPPED}`, () => {
  describeInChromium('in Chromium', (browser) => {
    const onPage = reader(browser);

    test('one neuron, its slope and its error are those of float64, for numbers that are typed', () =>
      onPage(async (page) => {
        const neuron = await openChapter(page, 'neuron');
        for (const [sun, wind, w1, w2, b] of [
          [0.8, 0.4, 4, -3, -1],
          [0.3, 1, -2.5, 6, 1.5],
          // Between the steps of a drag.
          [0.37, 0.123, -2.345, 0.07, 9.99],
        ] as const) {
          await typeNumber(neuron, 'sun', sun);
          await typeNumber(neuron, 'wind', wind);
          await typeNumber(neuron, 'weight of the sun', w1);
          await typeNumber(neuron, 'weight of the wind', w2);
          await typeNumber(neuron, 'bias', b);
          const sum = w1 * sun + w2 * wind + b;
          expect(await shownNumber(page, 'neuron-sum')).toBeCloseTo(sum, 2);
          expect(await shownNumber(page, 'neuron-answer')).toBeCloseTo(sigmoid(sum), 3);
          const code = await neuron.locator('pre').textContent();
          expect(code).toContain(`// ${sigmoid(sum).toFixed(4)}`);
          expect(code).toContain(`weights: [${w1}, ${w2}], biases: [${b}]`);
          expect(code).toContain(`predict([${sun}, ${wind}])`);
          expect(await neuron.locator('.formula').first().textContent()).toContain(`${sun} × `);
          expect(await neuron.getByRole('spinbutton', { name: 'sun', exact: true }).textContent()).toBe(`${sun}`);
        }
        const slope = await openChapter(page, 'slope');
        for (const [sum, push] of [
          [-1.5, 0.1],
          [-1.37, 0.33],
        ] as const) {
          await typeNumber(slope, 'sum', sum);
          await typeNumber(slope, 'push', push);
          const f = sigmoid(sum);
          expect(await shownNumber(page, 'slope-slope')).toBeCloseTo(f * (1 - f), 4);
          expect(await shownNumber(page, 'slope-measured')).toBeCloseTo((sigmoid(sum + push) - f) / push, 3);
        }
        const error = await openChapter(page, 'error');
        await typeNumber(error, 'weight', 20);
        await typeNumber(error, 'bias', -10);
        const days = [
          [0.1, 0],
          [0.4, 0],
          [0.6, 1],
          [0.9, 1],
        ] as const;
        const loss = days.reduce((total, [sun, target]) => total + (target - sigmoid(20 * sun - 10)) ** 2 / 4, 0);
        expect(await shownNumber(page, 'error-loss')).toBeCloseTo(loss, 4);
      }));

    test('two hidden units and the way back through them are those of float64', () =>
      onPage(async (page) => {
        const hidden = await openChapter(page, 'hidden');
        await typeNumber(hidden, 'w5', 2.22);
        await typeNumber(hidden, 'x1, body weight of the person', -6.5);
        const h1 = sigmoid(0.3 * -6.5 + 0.1 * -3 - 1);
        const h2 = sigmoid(-0.1 * -6.5 - 0.8 * -3 + 0.5);
        expect(await shownNumber(page, 'hidden-h1')).toBeCloseTo(h1, 3);
        expect(await shownNumber(page, 'hidden-h2')).toBeCloseTo(h2, 3);
        expect(await shownNumber(page, 'hidden-y')).toBeCloseTo(sigmoid(2.22 * h1 + 3 * h2 + 0.5), 3);

        const chain = await openChapter(page, 'chain');
        await typeNumber(chain, 'w5', -2);
        await typeNumber(chain, 'x1 of Ada', 1.37);
        const g1 = sigmoid(0.5 * 1.37 + 1);
        const g2 = sigmoid(1.37 - 0.5 + 1);
        const y = sigmoid(-2 * g1 - 1.5 * g2 - 0.5);
        const atY = -2 * (1 - y) * y * (1 - y);
        const [atH1, atH2] = [atY * -2 * g1 * (1 - g1), atY * -1.5 * g2 * (1 - g2)];
        const twin = {
          w1: atH1 * 1.37,
          w2: -atH1,
          b1: atH1,
          w3: atH2 * 1.37,
          w4: -atH2,
          b2: atH2,
          w5: atY * g1,
          w6: atY * g2,
          b3: atY,
        };
        for (const [name, value] of Object.entries(twin)) {
          expect(await shownNumber(page, `byhand-${name}`), name).toBeCloseTo(value, 5);
          expect(await shownNumber(page, `gradient-${name}`), name).toBeCloseTo(value, 5);
        }
        expect(await chain.locator('td', { hasText: /^no$/ }).count()).toBe(0);
        expect(await shownNumber(page, 'chain-after')).toBeLessThan(await shownNumber(page, 'chain-loss'));
        const back = chain.getByRole('button', { name: 'One place back' });
        await back.focus();
        for (let place = 1; place < 5; place++) await page.keyboard.press('Enter');
        expect(await chain.locator('.chip').count()).toBe(5);
        expect(await back.isDisabled()).toBe(true);
        expect(await chain.locator('p[role="status"]').textContent()).toContain('the derivative for w1');
        // A button with nothing left to do keeps the focus, and does nothing.
        for (const name of ['One place back', 'Start again']) {
          const button = chain.getByRole('button', { name });
          await button.press('Enter');
          await button.press('Enter');
          expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(name);
          expect(await chain.locator('.chip').count()).toBe(name === 'Start again' ? 1 : 5);
        }
      }));

    test('what learns on the page learns: switches, the walk downhill, people, exclusive or, digits', () =>
      onPage(async (page) => {
        const switches = await openChapter(page, 'switches');
        const before = await shownNumber(page, 'switches-loss');
        await switches.getByRole('button', { name: 'One step' }).press('Enter');
        expect(await shownNumber(page, 'switches-loss')).toBeLessThan(before);
        await switches.getByRole('button', { name: '1,000 steps' }).press('Enter');
        expect(await shownNumber(page, 'switches-new')).toBeGreaterThan(0.99);

        const descent = await openChapter(page, 'descent');
        await descent.getByRole('button', { name: 'Let it walk' }).press('Enter');
        await page.waitForFunction(
          () => Number(document.querySelector('[data-number="descent-loss"]')?.textContent) < 0.01,
        );
        await descent.getByRole('button', { name: 'Walk with the rate 2' }).press('Enter');
        await descent.getByText('leapt off the map').waitFor();

        const falls = await openChapter(page, 'falls');
        await falls.getByRole('button', { name: 'Train' }).press('Enter');
        await page.waitForFunction(() =>
          document.querySelector('#falls [role=status]')?.textContent?.includes('1,000 epochs'),
        );
        expect(await shownNumber(page, 'falls-loss')).toBeLessThan(0.002);

        const xor = await openChapter(page, 'xor');
        await xor.getByRole('button', { name: 'Train' }).press('Enter');
        await xor.getByText('not all right').waitFor();
        await typeNumber(xor, 'number of hidden units', 2);
        await xor.getByText('2 hidden, 0 epochs').waitFor();
        await xor.getByRole('button', { name: 'Train' }).press('Enter');
        await xor.getByText('all four right').waitFor();
        await xor.getByRole('button', { name: 'Count 20 beginnings' }).press('Enter');
        await page.waitForFunction(
          () => document.querySelector('#xor .counts')?.textContent?.match(/of\s20/g)?.length === 4,
        );
        await expect.poll(() => xor.getByRole('button', { name: 'Count 20 beginnings' }).isEnabled()).toBe(true);
        for (const [hidden, right] of [0, 17, 19, 20].entries())
          expect(await shownNumber(page, `xor-${hidden + 1}`)).toBe(right);

        const padlocks = await openChapter(page, 'padlocks');
        await padlocks.getByRole('button', { name: '1. Learn 0 to 4' }).press('Enter');
        await padlocks.getByText('has learned the digits 0 to 4').waitFor();
        await padlocks.getByRole('button', { name: '2. Learn 5 to 9' }).press('Enter');
        await padlocks.getByText('With 528 of 2,693 numbers free').waitFor();
        expect(await padlocks.getByText('no bit changed').count()).toBe(2);
        expect(await shownNumber(page, 'digits-5 to 9, after step 2')).toBeGreaterThan(85);

        const code = await openChapter(page, 'code');
        await code.getByRole('button', { name: 'Run it here' }).press('Enter');
        await code.getByText('Finn 0.0').waitFor();
      }));

    test('every number answers to the keyboard and to a drag, every chart can be read with the arrow keys', () =>
      onPage(async (page) => {
        let count = 0;
        for (const id of CHAPTERS) {
          const chapter = await openChapter(page, id);
          for (const number of await chapter.getByRole('spinbutton').all()) {
            count++;
            const name = `${id}: ${await number.getAttribute('aria-label')}`;
            const now = async (): Promise<string | null> => await number.getAttribute('aria-valuenow');
            const [first, min, max] = [
              await now(),
              await number.getAttribute('aria-valuemin'),
              await number.getAttribute('aria-valuemax'),
            ];
            await number.focus();
            await page.keyboard.press('End');
            expect(await now(), name).toBe(max);
            // In the usual run two numbers answer to all keys, the others to two.
            if (count <= repeats(2, Number.POSITIVE_INFINITY)) {
              await page.keyboard.press('ArrowLeft');
              expect(Number(await now()), name).toBeLessThan(Number(max));
              await page.keyboard.press('Home');
              expect(await now(), name).toBe(min);
              await page.keyboard.press('ArrowRight');
              await page.keyboard.press('PageUp');
              expect(Number(await now()), name).toBeGreaterThan(Number(min));
            }
            await page.keyboard.press('Backspace');
            expect(await now(), name).toBe(first);
          }
          for (const chart of await chapter.getByRole('slider').all()) {
            await chart.focus();
            await page.keyboard.press('Home');
            const start = await chart.getAttribute('aria-valuetext');
            await page.keyboard.press('ArrowRight');
            if (id !== 'falls') expect(await chart.getAttribute('aria-valuetext'), id).not.toBe(start);
          }
        }
        expect(count).toBeGreaterThan(40);

        const sun = (await openChapter(page, 'neuron')).getByRole('spinbutton', { name: 'sun', exact: true });
        const box = (await sun.boundingBox()) as { x: number; y: number };
        await page.mouse.move(box.x + 8, box.y + 8);
        await page.mouse.down();
        await page.mouse.move(box.x + 8 - 31, box.y + 8);
        await page.mouse.up();
        expect(await sun.getAttribute('aria-valuenow')).toBe('0.3');
        await sun.dblclick();
        expect(await sun.getAttribute('aria-valuenow')).toBe('0.8');
      }));

    test('maps are read by keys and by pointer, and what they say is that of float64', () =>
      onPage(async (page) => {
        const xor = await openChapter(page, 'xor');
        const map = xor.getByRole('slider', { name: 'Read values: the answer, over both switches' });
        await map.focus();
        const said = (): Promise<string | null> => map.getAttribute('aria-valuetext');
        await expect.poll(said).toMatch(/^x1 0\.5, x2 0\.5: 0\.\d\d$/);
        for (const key of ['Home', 'PageUp', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
        expect(await said()).toMatch(/^x1 −0\.3, x2 1\.3: /);
        expect(await xor.locator('.map-title').textContent()).toBe(await said());
        expect(Number(await map.getAttribute('aria-valuenow'))).toBe(17 * 19 + 1);
        await map.blur();
        expect(await xor.locator('.map-title').textContent()).toBe('the answer');
        expect(await xor.locator('.cross').count()).toBe(0);

        const descent = await openChapter(page, 'descent');
        const bowl = descent.getByRole('slider', { name: 'Read values: the loss, over w1 and w2' });
        await expect.poll(() => bowl.getAttribute('aria-valuetext')).not.toBe('nothing yet');
        const box = (await bowl.boundingBox()) as { x: number; y: number; width: number; height: number };
        // At w1 = 2, w2 = −1.
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        const sales = [
          [0.9, 0.1, 1.7],
          [0.3, 0.8, 0],
          [0.8, 0.7, 0.9],
          [0.2, 0.1, 0.3],
        ] as const;
        const loss = sales.reduce((sum, [sun, wind, sold]) => sum + (2 * sun - wind - sold) ** 2 / 4, 0);
        const read = `w1 2.00, w2 −1.00: loss ${loss.toFixed(2)}`;
        expect(await descent.locator('.map-title').textContent()).toBe(read);
        expect(await descent.locator('.cross').count()).toBe(1);

        const hidden = await openChapter(page, 'hidden');
        const [h1, h2] = [sigmoid(0.3 * 5 + 0.1 * 0 - 1), sigmoid(-0.1 * 5 - 0.8 * 0 + 0.5)];
        for (const [unit, value] of [
          ['h1', h1],
          ['h2', h2],
          ['y', sigmoid(-4 * h1 + 3 * h2 + 0.5)],
        ] as const) {
          const one = hidden.getByRole('slider', { name: `Read values: ${unit}, over body weight and height` });
          await one.focus();
          expect(await one.getAttribute('aria-valuetext')).toBe(`${value.toFixed(2)} at 5, 0`);
        }
      }));
  });

  describeInFirefox('in a frame', (visit) => {
    test('its chapters compute, and numbers change by keys', async () => {
      const server = await serve(ROOT, framed('learn-look.js'));
      const { troubles, chapters, before, after, gradients } = await visit<{
        troubles: string[];
        chapters: string[];
        before: string;
        after: string;
        gradients: string[];
      }>(server);
      await server.close();
      expect(troubles).toEqual([]);
      expect(chapters).toEqual([...CHAPTERS]);
      expect([before, after]).toEqual(['0.7311', '0.8022']);
      expect(gradients).toEqual(Array(9).fill('yes'));
    });
  });
});

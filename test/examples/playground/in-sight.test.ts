/** What visitors do stays where they see it, in Chromium: what has the focus, what they took on, what a step shows. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { DEFAULTS } from '../../../examples/playground/settings.js';
import { toHash } from '../../../examples/playground/url.js';
import { describeOnPage, numberOf, push } from '../../support/browsers/playground.js';

const DESK = { width: 1280, height: 720 };
const PHONE = { width: 390, height: 844 };

/** Whether an element is whole in the window, and nothing lies over its corners. */
function isInSight(page: Page, selector: string): Promise<boolean> {
  return page.locator(selector).evaluate((element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const corners = [
      [left + 4, top + 4],
      [right - 4, bottom - 4],
    ] as const;
    return corners.every(([x, y]) => element.contains(document.elementFromPoint(x, y)));
  });
}

/** The id of what has the focus. */
const focused = (page: Page): Promise<string | undefined> => page.evaluate(() => document.activeElement?.id);

describeOnPage(
  'what is in sight in Chromium',
  (playground) => {
    test.each([DESK, PHONE])('a challenge begins with its rule and Start in sight: $width', async (viewport) => {
      const { page, troubles } = await playground().visit('', { viewport });
      await push(page, '[data-challenge="0"]');
      await page.locator('#coach').getByText('The rule: Exclusive or, no extra inputs').waitFor();
      await page.waitForFunction(() => document.activeElement?.id === 'start');
      expect([await isInSight(page, '#coach'), await isInSight(page, '#start')]).toEqual([true, true]);
      expect(troubles).toEqual([]);
      await page.close();
    });

    test.each([DESK, PHONE])(
      'the network and its stages come into sight with the step that they show: $width',
      async (viewport) => {
        const { page, troubles } = await playground().visit('', { viewport });
        await push(page, '#lesson-tutorial');
        await page.getByText('A new network, 2-2-1.').waitFor();
        expect([await isInSight(page, '#diagram'), await focused(page)]).toEqual([true, 'step']);
        await page.keyboard.press('Enter');
        await page.getByText(/^1 of 7\. One sample enters\.$/).waitFor();
        await page.getByRole('button', { name: 'Next stage' }).getByText('Next stage ›').waitFor();
        const seen = ['#diagram', '#walk', '#step'].map((part) => isInSight(page, part));
        expect(await Promise.all(seen)).toEqual([true, true, true]);
        expect(troubles).toEqual([]);
        await page.close();
      },
    );

    test('what went wrong is no longer said after what went well', async () => {
      const { page } = await playground().visit();
      const problem = page.locator('#problem');
      for (const [button, said] of [
        ['#copy', /^The link is/],
        ['#code', /^The code is/],
        ['#save', /^Saved /],
      ] as const) {
        await page.setInputFiles('#csv', { name: 'bad.csv', mimeType: 'text/csv', buffer: Buffer.from('1,2\n') });
        await problem.getByText(/^Row 1 of the table/).waitFor();
        await push(page, button);
        await page.locator('#status').getByText(said).waitFor();
        expect(await problem.textContent()).toBe('');
      }
      await page.close();
    });

    test('spirals say what they change, and other data put back what the visitor had', async () => {
      const { page, troubles } = await playground().visit(toHash({ ...DEFAULTS, rate: 0.02 }));
      await page.selectOption('#data', 'spirals');
      const told =
        'These data bring the activation gelu, the learning rate 0.02, the noise 0.025; other data put back what was.';
      await page.locator('#coach').getByText(told).waitFor();
      // Brushed points keep the network, and what was chosen is not forgotten.
      await push(page, '#clear-points');
      await page.waitForFunction(() => (document.getElementById('data') as HTMLSelectElement).value === 'own');
      await page.selectOption('#data', 'circles');
      await page.getByText('A new network, 2-4-2-1.').waitFor();
      const values = await Promise.all(['activation', 'rate', 'noise'].map((id) => page.inputValue(`#${id}`)));
      expect(values).toEqual(['tanh', '0.02', '0.05']);
      expect(troubles).toEqual([]);
      await page.close();
    });

    test('on a phone a stage has the whole network in sight, and nothing moves from stage to stage', async () => {
      const { page } = await playground().visit('', { viewport: PHONE });
      await page.focus('#step');
      await page.keyboard.press('Enter');
      const stage = page.locator('#stage');
      await stage.getByText(/^1 of 9\./).waitFor();
      const places = async () =>
        await page
          .locator('#diagram, #walk')
          .evaluateAll((all) => all.map((part) => `${part.getBoundingClientRect().top}`));
      const before = await places();
      await page.focus('#stage-next');
      for (let at = 1; at <= 9; at++) {
        await stage.getByText(new RegExp(`^${at} of 9\\.`)).waitFor();
        expect([await places(), await isInSight(page, '#diagram'), await isInSight(page, '#walk')]).toEqual([
          before,
          true,
          true,
        ]);
        await page.keyboard.press('Enter');
      }
      await page.close();
    });

    test.each([DESK, PHONE])(
      'the table of weights leaves its summary, and has the names of the drawing: $width',
      async (viewport) => {
        const { page } = await playground().visit(toHash({ ...DEFAULTS, layers: [4, 2], extra: ['x1x2'] }), {
          viewport,
        });
        await page.focus('#weights summary');
        await page.keyboard.press('Enter');
        await page.locator('#weights table').first().waitFor();
        await page.locator('#weights summary').scrollIntoViewIfNeeded();
        expect(await isInSight(page, '#weights summary')).toBe(true);
        const texts = (cells: string) => page.locator(`#weights ${cells}`).allTextContents();
        expect(await texts('table:nth-child(1) thead th')).toEqual([
          'unit',
          'bias',
          'from x1',
          'from x2',
          'from x1 x2',
        ]);
        expect(await texts('table:nth-child(2) tbody th')).toEqual(['h5', 'h6']);
        expect(await texts('table:nth-child(3) :is(thead, tbody) th')).toEqual([
          'unit',
          'bias',
          'from h5',
          'from h6',
          'y',
        ]);
        await page.close();
      },
    );

    test.each([DESK, PHONE])('the window of a weight is in sight, and leaves its line so: $width', async (viewport) => {
      const { page } = await playground().visit(toHash({ ...DEFAULTS, layers: [4, 4, 4] }), { viewport });
      for (const [unit, name] of [
        [0, 'h5'],
        [3, 'h8'],
      ] as const) {
        const button = page.locator(`[data-layer="1"][data-unit="${unit}"]`);
        await button.focus();
        await page.keyboard.press('Enter');
        await page.getByRole('dialog').getByText(`h1 to ${name}`).waitFor();
        expect([
          await isInSight(page, '#edge'),
          await isInSight(page, `[data-layer="1"][data-unit="${unit}"]`),
        ]).toEqual([true, true]);
        await page.keyboard.press('Escape');
      }
      await page.close();
    });

    test('values show the loss that trains them, and no accuracy', async () => {
      const { page, troubles } = await playground().visit();
      const accuracy = page.locator('#accuracy-now');
      expect(await accuracy.isVisible()).toBe(true);
      await page.selectOption('#data', 'hills');
      await page.getByText('A new network, 2-4-2-1.').waitFor();
      await accuracy.waitFor({ state: 'hidden' });
      expect(await page.inputValue('#loss')).toBe('squaredError');
      expect(await page.inputValue('#link')).toContain('loss=squaredError');
      await page.selectOption('#data', 'xor');
      await accuracy.waitFor();
      expect(await page.inputValue('#loss')).toBe('crossEntropy');
      expect(troubles).toEqual([]);
      await page.close();
    });

    /** Buttons that have reached an end, each with how it gets there, and what it says then. */
    const ends = [
      ['layer-add', [4, 4, 4], 1, 'layers: expected at most 4 layers of 1 to 32 units.'],
      ['layer-remove', [4], 1, 'No layer is left.'],
      ['units-add-0', [31], 1, 'layers: expected at most 4 layers of 1 to 32 units.'],
      ['units-remove-0', [2], 1, 'layers: expected at most 4 layers of 1 to 32 units.'],
      ['step-back', [2], 0, 'There is no step to take back.'],
      ['undo', [2], 0, 'There is no stroke to take back.'],
    ] as const;

    test.each(ends)(
      '%s keeps the focus at its end, does nothing more, and says so',
      async (id, layers, presses, told) => {
        const { page, troubles } = await playground().visit(toHash({ ...DEFAULTS, layers }));
        await page.focus(`#${id}`);
        for (let i = 0; i < presses; i++) await page.keyboard.press('Enter');
        await page.waitForFunction((name) => document.getElementById(name)?.ariaDisabled === 'true', id);
        const address = await page.evaluate(() => location.hash);
        await page.keyboard.press('Enter');
        await page.locator('.said').getByText(told).waitFor();
        expect([await focused(page), await page.evaluate(() => location.hash)]).toEqual([id, address]);
        expect([await numberOf(page, 'epoch'), await page.textContent('#loss-now')]).toEqual([0, '–']);
        expect(troubles).toEqual([]);
        await page.close();
      },
    );
  },
  { concurrent: true },
);

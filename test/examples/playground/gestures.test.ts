/** What visitors do in the drawings, in Chromium, by pointer and by keys: units, weights, layers, points, charts, stages. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULTS, type Settings, TUTORIAL } from '../../../examples/playground/settings.js';
import { toHash } from '../../../examples/playground/url.js';
import { describeOnPage, frames, pause, trainTo, type Visit } from '../../support/browsers/playground.js';
import { repeats } from '../../support/repeats.js';

/** The label of the element that has the focus. */
const focused = (page: Page): Promise<string | null | undefined> =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label'));

const picture = (page: Page, id: string): Promise<string> =>
  page.$eval(`#${id}`, (canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : ''));

/** Brushes points of the second class along the upper edge. */
async function brushStroke(page: Page): Promise<void> {
  await page.check('#brush input[value="1"]');
  const { x = 0, y = 0, width = 0 } = (await page.locator('#boundary').boundingBox()) ?? {};
  await page.mouse.move(x + 0.1 * width, y + 0.1 * width);
  await page.mouse.down();
  await page.mouse.move(x + 0.5 * width, y + 0.1 * width, { steps: 10 });
  await page.mouse.up();
  await page.waitForFunction(() => (document.getElementById('data') as HTMLSelectElement).value === 'own');
}

// Concurrent, because they wait for frames most of the time.
describeOnPage(
  'gestures in Chromium',
  (playground) => {
    test('points are brushed and erased, by pointer and by keys, and the network stays', async () => {
      const { page } = await playground().visit();
      await page.click('#start');
      await trainTo(page, 3);
      await brushStroke(page);
      expect(await page.textContent('#start')).toBe('Pause');
      await page.focus('#plane');
      await page.keyboard.press('ArrowRight');
      await page.getByText(/^At 0\.10, 0\.00: class [01], [\d.]+% sure$/).waitFor();
      await page.keyboard.press('Delete');
      expect(await page.textContent('#problem')).toBe('');
      await trainTo(page, 10);
      await page.close();
    });

    test('a stroke is taken back whole, the plane is cleared, and the data before comes back', async () => {
      const { page } = await playground().visit();
      const undo = page.locator('#undo');
      expect(await undo.isDisabled()).toBe(true);
      const before = await picture(page, 'boundary');
      await brushStroke(page);
      await page.click('#clear-points');
      await page.getByText('Four points stay: a network needs some to learn, and some to be judged by.').waitFor();
      await page.focus('#plane');
      // Who comes by keys sees what they do.
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Tab');
      await page.locator('#plane-read').getByText('Arrows move, space brushes, Delete erases.').waitFor();
      await page.keyboard.press('Space');
      const linked = page.waitForFunction(() => {
        const points = new URLSearchParams(location.hash.slice(1)).get('points');
        return points?.length === 5 * 8;
      });
      await linked;
      for (const _ of ['the point', 'all points']) await page.keyboard.press('Control+z');
      await page.waitForFunction(() => {
        const points = new URLSearchParams(location.hash.slice(1)).get('points');
        return (points?.length ?? 0) > 300 * 8;
      });
      await undo.focus();
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => (document.getElementById('data') as HTMLSelectElement).value === 'moons');
      expect(await undo.isDisabled()).toBe(true);
      await page.mouse.move(2, 2);
      await frames(page, 2);
      expect(await picture(page, 'boundary')).toBe(before);
      await page.close();
    });

    test('the key of the brush turns it on where it is chosen, and the page says so', async () => {
      const { page } = await playground().visit();
      await page.focus('#plane');
      await page.keyboard.press('Space');
      await page.getByText('The brush is on: class 1.').waitFor();
      expect(await page.isChecked('#brush input[value="1"]')).toBe(true);
      await page.waitForFunction(() => (document.getElementById('data') as HTMLSelectElement).value === 'own');
      // From now on the pointer brushes too, as it shows.
      expect(await page.$eval('#plane', (plane) => plane.classList.contains('brushed'))).toBe(true);
      await page.check('#brush input[value="0"]');
      await page.focus('#plane');
      await page.keyboard.press('Space');
      expect(await page.isChecked('#brush input[value="0"]')).toBe(true);
      await page.close();
    });

    test('a link that has no room for all points says so, and long names of classes stay in their cards', async () => {
      const { page } = await playground().visit();
      const rows = Array.from(
        { length: 501 },
        (_, i) => `${i},${i % 7},${i % 2 ? 'Antidisestablishment' : 'Pneumonoultramicroscopic'}`,
      );
      await page.setInputFiles('#csv', {
        name: 'long.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(rows.join('\n')),
      });
      await page.getByText('Read 501 points from long.csv.').waitFor();
      await page.waitForFunction(
        () =>
          document.getElementById('link-title')?.textContent === 'Link to these settings, without the points (500 fit)',
      );
      await page.waitForFunction(() => document.getElementById('brush-1')?.textContent?.startsWith('Pneumono'));
      for (const name of ['#brush-0', '#brush-1', '#name-0', '#name-1']) {
        const [inner, outer] = await page.$eval(name, (element) =>
          [element, element.closest('.card') as Element].map((each) => each.getBoundingClientRect().right),
        );
        expect(inner, name).toBeLessThan(outer as number);
      }
      expect(await page.$eval('#data-card', ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
      await page.close();
    });

    test('a plane that is full, or nearly empty, says so', async () => {
      const { page } = await playground().visit();
      const rows = Array.from({ length: 2000 }, (_, i) => `${i},${i % 7},${i % 2}`);
      await page.setInputFiles('#csv', {
        name: 'full.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(rows.join('\n')),
      });
      await page.getByText('Read 2000 points from full.csv.').waitFor();
      await page.focus('#plane');
      await page.keyboard.press('Space');
      await page.getByText('No more than 2000 points fit.').waitFor();
      await page.click('#clear-points');
      await page.getByText('Four points stay: ').waitFor();
      await page.selectOption('#data', 'moons');
      await page.selectOption('#data', 'own');
      await page.focus('#plane');
      for (const key of ['Shift+ArrowLeft', ...Array(7).fill('ArrowLeft'), ...Array(7).fill('ArrowDown'), 'Delete'])
        await page.keyboard.press(key);
      await page.getByText('Four points stay: ').waitFor();
      await page.close();
    });

    test('on the narrowest phone buttons have room around their text, and what is read of the losses is not cut', async () => {
      const { page } = await playground().visit('', { viewport: { width: 320, height: 640 } });
      const rooms = await page.$$eval('.buttons button', (buttons) =>
        buttons.map((button) => {
          const range = document.createRange();
          range.selectNodeContents(button);
          return [button.id, button.clientWidth - range.getBoundingClientRect().width] as const;
        }),
      );
      expect(rooms).toHaveLength(4);
      for (const [id, room] of rooms) expect(room, id).toBeGreaterThanOrEqual(8);
      await page.click('#start');
      await trainTo(page, 3);
      await pause(page);
      await page.hover('#losses-chart');
      const read = page.locator('#losses-read');
      await read.getByText(/^Epoch \d+: training /).waitFor();
      expect(await read.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBeLessThanOrEqual(0);
      await page.close();
    });

    test('a table that is dropped keeps its numbers, words and extra inputs, also in a link; others are refused', async () => {
      const { page } = await playground().visit();
      const drop = (name: string, text: string): Promise<void> =>
        page.evaluate(
          ([fileName = '', content = '']) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([content], fileName));
            document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
          },
          [name, text],
        );
      await page.check('#extra input[value="x1x1"]');
      await page.getByText('A new network, 3-4-2-1.').waitFor();
      await drop('mine.csv', 'width,height,kind\n10,0,daisy\n30,1,rose\n10,1,daisy\n30,0,rose\n');
      await page.getByText('Read 4 points from mine.csv.').waitFor();
      expect(await page.inputValue('#data')).toBe('own');
      await page.check('#extra input[value="sinx2"]');
      await page.getByText('A new network, 4-4-2-1.').waitFor();
      await page.check('#discretise');
      await page.click('#step');
      await page.getByText(/^1 step, /).waitFor();
      await page.waitForFunction(() => document.getElementById('name-1')?.textContent === 'rose');
      for (const name of ['width', 'height', 'x1²'])
        expect(await page.getByRole('button', { name: `Unit ${name}`, exact: true }).getAttribute('title')).toBe(name);
      await page.waitForFunction(() =>
        (document.getElementById('link') as HTMLInputElement).value.includes('&weights='),
      );
      expect(await page.textContent('#link-title')).toBe('Link to these settings, weights and points');
      const address = await page.inputValue('#link');
      const other = (await playground().visit(new URL(address).hash)).page;
      await other.getByText(/^With the weights of the link\. /).waitFor();
      expect(await other.textContent('#problem')).toBe('');
      expect(await other.isChecked('#discretise')).toBe(true);
      await other.waitForFunction(
        (link) => (document.getElementById('link') as HTMLInputElement).value === link,
        address,
      );
      await other.focus('#plane');
      await other.keyboard.press('ArrowRight');
      await other.getByText(/^At 21\.0, 0\.50: (daisy|rose), [\d.]+% sure$/).waitFor();
      await other.close();

      await drop('mine.txt', 'hello');
      await page.getByText('The table has 0 rows, expected 4 to 2000.').waitFor();
      await drop('mine.safetensors', 'hello');
      await page.getByText('This is not a network that wasmlp saved.').waitFor();
      await page.close();
    });

    test.each([320, 1280].slice(0, repeats(1, 2)))(
      'at %i pixels the window that edits a weight is in the drawing, away from its line',
      async (width) => {
        const { page } = await playground().visit('', { viewport: { width, height: 900 } });
        const boxOf = (name: string): Promise<DOMRect> =>
          page
            .locator(name)
            .first()
            .evaluate((element) => element.getBoundingClientRect().toJSON());
        await page.locator('[data-layer="1"]').first().focus();
        await page.keyboard.press('Enter');
        await page.getByRole('dialog').waitFor();
        const [editor, drawing] = [await boxOf('#edge'), await boxOf('.picture')];
        const [from, to] = [await boxOf('[data-layer="0"]'), await boxOf('[data-layer="1"]')];
        expect(editor.left).toBeGreaterThanOrEqual(drawing.left);
        expect(editor.right).toBeLessThanOrEqual(drawing.right);
        expect(editor.bottom).toBeLessThanOrEqual(drawing.bottom);
        // It covers neither its line nor the units at the ends.
        expect(editor.top).toBeGreaterThan(Math.max(from.bottom, to.bottom));
        await page.close();
      },
    );

    test('the values of charts are read by pointer and by keys', async () => {
      const { page } = await playground().visit();
      await page.click('#start');
      await trainTo(page, 20);
      await pause(page);
      const read = page.locator('#losses-read');
      await page.hover('#losses-chart');
      await read.getByText(/^Epoch \d+: training [\d.e−]+, validation [\d.e−]+$/).waitFor();
      await page.focus('#losses-chart');
      await page.keyboard.press('Home');
      await read.getByText(/^Epoch 1: /).waitFor();
      await page.focus('#activation-chart');
      await page.locator('#activation-read').getByText('At 4.00: ').waitFor();
      await page.keyboard.press('Home');
      await page.locator('#activation-read').getByText('At −4.00: −1.00, derivative 0.00').waitFor();
      await page.close();
    });

    test('the stages of a step are walked forwards and back, and steps are taken back', async () => {
      const { page } = await playground().visit(toHash({ ...DEFAULTS, layers: [3] }));
      const stage = page.locator('#stage');
      await page.click('#step');
      await stage.getByText(/^1 of 7\. /).waitFor();
      const first = await picture(page, 'diagram');
      await page.focus('#stage-next');
      for (let at = 2; at <= 7; at++) {
        await page.keyboard.press('Enter');
        await stage.getByText(new RegExp(`^${at} of 7\\. `)).waitFor();
      }
      // It keeps the focus, and says why it does nothing.
      expect(await focused(page)).toBe('Next stage');
      await page.keyboard.press('Enter');
      await stage.getByText(/^7 of 7\. .* No stage follows\.$/).waitFor();
      await page.focus('#stage-back');
      for (let at = 6; at >= 1; at--) {
        await page.keyboard.press('Enter');
        await stage.getByText(new RegExp(`^${at} of 7\\. `)).waitFor();
      }
      await frames(page, 2);
      expect(await picture(page, 'diagram')).toBe(first);
      await page.focus('#step-back');
      await page.keyboard.press('Enter');
      await page.getByText('One step back. Not trained yet.').waitFor();
      expect(await page.locator('#walk').isVisible()).toBe(false);
      await page.close();
    });

    test('rate and batch size change while it trains, sliders start anew', async () => {
      const { page } = await playground().visit();
      await page.click('#start');
      await trainTo(page, 5);
      await page.fill('#rate', '0.05');
      await page.keyboard.press('Enter');
      await page.getByText('From here on the learning rate is 0.05, the batch size 16.').waitFor();
      expect(Number(await page.textContent('#epoch'))).toBeGreaterThanOrEqual(5);
      await page.focus('#noise');
      await page.keyboard.press('End');
      await page.waitForFunction(() => location.hash.includes('noise=0.5&'));
      await page.focus('#l2');
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(() => location.hash.includes('l2=0.0001&'));
      await page.check('#extra input[value="x1x1"]');
      await page.getByText('A new network, 3-4-2-1, training.').waitFor();
      await page.check('#discretise');
      await trainTo(page, 3);
      expect(await page.textContent('#problem')).toBe('');
      await page.close();
    });
  },
  { concurrent: true },
);

describeOnPage('gestures in the drawing of one page in Chromium', (playground) => {
  let visit: Visit;
  beforeAll(async () => {
    visit = await playground().visit();
  });
  afterAll(() => visit.page.close());

  /** The page, with a new network. An address that stays the same would leave the old one: there is another between. */
  async function begun(settings: Settings): Promise<Page> {
    const { page } = visit;
    for (const { layers, ...others } of [{ ...DEFAULTS, layers: [1] }, settings]) {
      await page.evaluate(
        (hash) => {
          location.hash = hash;
        },
        toHash({ ...others, layers }),
      );
      await page.getByText(`A new network, ${[2, ...layers, 1].join('-')}.`).waitFor();
    }
    await page.mouse.move(2, 2);
    await frames(page, 3);
    return page;
  }

  test('a unit is enlarged in the answers on hover and on focus, and arrows move from unit to unit', async () => {
    const page = await begun(DEFAULTS);
    const answers = await picture(page, 'boundary');
    await page.hover('[data-layer="0"][data-unit="2"]');
    await page.getByText('Enlarged: unit h3.').waitFor();
    expect(await picture(page, 'boundary')).not.toBe(answers);
    await page.mouse.move(2, 2);
    await page.waitForFunction(() => document.getElementById('plane-read')?.textContent === '');
    await page.focus('#units [tabindex="0"]');
    const seen = [await focused(page)];
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft']) {
      await page.keyboard.press(key);
      seen.push(await focused(page));
    }
    expect(seen).toEqual(['h1', 'h2', 'h6', 'y', 'y', 'h5', 'h1', 'x1'].map((name) => `Unit ${name}`));
    await page.getByText('Enlarged: unit x1.').waitFor();
  });

  test('buttons above the drawing stay while it is laid out anew, so that a press and its release meet', async () => {
    const page = await begun(DEFAULTS);
    const isKept = await page.evaluateHandle(() => {
      const [button, unit] = ['#units-add-0', '[data-layer="1"]'].map((name) => document.querySelector(name));
      return () => [button, unit].map((element) => element?.isConnected);
    });
    const add = page.locator('#units-add-0');
    const { x = 0, y = 0 } = (await add.boundingBox()) ?? {};
    await page.mouse.move(x + 5, y + 5);
    await page.mouse.down();
    // The network gets a unit while the button is held.
    await page.press('#units-add-1', 'Enter');
    await page.getByText('A new network, 2-4-3-1.').waitFor();
    await frames(page, 3);
    await page.mouse.up();
    await page.getByText('A new network, 2-5-3-1.').waitFor();
    expect(await isKept.evaluate((kept) => kept())).toEqual([true, true]);
  });

  test('layers and units grow and shrink by + and -, and the focus stays', async () => {
    const page = await begun(DEFAULTS);
    await page.focus('#units-add-0');
    await page.keyboard.press('Enter');
    await page.getByText('A new network, 2-5-2-1.').waitFor();
    await page.waitForFunction(() => document.activeElement?.id === 'units-add-0');
    await page.getByRole('button', { name: 'Remove a unit from hidden layer 2' }).press('Enter');
    await page.getByText('A new network, 2-5-1-1.').waitFor();
    await page.click('#layer-remove');
    await page.getByText('A new network, 2-5-1.').waitFor();
    await page.click('#layer-remove');
    await page.getByText('A new network, 2-1.').waitFor();
    expect(await page.locator('#units button').count()).toBe(3);
  });

  test('the window of a weight closes where one tabs on, and says what it does not take', async () => {
    const page = await begun(TUTORIAL);
    await page.locator('[data-layer="0"]').first().focus();
    await page.keyboard.press('Enter');
    const editor = page.getByRole('dialog');
    await editor.waitFor();
    const field = editor.getByRole('textbox');
    await field.fill('5000');
    await field.press('Enter');
    await editor.getByText('Expected a number from −1000 to 1000. The weight stays.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill('0.1234');
    await field.press('Enter');
    await page.waitForFunction(() => document.getElementById('edge-problem')?.textContent === '');
    expect(await field.inputValue()).toBe('0.1234');
    // Within the window the focus goes on; behind its last field it is elsewhere.
    await page.keyboard.press('Shift+Tab');
    expect(await editor.isVisible()).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await editor.waitFor({ state: 'hidden' });
  });

  test('a weight is edited where it is, by pointer and by keys', async () => {
    const page = await begun(TUTORIAL);
    const [from, to] = await Promise.all(
      ['[data-layer="-1"][data-unit="1"]', '[data-layer="0"][data-unit="1"]'].map((name) =>
        page.locator(name).boundingBox(),
      ),
    );
    const at = (one = 0, other = 0, size = 0): number => one + size / 2 + 0.7 * (other - one);
    await page.mouse.click(at(from?.x, to?.x, from?.width), at(from?.y, to?.y, from?.height));
    await page.getByRole('dialog').getByText('w4, x2 to h2').waitFor();
    await page.getByLabel('Value of w4, x2 to h2').fill('-2,5');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('Unit h2');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('w3, x1 to h2').waitFor();
    await page.getByRole('button', { name: 'Next weight' }).click();
    expect(await page.getByLabel('Value of w4, x2 to h2').inputValue()).toBe('−2.50');
    await page.getByRole('button', { name: 'Next weight' }).press('Enter');
    await page.getByLabel('Slider of bias b2').press('ArrowRight');
    const bias = await page.getByLabel('Value of bias b2').inputValue();
    await page.keyboard.press('Escape');
    await page.click('#weights summary');
    await page.locator('#weights td').first().waitFor();
    const cells = await page.$$eval('#weights tr:nth-child(2) td', (all) => all.map((cell) => cell.textContent));
    expect(cells[2]).toBe('−2.5000');
    expect(Number(cells[0]?.replace('−', '-'))).toBeCloseTo(Number(bias.replace('−', '-')), 2);
    await page.getByLabel('Value of bias b2').waitFor({ state: 'hidden' });
  });
});

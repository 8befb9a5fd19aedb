/** The pages of docs/cookbook.md, used as a visitor uses them: clicks, reloads, dropped files, policies. */
import type { Page } from 'playwright-core';
import { it } from 'vitest';
import { Network } from '../../src/index.js';
import { newPage } from '../support/browsers/chromium.js';
import { describeInChromium } from '../support/browsers/describe.js';
import { serve } from '../support/browsers/server.js';
import { filesBeside, readPage, shownIn } from '../support/docs/pages.js';
import { PACKAGE } from '../support/package/packed.js';

const COOKBOOK = readPage('docs/cookbook.md');

function recipe(heading: string): string {
  const found = shownIn(COOKBOOK, 'html').find(({ block }) => block.heading === heading);
  if (found === undefined) throw new Error(`docs/cookbook.md has no page under "${heading}"`);
  return found.block.text;
}

describeInChromium('the cookbook', (browser) => {
  /** Visits the page under a heading. Rejects if the page throws. */
  async function visit(heading: string, use: (page: Page) => Promise<void>): Promise<void> {
    const server = await serve(`${PACKAGE}/dist`, { ...filesBeside(COOKBOOK), '': recipe(heading) });
    const page = await newPage(browser());
    const failed = new Promise<never>((_, reject) => page.on('pageerror', reject));
    try {
      await page.goto(server.url);
      await Promise.race([use(page), failed]);
    } finally {
      await page.close();
      await server.close();
    }
  }

  /** Waits for answers of this form. */
  const answers = (page: Page, form: string) =>
    page.waitForFunction((form) => new RegExp(form).test(document.querySelector('#answers')?.textContent ?? ''), form);

  it('learns the points that a visitor adds while it trains', async () => {
    await visit('Click to add points', async (page) => {
      const canvas = page.locator('canvas');
      for (const [x, y] of [
        [40, 40],
        [60, 50],
        [50, 80],
      ] as const)
        await canvas.click({ position: { x, y } });
      await answers(page, '^3 points, 100% right$');
      for (const [x, y] of [
        [200, 200],
        [180, 190],
      ] as const)
        await canvas.click({ position: { x, y }, modifiers: ['Shift'] });
      await answers(page, '^5 points, 100% right$');
    });
  });

  it('goes on after a reload', async () => {
    await visit('Keep a network in the browser', async (page) => {
      await answers(page, '^100 epochs');
      await page.reload();
      await answers(page, '^200 epochs');
    });
  });

  it('opens a model that is dropped, and says what is wrong with another file', async () => {
    const network = await Network.create({ inputs: 3, layers: [{ units: 2, activation: 'softmax' }] });
    const files = [
      { name: 'model.safetensors', bytes: [...network.save()] },
      { name: 'model.json', bytes: [...new TextEncoder().encode(JSON.stringify(network))] },
      { name: 'model.onnx', bytes: [...network.toONNX()] },
      { name: 'cat.png', bytes: [0x89, 0x50, 0x4e, 0x47] },
    ];
    await visit('Drop a model on a page', async (page) => {
      for (const file of files) {
        await page.evaluate(({ name, bytes }) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([Uint8Array.from(bytes)], name));
          document.querySelector('#drop')?.dispatchEvent(new DragEvent('drop', { dataTransfer }));
        }, file);
        await answers(page, file.name === 'cat.png' ? '^cat.png: load: ' : `^${file.name}: 3 inputs, 8 parameters$`);
      }
    });
  });
});

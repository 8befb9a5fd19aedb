/** How the tutorial looks, as it was built: labels that nothing crosses, lines that break where they may, and texts that say what happened. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeInChromium } from '../support/browsers/describe.js';
import { ROOT } from '../support/docs/pages.js';
import { repeats } from '../support/repeats.js';
import { IS_BUILT, SKIPPED } from '../support/site/built.js';
import { CHAPTERS, onlooker, openChapter, reader, shownNumber, typeNumber } from '../support/site/learn.js';

const AXE = path.join(ROOT, 'docs/node_modules/axe-core/axe.min.js');
const NO_AXE = existsSync(AXE) ? '' : ' (skipped: no axe-core in docs/node_modules)';
/** In the usual run the first two. */
const SIZES = (
  [
    [1280, 800, 'light'],
    [390, 844, 'dark'],
    [1280, 800, 'dark'],
    [390, 844, 'light'],
  ] as const
).slice(0, repeats(2, 4));

describe.skipIf(!IS_BUILT)(`the looks of the tutorial${SKIPPED}`, () => {
  describeInChromium('in Chromium', (browser) => {
    const onPage = reader(browser);
    const atPage = onlooker(browser);

    test('labels of lines lie on a ground that is as wide as they are, and touch no unit', () =>
      atPage(async (page) => {
        for (const id of CHAPTERS) {
          const chapter = await openChapter(page, id);
          const faults = await chapter.evaluate((section) =>
            [...section.querySelectorAll('.weight')]
              .filter((label) => label.textContent !== '')
              .flatMap((label) => {
                const [ground, text] = ['.ground', '.label'].map((part) =>
                  label.querySelector(part)?.getBoundingClientRect(),
                );
                if (ground === undefined || text === undefined) return [`${label.textContent}: no ground`];
                const isCovered = ground.left <= text.left && ground.right >= text.right && ground.height >= 14;
                const circles = [...(label.closest('svg')?.querySelectorAll('.node circle') ?? [])];
                const touched = circles.filter((circle) => {
                  const { left, top, width, height } = circle.getBoundingClientRect();
                  const [x, y] = [left + width / 2, top + height / 2];
                  const away = [
                    Math.max(text.left - x, 0, x - text.right),
                    // The middle of the line of text: its box has room above and below the letters.
                    Math.max(ground.top - y, 0, y - ground.bottom),
                  ];
                  return Math.hypot(...away) < width / 2 + 1;
                });
                return [
                  ...(isCovered ? [] : [`${label.textContent}: not covered`]),
                  ...touched.map(() => `${label.textContent}: touches a unit`),
                ];
              }),
          );
          expect(faults, id).toEqual([]);
        }
        expect(await page.locator('.weight').count()).toBeGreaterThan(15);
      }));

    test('punctuation stays with the number that can be dragged, however narrow the page is', () =>
      atPage(
        async (page) => {
          for (const id of CHAPTERS) await openChapter(page, id);
          let count = 0;
          const faults = new Set<string>();
          for (let width = 320; width <= 420; width += 5) {
            await page.setViewportSize({ width, height: 844 });
            const found = await page.evaluate(() =>
              [...document.querySelectorAll('.prose .scrub')].flatMap((number) => {
                const walker = document.createTreeWalker(number.closest('p, li') ?? number, NodeFilter.SHOW_TEXT);
                walker.currentNode = number.lastChild ?? number;
                let next = walker.nextNode();
                while (next !== null && /^\u2060?$/.test(next.textContent ?? '')) next = walker.nextNode();
                if (!/^[.,:;?!)]/.test(next?.textContent ?? '')) return [];
                const range = document.createRange();
                range.setStart(next as Node, 0);
                range.setEnd(next as Node, 1);
                const [mark, box] = [range.getBoundingClientRect(), number.getBoundingClientRect()];
                return [{ name: number.getAttribute('aria-label') ?? '', isApart: mark.top > box.bottom - 4 }];
              }),
            );
            count += found.length;
            for (const { name, isApart } of found) if (isApart) faults.add(name);
          }
          expect(count).toBeGreaterThan(300);
          expect([...faults]).toEqual([]);
        },
        { viewport: { width: 390, height: 844 } },
      ));

    test('on a phone the bars of chapter 9 have room, and no line beside them breaks', () =>
      atPage(
        async (page) => {
          const xor = await openChapter(page, 'xor');
          const rows = await xor.evaluate((section) =>
            [...section.querySelectorAll('.counts p:not(.heading)')].map((row) => ({
              height: row.getBoundingClientRect().height,
              bar: row.querySelector('.bar')?.getBoundingClientRect().width ?? 0,
            })),
          );
          expect(rows).toHaveLength(4);
          for (const { height, bar } of rows) {
            expect(height).toBeLessThan(30);
            expect(bar).toBeGreaterThan(55);
          }
        },
        { viewport: { width: 390, height: 844 } },
      ));

    test('negative weights are dashed, and in forced colours all stays visible', () =>
      atPage(
        async (page) => {
          const neuron = await openChapter(page, 'neuron');
          const dashes = (selector: string): Promise<string> =>
            neuron
              .locator(selector)
              .first()
              .evaluate((line) => getComputedStyle(line).strokeDasharray);
          expect(await dashes('line.edge.negative')).not.toBe('none');
          expect(await dashes('line.edge.positive')).toBe('none');
          const [line, ground] = await neuron.evaluate((section) => [
            getComputedStyle(section.querySelector('.curve') as Element).stroke,
            getComputedStyle(section.querySelector('.figure') as Element).backgroundColor,
          ]);
          expect(line).not.toBe(ground);
        },
        { forcedColors: 'active' },
      ));

    test('a screen of 320 by 256 pixels, as at a zoom of 400%, scrolls in one direction only, and figures do not cover the prose', () =>
      atPage(
        async (page) => {
          for (const id of CHAPTERS) await openChapter(page, id);
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
          expect(
            await page
              .locator('.figure')
              .first()
              .evaluate((figure) => getComputedStyle(figure).position),
          ).toBe('static');
        },
        { viewport: { width: 320, height: 256 } },
      ));

    test('on a phone the figure stays in sight while one reads, and leaves room to read', () =>
      atPage(
        async (page) => {
          for (const id of CHAPTERS) {
            const chapter = await openChapter(page, id);
            await chapter.locator('.seen').scrollIntoViewIfNeeded();
            const { top, bottom } = await chapter
              .locator('.figure')
              .evaluate((figure) => figure.getBoundingClientRect().toJSON());
            // The network of chapter 4 slides under the bar, so that the four bars below it do not cover the table.
            expect(top, id).toBeGreaterThan(id === 'switches' ? -110 : -60);
            expect(bottom, id).toBeLessThan(844 * 0.62);
          }
        },
        { viewport: { width: 390, height: 844 } },
      ));

    test.skipIf(NO_AXE !== '').each(SIZES)(
      `no rule of axe-core is broken, at %d x %d, %s${NO_AXE}`,
      (width, height, colorScheme) =>
        atPage(
          async (page) => {
            for (const id of CHAPTERS) await openChapter(page, id);
            await page.evaluate(readFileSync(AXE, 'utf8'));
            const found = await page.evaluate(
              "axe.run({ rules: { 'target-size': { enabled: true } } }).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))",
            );
            expect(found).toEqual([]);
            expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
          },
          { viewport: { width, height }, colorScheme },
        ),
    );

    test('a walk that stands still says why, and one that is not at the bottom goes on', () =>
      onPage(async (page) => {
        const descent = await openChapter(page, 'descent');
        const said = descent.getByRole('status');
        await descent.getByRole('button', { name: 'Walk with the rate 0.02' }).press('Enter');
        await said.getByText('Step 200:').waitFor();
        await said
          .getByText('It pauses after 200 steps, not at the bottom yet: with the rate 0.02 they are small.')
          .waitFor();
        await descent.getByRole('button', { name: 'Let it walk' }).press('Enter');
        await said.getByText('Step 400:').waitFor();
        await descent.getByRole('button', { name: 'Walk with the rate 0.3' }).press('Enter');
        await said.getByText('It rests: the ground is flat here.').waitFor();
      }));

    test('where a neuron is saturated, its small numbers are not 0, and the page says what that means', () =>
      onPage(async (page) => {
        const slope = await openChapter(page, 'slope');
        await typeNumber(slope, 'sum', -8);
        await typeNumber(slope, 'push', 0.01);
        expect(await shownNumber(page, 'slope-measured')).toBeCloseTo(0.0003, 4);
        expect(await shownNumber(page, 'slope-measured')).toBeGreaterThan(0);
        await slope.getByText('saturated').waitFor();

        const chain = await openChapter(page, 'chain');
        const because = 'is saturated: so sure of itself that it hardly gives way';
        expect(await chain.getByText(because).count()).toBe(0);
        await typeNumber(chain, 'b1', 10);
        await chain.getByText(`It is small because h1 ${because}`).waitFor();
        expect(await shownNumber(page, 'chain-product')).not.toBe(0);
        await typeNumber(chain, 'w1', -10);
        await typeNumber(chain, 'b1', 10);
        await chain.getByText(`because h1 ${because}`).waitFor();
      }));
  });
});

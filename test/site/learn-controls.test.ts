/** The tutorial's buttons, bars and touches, as it was built: what a reader presses is never lost, and what is shown still holds. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeInChromium } from '../support/browsers/describe.js';
import { ROOT } from '../support/docs/pages.js';
import { IS_BUILT, SKIPPED } from '../support/site/built.js';
import { CHAPTERS, numberOf, openChapter, reader, shownNumber, typeNumber } from '../support/site/learn.js';

describe.skipIf(!IS_BUILT)(`the controls of the tutorial${SKIPPED}`, () => {
  test('no button can be pressed before its chapter has woken up', () => {
    const page = readFileSync(path.join(ROOT, 'build/site/learn.html'), 'utf8');
    const chapters = page.slice(page.indexOf('<section id="neuron"'));
    const controls = chapters.slice(0, chapters.lastIndexOf('</section>')).match(/<(button|select)\b[^>]*>/g) ?? [];
    expect(controls.length).toBeGreaterThan(20);
    expect(controls.filter((control) => !/ disabled| aria-disabled="true"/.test(control))).toEqual([]);
  });

  describeInChromium('in Chromium', (browser) => {
    const onPage = reader(browser);

    test('a chapter is fetched when one comes near it, and not laid out before', () =>
      onPage(async (page) => {
        const fetched = (): Promise<string[]> =>
          page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name.split('/').at(-1) ?? ''));
        await openChapter(page, 'neuron');
        const first = await fetched();
        expect(first.filter((name) => name.startsWith('OneNeuron.'))).toHaveLength(1);
        expect(first.filter((name) => /^(BlameTravels|PadLocks|TenLines)\./.test(name))).toEqual([]);
        const style = await page.$eval('#code', (section) => getComputedStyle(section).contentVisibility);
        expect(style).toBe('auto');
        await openChapter(page, 'code');
        expect((await fetched()).filter((name) => name.startsWith('TenLines.'))).toHaveLength(1);
      }));

    test('an address and the list of chapters lead to a chapter, though those before it are not laid out yet', () =>
      onPage(async (page) => {
        const isThere = (id: string): Promise<unknown> =>
          page.waitForFunction((wanted) => {
            const section = document.getElementById(wanted);
            const { top = -1 } = section?.getBoundingClientRect() ?? {};
            return section?.dataset.awake === 'true' && top >= 0 && top < innerHeight / 2;
          }, id);
        const address = page.url();
        await page.goto('about:blank');
        await page.goto(`${address}#chain`);
        await isThere('chain');
        await page.getByRole('navigation', { name: 'Chapters' }).getByRole('link', { name: 'Padlocks' }).click();
        await isThere('padlocks');
      }));

    test.each(['falls', 'xor'] as const)('%s: who presses Train at once after New weights trains the new ones', (id) =>
      onPage(async (page) => {
        const chapter = await openChapter(page, id);
        await expect.poll(() => chapter.getByRole('button', { name: 'Train' }).isEnabled()).toBe(true);
        await chapter.evaluate((section) => {
          const buttons = [...section.querySelectorAll('button')];
          for (const name of ['New weights', 'Train']) buttons.find(({ textContent }) => textContent === name)?.click();
        });
        await chapter.getByText(id === 'falls' ? '1,000 epochs the loss' : '1 hidden, 4,000 epochs').waitFor();
        expect(await chapter.getByRole('spinbutton', { name: 'seed of the weights' }).textContent()).toBe('2');
      }),
    );

    test('a ball that has leapt off the map stops there, and another rate puts it back', () =>
      onPage(async (page) => {
        const descent = await openChapter(page, 'descent');
        await descent.getByRole('button', { name: 'Walk with the rate 2' }).press('Enter');
        await descent.getByText('leapt off the map').waitFor();
        const step = descent.getByRole('button', { name: 'One step' });
        expect(await step.isDisabled()).toBe(true);
        const said = await descent.getByRole('status').textContent();
        expect(numberOf(/Step (\d+)/.exec(said ?? '')?.[1])).toBeLessThan(6);
        await descent.getByRole('spinbutton', { name: 'learning rate' }).press('ArrowLeft');
        await descent.getByText('Step 0:').waitFor();
        expect(await step.isEnabled()).toBe(true);
      }));

    test('every number keeps what is typed into it, or a word beside it says why not', () =>
      onPage(async (page) => {
        let count = 0;
        for (const id of CHAPTERS) {
          const chapter = await openChapter(page, id);
          const names = await chapter
            .getByRole('spinbutton')
            .evaluateAll((numbers) => numbers.map((number) => number.getAttribute('aria-label') ?? ''));
          for (const name of names) {
            const number = chapter.getByRole('spinbutton', { name, exact: true });
            const told = number.locator('xpath=following-sibling::*[1]');
            const [low, high] = await Promise.all(
              ['aria-valuemin', 'aria-valuemax'].map(async (end) => Number(await number.getAttribute(end))),
            );
            // A part of the way that lies on no step.
            const wanted = Number(((low ?? 0) + 0.4337 * ((high ?? 0) - (low ?? 0))).toFixed(4));
            await typeNumber(chapter, name, wanted);
            const kept = Number(await number.getAttribute('aria-valuenow'));
            const said = (await told.getAttribute('role')) === 'status' ? await told.textContent() : 'nothing is told';
            if (kept === wanted) expect(said, name).toBe('');
            else expect([kept, said], name).toEqual([Math.round(wanted), 'Only whole numbers will do.']);
            count++;
          }
        }
        expect(count).toBeGreaterThan(40);
      }));

    test('a number out of its range is told, to readers of screens too, until the number changes', () =>
      onPage(async (page) => {
        const neuron = await openChapter(page, 'neuron');
        const sun = neuron.getByRole('spinbutton', { name: 'sun', exact: true });
        expect(await neuron.getByRole('status').count()).toBe(0);
        await typeNumber(neuron, 'sun', 3);
        expect(await sun.textContent()).toBe('1');
        await neuron.getByRole('status').getByText('It may be 1 at most.').waitFor();
        await sun.press('ArrowLeft');
        await expect.poll(() => neuron.getByRole('status').textContent()).toBe('');
        await typeNumber(neuron, 'sun', Number.NaN);
        await neuron.getByRole('status').getByText('“NaN” is not a number.').waitFor();
        expect(await sun.textContent()).toBe('0.9');
        // The region was there before its words: only then is it read out.
        await sun.press('Enter');
        expect(await neuron.getByRole('status').textContent()).toBe('');
      }));

    test('the bars of chapter 4 have one scale', () =>
      onPage(async (page) => {
        const switches = await openChapter(page, 'switches');
        const bars = await switches.evaluate((section) =>
          [...section.querySelectorAll('.factor')].map((bar) => [
            Number(bar.getAttribute('height')),
            bar.parentElement?.querySelector('.label')?.textContent,
          ]),
        );
        expect(bars).toHaveLength(4);
        for (const [height, text] of bars) {
          expect(Number(height)).toBeCloseTo(40 * Math.abs(numberOf(String(text))), 1);
        }
      }));

    test('the digits 0 to 4 are asked for anew after 5 to 9, and a new beginning takes old results away', () =>
      onPage(async (page) => {
        const padlocks = await openChapter(page, 'padlocks');
        const learnLow = padlocks.getByRole('button', { name: '1. Learn 0 to 4' });
        await learnLow.press('Enter');
        await padlocks.getByText('has learned the digits 0 to 4').waitFor();
        await padlocks.getByRole('button', { name: '2. Learn 5 to 9' }).press('Enter');
        await padlocks.getByText('it gets 90.5% of 5 to 9 right').waitFor();
        expect(await shownNumber(page, 'digits-0 to 4, after step 1')).toBeGreaterThan(97);
        expect(await shownNumber(page, 'digits-0 to 4, after step 2')).toBeLessThan(30);
        await learnLow.press('Enter');
        await padlocks.getByText('has learned the digits 0 to 4').waitFor();
        expect(await page.textContent('[data-number="digits-0 to 4, after step 2"]')).toBe('–');
      }));

    test('by touch a double tap brings the first number back, and nothing is said of keys', () =>
      onPage(
        async (page) => {
          expect(await page.getByText('Tab key').isVisible()).toBe(false);
          const neuron = await openChapter(page, 'neuron');
          const sun = neuron.getByRole('spinbutton', { name: 'sun', exact: true });
          await sun.press('ArrowLeft');
          expect(await sun.getAttribute('aria-valuenow')).toBe('0.7');
          await sun.tap();
          await sun.tap();
          expect(await sun.getAttribute('aria-valuenow')).toBe('0.8');
        },
        { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
      ));
  });
});

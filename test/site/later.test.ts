/** The pages of the site wake up part by part, as they were built: the parts of VitePress's layout, and the chapters of the tutorial. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { later } from '../../tools/site/later.js';
import { describeInChromium } from '../support/browsers/describe.js';
import { IS_BUILT, openServer, SKIPPED, watchedPage } from '../support/site/built.js';

/** What is awake at the end of the task in which the app is mounted; the notice for browsers without modules goes in that one. */
declare const awake: { nav: boolean; chapter: boolean } | undefined;

describe.skipIf(!IS_BUILT)(`a page of the site${SKIPPED}`, () => {
  describeInChromium('in Chromium', (browser) => {
    let server: Awaited<ReturnType<typeof openServer>>;
    beforeAll(async () => {
      server = await openServer();
    });
    afterAll(() => server.close());

    test('wakes up its layout first, then its bar and its content, each in a task of its own', async () => {
      const { page, troubles } = await watchedPage(browser(), server.url, { viewport: { width: 390, height: 844 } });
      await page.addInitScript(() => {
        // Vue keeps the listeners of an element under a symbol.
        const hears = (selector: string): boolean =>
          Object.getOwnPropertySymbols(document.querySelector(selector) ?? {}).length > 0;
        new MutationObserver((_, observer) => {
          if (document.getElementById('neuron') === null || document.querySelector('.no-modules') !== null) return;
          observer.disconnect();
          const chapter = document.getElementById('neuron')?.dataset.awake === 'true';
          Object.assign(globalThis, { awake: { nav: hears('.VPNavBarHamburger'), chapter } });
        }).observe(document, { childList: true, subtree: true });
      });
      await page.goto(`${server.url}learn.html`);
      await page.waitForFunction(() => document.getElementById('neuron')?.dataset.awake === 'true');
      expect(await page.evaluate(() => awake)).toEqual({ nav: false, chapter: false });
      const menu = page.locator('.VPNavBarHamburger');
      await expect
        .poll(() => menu.evaluate((button) => Object.getOwnPropertySymbols(button).length))
        .toBeGreaterThan(0);
      await menu.click();
      await page.locator('.VPNavScreen').getByText('Playground').waitFor();
      expect(troubles).toEqual([]);
      await page.close();
    });

    test('shows what takes long in a later frame, and then all of it', async () => {
      const { page, troubles } = await watchedPage(browser(), server.url);
      await page.goto(`${server.url}learn.html`);
      for (const part of ['.VPNavBar .content', '#neuron > .pair']) {
        const style = await page.locator(part).evaluate((element) => {
          const { animationName, contentVisibility } = getComputedStyle(element);
          return { animationName, contentVisibility };
        });
        expect(style.animationName, part).toBe('later-frame');
        await page.waitForFunction(
          (selector) => getComputedStyle(document.querySelector(selector) as Element).contentVisibility === 'visible',
          part,
        );
      }
      expect(troubles).toEqual([]);
      await page.close();
    });
  });
});

test('only VitePress’s own layout is parted', () => {
  const { resolveId, load } = later();
  expect(resolveId('./components/VPNav.vue', '/x/theme-default/Layout.vue')).toBe('\0later:VPNav');
  expect(resolveId('./components/VPNav.vue', '/x/theme-default/other.vue')).toBeUndefined();
  expect(resolveId('./components/VPFooter.vue', '/x/theme-default/Layout.vue')).toBeUndefined();
  expect(load('\0later:VPNav')).toContain('theme-default/components/VPNav.vue');
  expect(load('/x/theme-default/Layout.vue')).toBeUndefined();
});

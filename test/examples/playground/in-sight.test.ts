/** What visitors do stays where they see it, in Chromium: what has the focus, what they took on, what a step shows. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeOnPage, push } from '../../support/browsers/playground.js';

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
  },
  { concurrent: true },
);

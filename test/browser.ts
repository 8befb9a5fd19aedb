/** Tests in a browser that the machine may lack. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { EXECUTABLE, launch } from './chromium.js';

if (EXECUTABLE === undefined) console.warn('No chromium on the path: tests in a browser are skipped.');

/** Tests that get a browser, which they share. Skipped where there is none, which the name then says. */
export function describeInBrowser(
  name: string,
  define: (browser: () => Browser) => void,
  options: { concurrent?: boolean } = {},
): void {
  const reason = EXECUTABLE === undefined ? ' (skipped: no chromium on the path)' : '';
  describe.skipIf(EXECUTABLE === undefined)(name + reason, options, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch();
    });
    afterAll(() => browser?.close());
    define(() => browser);
  });
}

/** Tests in browsers. If the machine lacks a browser, its tests are skipped, and their name says so. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { CHROMIUM, launch, visit } from './chromium.js';
import { FIREFOX, Firefox } from './firefox.js';
import type { Server } from './server.js';

const TITLES = {
  chromium: CHROMIUM === undefined ? ' (skipped: no chromium on the path)' : '',
  firefox: FIREFOX === undefined ? ' (skipped: no firefox on the path)' : '',
};
for (const [browser, skipped] of Object.entries(TITLES)) {
  if (skipped !== '') console.warn(`No ${browser} on the path: tests in it are skipped.`);
}

/** Tests that share a Chromium. */
export function describeInChromium(
  name: string,
  define: (browser: () => Browser) => void,
  options: { concurrent?: boolean } = {},
): void {
  describe.skipIf(CHROMIUM === undefined)(name + TITLES.chromium, options, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch();
    });
    afterAll(() => browser?.close());
    define(() => browser);
  });
}

/** Visits a page of a server. Resolves to its global `outcome`, awaited. */
export type Visit = <T>(server: Server) => Promise<T>;

/** Tests that run in each kind of browser. */
export function describeInBrowsers(name: string, define: (visit: Visit) => void): void {
  describeInChromium(`${name}, Chromium`, (browser) => {
    define(async <T>({ url }: Server) => (await visit<T>(browser(), url)).outcome);
  });
  describe.skipIf(FIREFOX === undefined)(`${name}, Firefox${TITLES.firefox}`, () => {
    let firefox: Firefox;
    beforeAll(async () => {
      firefox = await Firefox.launch();
    });
    afterAll(() => firefox?.close());
    define((server) => firefox.visit(server));
  });
}

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

/** What a test file opens with the first test that needs it, and closes with its last one. */
class Shared<T extends { close(): Promise<void> }> {
  readonly #open: () => Promise<T>;
  #opened: Promise<T> | undefined;

  constructor(open: () => Promise<T>) {
    this.#open = open;
    afterAll(async () => await (await this.#opened)?.close());
  }

  get(): Promise<T> {
    this.#opened ??= this.#open();
    return this.#opened;
  }
}

const theChromium = new Shared(() => launch());
const theWholeChromium = new Shared(() => launch({ hasWindows: true }));
const theFirefox = new Shared(() => Firefox.launch());

/** Tests that share a Chromium, all of a file the same. */
export function describeInChromium(
  name: string,
  define: (browser: () => Browser) => void,
  { hasWindows = false, ...options }: { concurrent?: boolean; hasWindows?: boolean } = {},
): void {
  describe.skipIf(CHROMIUM === undefined)(name + TITLES.chromium, options, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await (hasWindows ? theWholeChromium : theChromium).get();
    });
    define(() => browser);
  });
}

/** Visits a page of a server. Resolves to its global `outcome`, awaited. */
export type Visit = <T>(server: Server) => Promise<T>;

/** Tests in Firefox, all of a file in the same. */
export function describeInFirefox(name: string, define: (visit: Visit) => void): void {
  describe.skipIf(FIREFOX === undefined)(`${name}, Firefox${TITLES.firefox}`, () => {
    let firefox: Firefox;
    beforeAll(async () => {
      firefox = await theFirefox.get();
    });
    define((server) => firefox.visit(server));
  });
}

/** Tests that run in each kind of browser. */
export function describeInBrowsers(name: string, define: (visit: Visit) => void): void {
  describeInChromium(`${name}, Chromium`, (browser) => {
    define(async <T>({ url }: Server) => (await visit<T>(browser(), url)).outcome);
  });
  describeInFirefox(name, define);
}

/** Tests in browsers. If the machine lacks a browser, its tests are skipped, and their name says so. */
import type { Browser } from 'playwright-core';
import { beforeAll, describe, inject, it } from 'vitest';
import { repeats } from '../repeats.js';
import { CHROMIUM, launch, visit } from './chromium.js';
import { FIREFOX, visitInFirefox } from './firefox.js';
import type { Server } from './server.js';

const TITLES = {
  chromium: CHROMIUM === undefined ? ' (skipped: no chromium on the path)' : '',
  firefox: FIREFOX === undefined ? ' (skipped: no firefox on the path)' : '',
};
for (const [browser, skipped] of Object.entries(TITLES)) {
  if (skipped !== '') console.warn(`No ${browser} on the path: tests in it are skipped.`);
}

/** Opened with the first test of a process that needs it. It ends with the process: to start it anew costs more than most tests in it. */
class Shared<T> {
  readonly #open: () => Promise<T>;
  #opened: Promise<T> | undefined;

  constructor(open: () => Promise<T>) {
    this.#open = open;
  }

  get(): Promise<T> {
    this.#opened ??= this.#open();
    return this.#opened;
  }
}

const theChromium = new Shared(() => launch());
const theWholeChromium = new Shared(() => launch({ hasWindows: true }));

/** Tests that share a Chromium, all of a process the same. */
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

/** Tests in Firefox, all of a run in the same. */
export function describeInFirefox(name: string, define: (visit: Visit) => void): void {
  describe.skipIf(FIREFOX === undefined)(`${name}, Firefox${TITLES.firefox}`, () => {
    define((server) => visitInFirefox(inject('firefox'), server));
  });
}

const KINDS = (['chromium', 'firefox'] as const).filter((kind) => TITLES[kind] === '');

/** Defines a test for one kind of browser, or for both. */
export type InTurn = (name: string, run: () => Promise<void>, settings?: { isSkipped?: boolean }) => void;

/** Whether a kind of browser has the test of a turn. */
const isTurn = (kind: (typeof KINDS)[number], turn: number): boolean =>
  KINDS.length < 2 || repeats(1, 2) === 2 || KINDS[turn % KINDS.length] === kind;

/**
 * Tests that run in each kind of browser: in the usual run each in one of them, by turns, the first in Chromium if `first` is even; in the
 * long run, and where there is one browser only, all in each.
 */
export function describeInBrowsers(name: string, define: (visit: Visit, inTurn: InTurn) => void, first = 0): void {
  let end = first;
  // Only counts: a browser without a test is not described.
  define(
    () => Promise.reject(new Error('There is no browser yet.')),
    () => end++,
  );
  const defineIn = (kind: (typeof KINDS)[number], visitIn: Visit): void => {
    let turn = first;
    define(visitIn, (test, run, { isSkipped = false } = {}) => {
      if (isTurn(kind, turn++)) it.skipIf(isSkipped)(test, run);
    });
  };
  const has = (kind: (typeof KINDS)[number]): boolean =>
    Array.from({ length: end - first }, (_, i) => first + i).some((turn) => isTurn(kind, turn));
  if (has('chromium')) {
    describeInChromium(`${name}, Chromium`, (browser) =>
      defineIn('chromium', async <T>({ url }: Server) => (await visit<T>(browser(), url)).outcome),
    );
  }
  if (has('firefox')) describeInFirefox(name, (visitIn) => defineIn('firefox', visitIn));
}

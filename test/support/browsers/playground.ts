/** Opens the playground in a browser, from the server of `npm run playground`. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { servePlayground } from '../../../tools/serve.js';
import { newPage } from './chromium.js';
import { describeInChromium } from './describe.js';

export interface Visit {
  readonly page: Page;
  /** The errors of the page, including what its policy forbade. */
  readonly troubles: readonly string[];
  /** The addresses of all its requests. */
  readonly requests: readonly string[];
}

type PageOptions = Parameters<Browser['newPage']>[0];

/** One server for all visits of a test file. */
class Playground {
  readonly url: string;
  readonly #browser: Browser;
  readonly #close: () => Promise<void>;

  private constructor(url: string, browser: Browser, close: () => Promise<void>) {
    this.url = url;
    this.#browser = browser;
    this.#close = close;
  }

  static async open(browser: Browser): Promise<Playground> {
    const { url, close } = await servePlayground(0);
    return new Playground(url, browser, close);
  }

  /** Opens a new page. Its network is ready to train. */
  async visit(hash = '', options: PageOptions = {}): Promise<Visit> {
    const page = await newPage(this.#browser, { viewport: { width: 1280, height: 900 }, ...options });
    const troubles: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(this.url + hash);
    await page.waitForFunction(() => document.getElementById('engine')?.textContent === 'wasm');
    // The sheet for digits comes with its first use.
    await page.waitForFunction(() => document.querySelector('#digits[hidden], #pad[tabindex]') !== null);
    // The first drawing has few cells; the next ones have all.
    await frames(page, 3);
    return { page, troubles, requests };
  }

  async close(): Promise<void> {
    await this.#close();
  }
}

/** Tests that visit the page, in one browser from one server. */
export function describeOnPage(
  name: string,
  define: (playground: () => Playground) => void,
  options: { concurrent?: boolean } = {},
): void {
  describeInChromium(
    name,
    (browser) => {
      let playground: Playground;
      beforeAll(async () => {
        playground = await Playground.open(browser());
      });
      afterAll(() => playground.close());
      define(() => playground);
    },
    options,
  );
}

/** Resolves after so many frames of the page. */
export async function frames(page: Page, count: number): Promise<void> {
  await page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        let seen = 0;
        const onFrame = (): void => {
          if (++seen === wanted) resolve();
          else requestAnimationFrame(onFrame);
        };
        requestAnimationFrame(onFrame);
      }),
    count,
  );
}

/** The number that an element shows. */
export async function numberOf(page: Page, id: string): Promise<number> {
  const text = (await page.textContent(`#${id}`)) ?? '';
  return Number(text.replaceAll(',', '').replaceAll('−', '-').replace('%', ''));
}

/** Records what elements show from now on, in order. It runs in the page, because some texts stay too short to be seen from outside. */
export async function watchTexts(page: Page, ids: readonly string[]): Promise<() => Promise<string[]>> {
  const texts = await page.evaluateHandle((watched) => {
    const seen: string[] = [];
    for (const id of watched) {
      const element = document.getElementById(id) as HTMLElement;
      const observer = new MutationObserver(() => seen.push(element.textContent ?? ''));
      observer.observe(element, { childList: true, characterData: true, subtree: true });
    }
    return seen;
  }, ids);
  return () => texts.jsonValue();
}

/** Waits until the page shows an epoch. */
export async function trainTo(page: Page, epoch: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => Number(document.getElementById('epoch')?.textContent?.replaceAll(',', '')) >= wanted,
    epoch,
  );
}

/**
 * Presses a button by key. A click is a press and a release at a place: where the page moves in between, as it does when a text gets a
 * second line, nobody is clicked, and what waits for it waits for ever.
 */
export async function push(page: Page, selector: string): Promise<void> {
  await page.press(selector, 'Enter');
}

/** Pauses the training and waits until it rests. What the page says of that may be gone by then: the button stays. */
export async function pause(page: Page): Promise<void> {
  await push(page, '#start');
  await page.waitForFunction(() => document.getElementById('start')?.textContent === 'Continue');
}

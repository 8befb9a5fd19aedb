/** The site as `npm run site` has left it in build/site, on a server below a path of two levels, and its pages as text. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { serveFolder } from '../../../tools/site/serve.js';
import { newPage } from '../browsers/chromium.js';
import { ROOT } from '../docs/pages.js';

export const SITE = path.join(ROOT, 'build/site');
export const IS_BUILT = existsSync(path.join(SITE, '404.html'));
/** For the names of tests that need it. */
export const SKIPPED = IS_BUILT ? '' : ' (skipped: no build/site, which npm run site makes)';
if (!IS_BUILT) console.warn('There is no build/site: tests of the site are skipped.');

/** The HTML of all pages, by their path: `reference/index.html`. */
export function readSite(): Map<string, string> {
  const names = readdirSync(SITE, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
  return new Map(names.map((name) => [name.split(path.sep).join('/'), readFileSync(path.join(SITE, name), 'utf8')]));
}

export const openServer = (): ReturnType<typeof serveFolder> => serveFolder(SITE, 0, '/a/b/');

export interface Visit {
  readonly page: Page;
  /** Errors and warnings of the console, what the policy forbade, requests that failed or went elsewhere. */
  readonly troubles: readonly string[];
}

/** A new page in which every trouble is noted. */
export async function watchedPage(
  browser: Browser,
  url: string,
  options?: Parameters<Browser['newPage']>[0],
): Promise<Visit> {
  const page = await newPage(browser, options);
  const troubles: string[] = [];
  const note = (text: string): void => {
    troubles.push(`${page.url()}: ${text}`);
  };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) note(message.text());
  });
  page.on('pageerror', (error) => note(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) note(`asks ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    // A page that is left ends what it was fetching ahead.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') note(`${request.url()} failed`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) note(`${response.status()} for ${response.url()}`);
  });
  return { page, troubles };
}

/** The number that an element of the start page shows. */
export async function numberOn(page: Page, selector: string): Promise<number> {
  return Number((await page.textContent(selector))?.replaceAll(',', '').replace('−', '-'));
}

/** Waits until the network of the start page has trained so long. */
export async function trainedTo(page: Page, epoch: number): Promise<void> {
  await page.waitForFunction((wanted) => Number(document.querySelector('#live-epoch')?.textContent) >= wanted, epoch);
}

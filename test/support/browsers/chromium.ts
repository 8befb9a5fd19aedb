/** Opens pages in a real Chromium, with playwright-core. Prefers Debian's Chromium. Does not know what the pages do. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { executable } from '../programs.js';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** To playwright, this means no timeout. */
const NEVER = 0;

export const CHROMIUM = executable(['chromium', 'chromium-browser', 'google-chrome']);

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM as string, args: ARGUMENTS, timeout: NEVER });
}

/** A page that waits as long as its test does. */
export async function newPage(browser: Browser, options?: Parameters<Browser['newPage']>[0]): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(NEVER);
  return page;
}

/** Visits a page. Resolves to its global `outcome`, awaited, and the addresses of all that it loaded. Rejects with the page's error. */
export async function visit<T>(browser: Browser, url: string): Promise<{ outcome: T; loaded: string[] }> {
  const page = await newPage(browser);
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  const failed = new Promise<never>((_, reject) => {
    page.on('pageerror', reject);
    page.on('requestfailed', (request) => reject(new Error(`${request.url()}: ${request.failure()?.errorText}`)));
  });
  const read = async (): Promise<T> => {
    await page.goto(url);
    await page.waitForFunction(() => 'outcome' in globalThis);
    return (await page.evaluate(() => (globalThis as { outcome?: unknown }).outcome)) as T;
  };
  try {
    return { outcome: await Promise.race([read(), failed]), loaded };
  } finally {
    await page.close();
  }
}

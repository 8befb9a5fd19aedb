/** Opens pages in a real Chromium, with playwright-core. Prefers Debian's Chromium, without its windows. Does not know what the pages do. */
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

/** The shell is the same engine without windows and toolbars, which cost as much again: 8 tests of the playground take 26 s of the cores, not 65. */
export const CHROMIUM = executable(['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome']);
/** The whole program, where this machine has it: the shell records no films. */
const WITH_WINDOWS = executable(['chromium', 'chromium-browser', 'google-chrome']);

export function launch({ hasWindows = false } = {}): Promise<Browser> {
  const executablePath = (hasWindows ? WITH_WINDOWS : undefined) ?? (CHROMIUM as string);
  return chromium.launch({ executablePath, args: ARGUMENTS, timeout: NEVER });
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

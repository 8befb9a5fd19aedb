/** Pages in a real Chromium, Debian's by preference, by playwright-core. Knows nothing of what they run. */
import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';

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

/** On the path; undefined where there is none. */
export const EXECUTABLE = ['chromium', 'chromium-browser', 'google-chrome']
  .flatMap((name) => (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, name)))
  .find(isExecutable);

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE as string, args: ARGUMENTS });
}

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** A server of a folder's files and of pages by their path, all under headers. */
export async function serve(
  folder: string,
  pages: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const file = decodeURIComponent(new URL(request.url as string, 'http://host').pathname).slice(1);
    const page = pages[file];
    const content = page === undefined ? readFile(path.join(folder, file)) : Promise.resolve(page);
    const type = page === undefined ? TYPES[path.extname(file)] : 'text/html';
    content.then(
      (body) => response.writeHead(200, { 'content-type': type ?? 'application/octet-stream', ...headers }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}

/** What a page visited: its global `outcome`, awaited, and the addresses of all that it loaded. Rejects with an error of the page. */
export async function visit<T>(browser: Browser, url: string): Promise<{ outcome: T; loaded: string[] }> {
  const page = await browser.newPage();
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

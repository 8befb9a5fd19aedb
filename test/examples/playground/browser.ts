/** The playground in a real browser: the one of this machine, and the server of `npm run playground`. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { servePlayground } from '../../../tools/serve.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What a shell would start by one of the names; undefined where there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface Visit {
  readonly page: Page;
  /** What went wrong in the page, refusals by its policy among it. */
  readonly troubles: readonly string[];
  /** Where it asked for anything. */
  readonly requests: readonly string[];
}

type PageOptions = Parameters<Browser['newPage']>[0];

/** One browser and one server, for all visits of a test file. */
export class Playground {
  readonly url: string;
  readonly #browser: Browser;
  readonly #close: () => Promise<void>;

  private constructor(url: string, browser: Browser, close: () => Promise<void>) {
    this.url = url;
    this.#browser = browser;
    this.#close = close;
  }

  static async open(executablePath: string): Promise<Playground> {
    const [{ url, close }, browser] = await Promise.all([
      servePlayground(0),
      chromium.launch({ executablePath, args: FLAGS }),
    ]);
    return new Playground(url, browser, close);
  }

  /** A page of its own with a network that is ready to be trained. */
  async visit(hash = '', options: PageOptions = {}): Promise<Visit> {
    const page = await this.#browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    const troubles: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(this.url + hash);
    await page.waitForFunction(() => document.getElementById('engine')?.textContent === 'wasm');
    return { page, troubles, requests };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#close();
  }
}

/** The number that an element shows. */
export async function numberOf(page: Page, id: string): Promise<number> {
  const text = (await page.textContent(`#${id}`)) ?? '';
  return Number(text.replaceAll(',', '').replaceAll('−', '-').replace('%', ''));
}

/** Waits until the page shows an epoch. */
export async function trainTo(page: Page, epoch: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => Number(document.getElementById('epoch')?.textContent?.replaceAll(',', '')) >= wanted,
    epoch,
  );
}

/** The one-file build in a page without a bundler, under content security policies. */
import { copyFile, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../browser.js';
import { serve, visit } from '../chromium.js';
import { createApp, digestsOf, expectedOf, PACKAGE, pageOf } from './packed.js';
import type { Outcome } from './pages/trainings.js';

const PROGRAM = `
import { Network } from './browser.js';
import { trainings } from './trainings.js';
globalThis.outcome = trainings(Network);`;

/** Scripts are from this server alone, workers and blobs from nowhere. */
const STRICT = "default-src 'none'; connect-src 'self'; img-src data:; script-src 'self'";

describeInBrowser('browser.js in a page', (browser) => {
  const pages = { '': pageOf('./page.js') };

  /** The outcome, by digests, and the names of what was loaded. */
  async function visitPage(policy?: string) {
    const folder = await createApp(`page-${policy?.length ?? 0}`, { 'page.js': PROGRAM });
    await copyFile(`${PACKAGE}/dist/browser.js`, `${folder}/browser.js`);
    const server = await serve(folder, pages, policy === undefined ? {} : { 'content-security-policy': policy });
    try {
      const { outcome, loaded } = await visit<Outcome>(browser(), server.url);
      return { ...digestsOf(outcome), loaded: loaded.map((url) => url.replace(server.url, '')) };
    } finally {
      await server.close();
    }
  }

  it('trains to the bits of Node, and loads nothing besides', async () => {
    const { loaded, ...outcome } = await visitPage();
    expect(outcome).toEqual(await expectedOf('wasm'));
    expect(loaded.filter((url) => !url.startsWith('data:')).sort()).toEqual([
      '',
      'browser.js',
      'page.js',
      'trainings.js',
    ]);
  });

  it("trains on WebAssembly under script-src 'self' 'wasm-unsafe-eval'", async () => {
    const { loaded, ...outcome } = await visitPage(`${STRICT} 'wasm-unsafe-eval'`);
    expect(outcome).toEqual(await expectedOf('wasm'));
    expect(loaded.filter((url) => url.startsWith('blob:'))).toEqual([]);
  });

  it("trains in TypeScript under script-src 'self', to the bits of that engine in Node", async () => {
    const { loaded, ...outcome } = await visitPage(STRICT);
    expect(outcome.engines).toEqual(['js', 'js']);
    expect(outcome).toEqual(await expectedOf('js'));
    expect(loaded.filter((url) => url.startsWith('blob:'))).toEqual([]);
  });

  it('runs the page of README.md', async () => {
    const [, html] = /```html\n(.*?)```/s.exec(await readFile('README.md', 'utf8')) as unknown as [string, string];
    const server = await serve(`${PACKAGE}/dist`, { '': html });
    const page = await browser().newPage();
    try {
      await page.goto(server.url);
      await page.waitForFunction(() => document.querySelector('#answers')?.textContent !== '');
      expect(await page.textContent('#answers')).toBe('0.002  0.994  0.995  0.007 on wasm');
    } finally {
      await page.close();
      await server.close();
    }
  });
});

/** Runs the HTML pages in README.md and docs/ in Chromium, next to dist/ of the package, and the program of wasmlp/slim, bundled by Vite. */
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { newPage } from '../support/browsers/chromium.js';
import { describeInChromium } from '../support/browsers/describe.js';
import { serve } from '../support/browsers/server.js';
import { type Block, filesBeside, PAGES, readPage, shownIn } from '../support/docs/pages.js';
import { words } from '../support/docs/programs.js';
import { createApp, PACKAGE, pageOf } from '../support/package/packed.js';

const shown = (language: string) =>
  PAGES.flatMap((page) =>
    shownIn(page, language).map(
      ({ block, output }) => [`${page.file}, line ${block.line}`, block.text, output, filesBeside(page)] as const,
    ),
  );

/** The block in this language below a heading of browser.md. */
const blockOf = (heading: string, language: string): string =>
  (BROWSER.blocks.find((block) => block.heading === heading && block.language === language) as Block).text;
const BROWSER = readPage('docs/browser.md');

describeInChromium('in a page,', (browser) => {
  /** What a page shows when it is done, or the error that it throws. */
  async function answersOf(url: string): Promise<string> {
    const page = await newPage(browser());
    // Waits as long as the test may take.
    page.setDefaultTimeout(0);
    try {
      const failed = new Promise<never>((_, reject) => page.on('pageerror', reject));
      const answered = page
        .goto(url)
        .then(() => page.waitForFunction(() => document.querySelector('#answers')?.textContent || undefined))
        .then((handle) => handle.jsonValue());
      return String(await Promise.race([answered, failed]));
    } finally {
      await page.close();
    }
  }

  /** Pages that show something by themselves. */
  const single = shown('html').filter(([, html, output]) => !html.includes('src=') && output !== undefined);
  it.each(single)('%s, shows its answers', async (_, html, output, files) => {
    const server = await serve(`${PACKAGE}/dist`, { ...files, '': html });
    try {
      expect(words(await answersOf(server.url))).toBe(words(output as string));
    } finally {
      await server.close();
    }
  });

  it('the page of strict policies shows its answers under exactly its header', async () => {
    const heading = 'Content security policies';
    const [, name = '', value = ''] = /^(\S+): (.*)\n$/.exec(blockOf(heading, 'http')) as RegExpExecArray;
    expect(name).toBe('Content-Security-Policy');
    const folder = await createApp('docs-policy', { 'page.js': blockOf(heading, 'javascript') });
    for (const file of ['browser.js', 'worker.js']) await copyFile(`${PACKAGE}/dist/${file}`, `${folder}/${file}`);
    const html = blockOf(heading, 'html');
    const server = await serve(folder, { '': html }, { [name]: value });
    try {
      const output = shown('html').find(([, text]) => text === html)?.[2] as string;
      expect(words(await answersOf(server.url))).toBe(words(output));
      expect(server.asked).toContain('worker.js');
    } finally {
      await server.close();
    }
  });

  it.each(shown('ts'))('%s, bundled by Vite, prints what it says', async (_, program, output) => {
    // A program that prints nothing would be waited for without end.
    expect(output).toBeDefined();
    const root = await createApp('docs-vite', { 'index.html': pageOf('./program.ts'), 'program.ts': program });
    await build({ root, configFile: false, logLevel: 'error', build: { target: 'es2022' } });
    const server = await serve(path.join(root, 'dist'), {
      '': await readFile(path.join(root, 'dist/index.html'), 'utf8'),
    });
    const page = await newPage(browser());
    page.setDefaultTimeout(0);
    try {
      const [message] = await Promise.all([page.waitForEvent('console'), page.goto(server.url)]);
      expect(words(message.text())).toBe(words(output as string));
    } finally {
      await page.close();
      await server.close();
    }
  });
});

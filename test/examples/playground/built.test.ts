/** The playground as it is bundled for the site, below a path of two levels: what it costs at rest, and that every part of it runs. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULTS, defaultsOf } from '../../../examples/playground/settings.js';
import { toHash } from '../../../examples/playground/url.js';
import { writePlayground } from '../../../tools/site/playground.js';
import { serveFolder } from '../../../tools/site/serve.js';
import { describeInChromium, describeInFirefox } from '../../support/browsers/describe.js';
import { framed } from '../../support/browsers/framed.js';
import { frames, pause, push, trainTo } from '../../support/browsers/playground.js';
import { serve } from '../../support/browsers/server.js';
import { repeats } from '../../support/repeats.js';
import { watchedPage } from '../../support/site/built.js';

const AT_REST = { requests: 15, bytes: 70_000 };
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const folder = mkdtempSync(path.join(tmpdir(), 'wasmlp-playground-'));
beforeAll(() => writePlayground(folder, undefined));
afterAll(() => rmSync(folder, { recursive: true }));

/** Less than a test has: a wait for what never comes is named, where a test that runs out of time says nothing. */
const LONGEST_WAIT = 240_000;

async function opened(...visit: Parameters<typeof watchedPage>): ReturnType<typeof watchedPage> {
  const { page, troubles } = await watchedPage(...visit);
  page.setDefaultTimeout(LONGEST_WAIT);
  return { page, troubles };
}

/** Waits until its network is there. */
async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getElementById('engine')?.textContent === 'wasm');
}

/** The rules of axe-core that the page breaks, each with the first element. It runs beside the page's policy, not under it. */
async function violationsOf(page: Page): Promise<unknown> {
  await page.evaluate(AXE);
  return await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html, nodes[0].failureSummary]))',
  );
}

/** The size of a picture, and whether there are colours where the network and the answers should be. */
async function colorsIn(page: Page, download: Download): Promise<unknown> {
  const bytes = readFileSync(await download.path()).toString('base64');
  return await page.evaluate(async (text) => {
    const binary = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([binary]));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    context?.drawImage(bitmap, 0, 0);
    const isColored = (x: number, y: number, w: number, h: number): boolean => {
      const pixels = context?.getImageData(x, y, w, h).data ?? [];
      for (let i = 0; i < pixels.length; i += 4) {
        const color = [...pixels.slice(i, i + 3)];
        if (Math.max(...color) - Math.min(...color) > 60) return true;
      }
      return false;
    };
    return { size: [width, height], network: isColored(40, 130, 680, 420), answers: isColored(760, 40, 400, 400) };
  }, bytes);
}

let site: Awaited<ReturnType<typeof serveFolder>>;
beforeAll(async () => {
  site = await serveFolder(folder, 0, '/a/b/');
});
afterAll(() => site.close());

const downloaded = async (page: Page, button: string): Promise<Download> =>
  (await Promise.all([page.waitForEvent('download'), push(page, button)]))[0];

// The whole program alone records films, and takes more than twice the time of the cores: the other parts run in the shell.
describeInChromium(
  'the built playground',
  (browser) => {
    test('records a film of the training', async () => {
      const { page, troubles } = await opened(browser(), site.url, { viewport: { width: 1280, height: 720 } });
      await page.goto(`${site.url}playground/`);
      await ready(page);
      await push(page, '#film');
      await trainTo(page, 10);
      expect((await downloaded(page, '#film')).suggestedFilename()).toBe('moons.webm');
      expect(troubles).toEqual([]);
      await page.close();
    });
  },
  { hasWindows: true },
);

describeInChromium('the built playground', (browser) => {
  test('costs few requests at rest, and every part that comes later runs', async () => {
    const { page, troubles } = await opened(browser(), site.url, { viewport: { width: 1280, height: 720 } });
    await page.goto(`${site.url}playground/`, { waitUntil: 'networkidle' });
    await ready(page);
    // What the page itself has counted. What playwright hears of a request may lack its size, and then never comes.
    const bytes = await page.evaluate(() =>
      [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(
        (entry) => (entry as PerformanceResourceTiming).encodedBodySize,
      ),
    );
    expect(Math.min(...bytes)).toBeGreaterThan(0);
    expect(bytes.length).toBeLessThanOrEqual(AT_REST.requests);
    expect(bytes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(AT_REST.bytes);

    await push(page, '#step');
    await page.getByText(/^1 of 9\. One sample enters\.$/).waitFor();
    await push(page, '#step-back');
    await page.getByText('One step back. Not trained yet.').waitFor();
    await page.focus('[data-layer="1"]');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.focus('#plane');
    await page.keyboard.press('Space');
    await page.waitForFunction(() => (document.getElementById('data') as HTMLSelectElement).value === 'own');
    const download = (button: string): Promise<Download> => downloaded(page, button);
    expect((await download('#save')).suggestedFilename()).toBe('own.safetensors');
    const picture = await download('#picture');
    expect(picture.suggestedFilename()).toBe('own.png');
    // Both sides of a card for links: the network and its answers.
    expect(await colorsIn(page, picture)).toEqual({ size: [1200, 630], network: true, answers: true });
    await push(page, '#code');
    await page.waitForFunction(() =>
      (document.getElementById('code-text') as HTMLTextAreaElement).value.includes("import { Network } from 'wasmlp';"),
    );
    await push(page, '[data-challenge="0"]');
    // Where the network is looked at, too.
    const coach = page.locator('#coach');
    await coach.getByText('Challenge: Change what you like, and train to 95%. The rule: Exclusive or, ').waitFor();
    await push(page, '#layer-add');
    await coach.getByText('Challenge: Outside the rule: ').waitFor();
    await push(page, '#units-remove-0');
    await coach.getByText('Challenge: Change what you like').waitFor();
    await page.fill('#rate', '0.05');
    await page.keyboard.press('Enter');
    await push(page, '#start');
    // The card keeps it. The coach may have advice a moment later.
    await page
      .locator('#challenge-state')
      .getByText(/^Done in epoch \d+: /)
      .waitFor();
    expect(await page.textContent('[data-challenge="0"]')).toBe('Three units ✓');
    await pause(page);
    await page.selectOption('#data', 'digits');
    await page.getByText('A new network, 64-3-10.').waitFor();
    await coach.getByText('Press Start: the network learns to read digits. Then draw one.').waitFor();
    // The sheet comes a little later, and is part of the picture.
    await page.locator('#pad[tabindex]').waitFor();
    expect(await colorsIn(page, await download('#picture'))).toMatchObject({ size: [1200, 630], network: true });
    await push(page, '#start');
    await trainTo(page, 2);
    await pause(page);
    await push(page, '#gallery button');
    await page.getByText(/^Really: \d$/).waitFor();
    await push(page, '#race-start');
    await page.getByText(/ times as fast\.$/).waitFor();
    expect(troubles).toEqual([]);
    await page.close();
  });

  // In the usual run the first.
  const looks = [
    [390, 'dark', 'active'],
    [1280, 'light', 'none'],
    [390, 'dark', 'none'],
    [1280, 'dark', 'active'],
  ] as const;
  test.each(looks.slice(0, repeats(1, 4)))(
    'breaks no rule of axe-core: %i pixels, %s, forced colours %s',
    async (width, colorScheme, forcedColors) => {
      const options = { viewport: { width, height: 800 }, colorScheme, forcedColors, reducedMotion: 'reduce' } as const;
      const { page } = await opened(browser(), site.url, options);
      await page.goto(`${site.url}playground/`);
      await ready(page);
      expect(await violationsOf(page)).toEqual([]);
      await push(page, '#step');
      await page.getByText(/^1 of 9\./).waitFor();
      await push(page, '#tables summary');
      await push(page, '#code');
      // The focus goes there.
      await page.getByText(/^The code is (selected|copied)/).waitFor();
      await page.locator('[data-layer="1"]').first().focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.evaluate(
        (hash) => {
          const own = location.hash;
          location.hash = hash;
          // As where the page was about to write its own address, before it hears of the other.
          history.replaceState(null, '', own);
        },
        toHash(defaultsOf('digits')),
      );
      await page.getByText('A new network, 64-16-16-10.').waitFor();
      await push(page, '#start');
      await trainTo(page, 1);
      await pause(page);
      await page.locator('#gallery button').first().waitFor();
      await push(page, '#weights summary');
      await frames(page, 2);
      expect(await violationsOf(page)).toEqual([]);
      await page.close();
    },
  );

  test('a link carries what the network has learned, to the last bit', async () => {
    const { page, troubles } = await opened(browser(), site.url);
    await page.goto(`${site.url}playground/${toHash({ ...DEFAULTS, data: 'hills', extra: ['x1x2'] })}`);
    await ready(page);
    await push(page, '#start');
    await trainTo(page, 5);
    await pause(page);
    const hasWeights = () => (document.getElementById('link') as HTMLInputElement).value.includes('&weights=');
    await page.waitForFunction(hasWeights);
    const link = await page.inputValue('#link');
    await page.goto('about:blank');
    await page.goto(link);
    await page.getByText(/^With the weights of the link\. As loaded: validation loss /).waitFor();
    await page.waitForFunction(hasWeights);
    expect(await page.inputValue('#link')).toBe(link);
    expect(await page.textContent('#problem')).toBe('');
    expect(troubles).toEqual([]);
    await page.close();
  });
});

describeInFirefox('the built playground', (visit) => {
  test('every part of it runs, and the network learns', async () => {
    const server = await serve(folder, framed('playground-look.js'));
    const { first, last, troubles } = await visit<{ first: number; last: number; troubles: string[] }>(server);
    await server.close();
    expect(troubles).toEqual([]);
    expect(last).toBeLessThan(first);
  });
});

/** The site as it was built: every link leads somewhere, every page keeps to its policy and asks nobody else, the network on it learns. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { GROUPS, OTHERS, OWN } from '../../tools/site/pages.js';
import { describeInChromium, describeInFirefox } from '../support/browsers/describe.js';
import { framed } from '../support/browsers/framed.js';
import { serve } from '../support/browsers/server.js';
import { ROOT } from '../support/docs/pages.js';
import { repeats } from '../support/repeats.js';
import {
  IS_BUILT,
  numberOn,
  openServer,
  readSite,
  SITE,
  SKIPPED,
  trainedTo,
  watchedPage,
} from '../support/site/built.js';

const PAGES = IS_BUILT ? readSite() : new Map<string, string>();
/** All pages but those of the reference, which one program makes: in the usual run every twentieth of these. */
const MADE_OF_MARKDOWN = [...PAGES.keys()]
  .filter((name) => !/^(playground\/|404\.html)/.test(name))
  .filter((name, i) => !/^reference\/./.test(name) || i % repeats(20, 1) === 0);

/** The text of HTML without elements. */
const unescaped = (html: string): string =>
  html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

/** What of the site axe-core looks at: in the usual run each page once. The playground has this test and the next one in its own folder too. */
const LOOKS = (
  [
    ['index.html', 1280, 'light'],
    ['guide.html', 390, 'dark'],
    ['index.html', 390, 'dark'],
    ['guide.html', 1280, 'light'],
    ['playground/index.html', 1280, 'light'],
    ['playground/index.html', 390, 'dark'],
  ] as const
).slice(0, repeats(2, 6));

/** What the playground may cost at rest. In separate files, as in a checkout, it is more than 35 requests. */
const AT_REST = { requests: 15, bytes: 70_000 };

describe.skipIf(!IS_BUILT)(`the files of the site${SKIPPED}`, () => {
  it('are pages of all of docs/, of the reference, and the playground', () => {
    const named = [
      ...GROUPS.flatMap(({ pages }) => pages),
      ...Object.keys(OTHERS),
      ...Object.keys(OWN),
      'playground/index',
    ];
    expect(named.filter((name) => !PAGES.has(`${name}.html`))).toEqual([]);
    for (const name of ['wasmlp', 'browser', 'csv', 'node', 'report', 'search', 'cluster', 'slim']) {
      expect(PAGES.has(`reference/${name}/index.html`), name).toBe(true);
    }
    expect(PAGES.get('reference/wasmlp/classes/Network.html')).toContain('id="create"');
  });

  it('lead to pages and anchors that are there, by addresses that hold under any path', () => {
    const anchors = new Map(
      [...PAGES].map(([name, html]) => [name, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))]),
    );
    const broken: string[] = [];
    let count = 0;
    for (const [name, html] of PAGES) {
      for (const [, address = ''] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
        if (/^(https:|data:)/.test(address)) continue;
        count++;
        const [file = '', anchor] = address.replaceAll('&amp;', '&').split('#');
        const below = path.posix.join(path.posix.dirname(name), file);
        const target = file === '' ? name : below.replace(/\/$/, '/index.html');
        const isThere = file.startsWith('/') ? false : existsSync(path.join(SITE, target));
        const ids = anchors.get(target);
        // Settings of the playground are no place in it.
        const isPlace = anchor !== undefined && !/^\w+=/.test(anchor);
        const hasAnchor = !isPlace || ids === undefined || ids.has(decodeURIComponent(anchor));
        if (!isThere || !hasAnchor) broken.push(`${name}: ${address}`);
      }
    }
    expect(count).toBeGreaterThan(1000);
    expect(broken).toEqual([]);
  });

  it('have a policy that knows each inline script by its hash, a card, and no script or style of others', () => {
    for (const [name, html] of PAGES) {
      const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
      expect(policy, name).toMatch(/^default-src '(none|self)'; /);
      expect(/script-src ([^;]*)/.exec(policy)?.[1] ?? '', name).not.toContain("'unsafe-");
      expect(/style-src ([^;]*)/.exec(policy)?.[1] ?? "'unsafe-", name).not.toContain("'unsafe-");
      for (const [, code = ''] of html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)) {
        expect(policy, name).toContain(createHash('sha256').update(code).digest('base64'));
      }
      expect(html, name).not.toMatch(/<(script|link|img|iframe)\b[^>]*\s(src|href)="(https?:)?\/\//);
      if (name === '404.html') continue;
      expect(html, name).toMatch(/<meta property="og:title" content="[^"]+">/);
      expect(html, name).toMatch(/<meta property="og:image" content="[^"]*card\.png">/);
    }
  });
});

/** Tests on one server of the site. */
function describeOnSite(name: string, define: (open: () => { browser: Browser; url: string }) => void): void {
  describe.skipIf(!IS_BUILT)(`the site${SKIPPED}`, () => {
    describeInChromium(
      name,
      (browser) => {
        let server: Awaited<ReturnType<typeof openServer>>;
        beforeAll(async () => {
          server = await openServer();
        });
        afterAll(() => server.close());
        define(() => ({ browser: browser(), url: server.url }));
      },
      { concurrent: true },
    );
  });
}

describeOnSite('in Chromium', (site) => {
  test('pages open without trouble, and their script runs', async () => {
    const { browser, url } = site();
    const { page, troubles } = await watchedPage(browser, url, { reducedMotion: 'reduce' });
    for (const name of ['index', 'speed', 'reference/index', 'reference/wasmlp/classes/Network']) {
      await page.goto(`${url}${name}.html`);
      await page.waitForFunction(() => document.querySelector('.no-modules') === null);
    }
    expect(troubles).toEqual([]);
    await page.close();
  });

  // On a small screen: what is drawn is half of the time.
  test('every page opens from another one without trouble, as a visitor goes through the site', async () => {
    const { browser, url } = site();
    const { page, troubles } = await watchedPage(browser, url, {
      viewport: { width: 390, height: 300 },
      reducedMotion: 'reduce',
    });
    await page.goto(`${url}pages.html`);
    await page.waitForFunction(() => document.querySelector('.no-modules') === null);
    for (const name of MADE_OF_MARKDOWN.filter((other) => other !== 'pages.html')) {
      await page.evaluate((address) => {
        const link = document.createElement('a');
        link.href = address;
        document.querySelector('#app')?.append(link);
        link.click();
        link.remove();
      }, url + name);
      // Its content, not only its address: a page that cannot be loaded is shown as one that is not there.
      const [, heading = ''] = /<h1[^>]*>([^<]*)/.exec(PAGES.get(name) ?? '') ?? [];
      await page.waitForFunction(
        ([path, text]) =>
          location.pathname.replace(/index\.html$/, '').endsWith(path as string) &&
          document.querySelector('h1')?.textContent?.includes(text as string),
        [name.replace(/(^|\/)index\.html$/, '$1'), unescaped(heading).trim()] as const,
      );
    }
    expect(troubles).toEqual([]);
    await page.close();
  });

  test('the network of the start page lowers its loss, pauses, and begins anew', async () => {
    const { browser, url } = site();
    const { page, troubles } = await watchedPage(browser, url);
    await page.goto(url);
    await trainedTo(page, 1);
    const first = await numberOn(page, '#live-loss');
    await trainedTo(page, 60);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Start' }).waitFor();
    expect(await numberOn(page, '#live-loss')).toBeLessThan(first / 2);
    await page.selectOption('.live select', 'moons');
    // Other points begin anew, and train at once.
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    expect(troubles).toEqual([]);
    await page.close();
  });

  test('visitors who want less motion start it themselves, with the keyboard', async () => {
    const { browser, url } = site();
    const { page } = await watchedPage(browser, url, { reducedMotion: 'reduce' });
    await page.goto(url);
    await page.getByText('A new network, 2-16-16-1.').waitFor();
    expect(await numberOn(page, '#live-epoch')).toBe(0);
    await page.getByRole('button', { name: 'Start' }).focus();
    await page.keyboard.press('Enter');
    await trainedTo(page, 2);
    await page.close();
  });

  test('search finds a page, and leads to it', async () => {
    const { browser, url } = site();
    const { page, troubles } = await watchedPage(browser, url);
    await page.goto(`${url}guide.html`);
    await page.waitForFunction(() => document.querySelector('.no-modules') === null);
    await page.keyboard.press('Control+k');
    await page.locator('.VPLocalSearchBox input').fill('early stopping');
    await page.locator('.VPLocalSearchBox .result').first().click();
    await page.waitForURL((address) => !address.pathname.endsWith('/guide.html'));
    expect(troubles).toEqual([]);
    await page.close();
  });

  test('search finds the prose of the tutorial, and leads to its chapter', async () => {
    const { browser, url } = site();
    const { page, troubles } = await watchedPage(browser, url, { reducedMotion: 'reduce' });
    await page.goto(`${url}guide.html`);
    await page.waitForFunction(() => document.querySelector('.no-modules') === null);
    await page.keyboard.press('Control+k');
    await page.locator('.VPLocalSearchBox input').fill('wheel gears');
    await page.locator('.VPLocalSearchBox .result', { hasText: 'The blame travels back' }).first().click();
    await page.waitForURL((address) => address.pathname.endsWith('/learn.html') && address.hash === '#chain');
    await page.waitForFunction(() => {
      const { top = -1 } = document.getElementById('chain')?.getBoundingClientRect() ?? {};
      return top >= 0 && top < innerHeight / 2;
    });
    expect(troubles).toEqual([]);
    await page.close();
  });

  test('the switch between light and dark keeps to the policy', async () => {
    const { browser, url } = site();
    const { page, troubles } = await watchedPage(browser, url, { viewport: { width: 1280, height: 800 } });
    await page.goto(`${url}guide.html`);
    await page.waitForFunction(() => document.querySelector('.no-modules') === null);
    await page.locator('.VPNavBar .VPSwitchAppearance').click();
    await page.waitForFunction(() => document.documentElement.classList.contains('dark'));
    expect(troubles).toEqual([]);
    await page.close();
  });

  // In the usual run the tests of the built playground do this.
  const inLongRun = repeats(1, 2) === 2 ? test : () => undefined;
  inLongRun('the playground costs few requests at rest, and its race runs', async () => {
    const { browser, url } = site();
    const { page, troubles } = await watchedPage(browser, url);
    const sizes: Promise<number>[] = [];
    page.on('requestfinished', (request) => {
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    });
    await page.goto(`${url}playground/`, { waitUntil: 'networkidle' });
    await page.waitForFunction(() => document.getElementById('engine')?.textContent === 'wasm');
    const bytes = await Promise.all(sizes);
    expect(bytes.length).toBeLessThanOrEqual(AT_REST.requests);
    expect(bytes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(AT_REST.bytes);
    await page.selectOption('#data', 'digits');
    await page.getByText('A new network, 64-16-16-10.').waitFor();
    await page.click('#race-start');
    await page.waitForFunction(() => document.getElementById('race-wasm')?.textContent !== '–');
    expect(troubles).toEqual([]);
    await page.close();
  });

  test.each(['index.html', 'playground/index.html'])(
    '%s says why nothing moves where it is opened from a file',
    async (name) => {
      const { browser } = site();
      const { page } = await watchedPage(browser, 'file:');
      await page.goto(pathToFileURL(path.join(SITE, name)).href);
      await page.waitForFunction(() => {
        const notice = document.querySelector('.no-modules, .waiting');
        return notice !== null && getComputedStyle(notice).visibility === 'visible';
      });
      expect(await page.textContent('.no-modules, .waiting')).toContain('from a server, not from a file');
      await page.close();
    },
  );

  const axe = path.join(ROOT, 'docs/node_modules/axe-core/axe.min.js');
  test.skipIf(!existsSync(axe))(
    `no rule of axe-core is broken${existsSync(axe) ? '' : ' (skipped: no axe-core in docs/node_modules)'}`,
    async () => {
      const { browser, url } = site();
      for (const [name, width, colorScheme] of LOOKS) {
        const { page } = await watchedPage(browser, url, {
          viewport: { width, height: 800 },
          colorScheme,
          reducedMotion: 'reduce',
        });
        await page.goto(url + name);
        await page.waitForFunction(() => document.querySelector('.no-modules, .waiting') === null);
        await page.evaluate(readFileSync(axe, 'utf8'));
        const found = await page.evaluate(
          'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))',
        );
        expect(found, `${name}, ${width}, ${colorScheme}`).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        await page.close();
      }
    },
  );
});

describe.skipIf(!IS_BUILT)(`the site${SKIPPED}`, () => {
  describeInFirefox('in a frame', (visit) => {
    test('its pages run, and the network learns', async () => {
      const server = await serve(ROOT, framed('site-look.js'));
      const { first, last, troubles } = await visit<{ first: number; last: number; troubles: string[] }>(server);
      await server.close();
      expect(troubles).toEqual([]);
      expect(last).toBeLessThan(first / 2);
    });
  });
});

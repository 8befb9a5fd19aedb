/** What the site is made of, without a build: its list of pages, its links, cards and policies, the program on its start page. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, test } from 'vitest';
import { Network } from 'wasmlp';
import { drawCard } from '../../tools/site/card.js';
import { CARD, cardOf, policyOf, withPolicy } from '../../tools/site/head.js';
import { GROUPS, OTHERS, readIndex, sidebarOf } from '../../tools/site/pages.js';
import { withoutInner } from '../../tools/site/reference.js';
import { anchorOf, repositoryOf } from '../../tools/site/settings.js';
import { withSiteLinks } from '../../tools/site/source.js';
import { tutorialHtml } from '../../tools/site/tutorial.js';
import { ROOT, readPage, shownIn } from '../support/docs/pages.js';
import { createFolder, runPrograms } from '../support/docs/programs.js';
import { PACKAGE } from '../support/package/packed.js';
import { CHAPTERS } from '../support/site/learn.js';

const GROUPED = GROUPS.flatMap(({ pages }) => pages);

it('the sidebar has every page of docs/ once, as docs/README.md has it', () => {
  const files = readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect([...GROUPED].sort()).toEqual(files.map((name) => name.replace('.md', '')).sort());
  expect([...readIndex().keys()].sort()).toEqual([...GROUPED].sort());
  const sidebar = sidebarOf([{ text: 'wasmlp', link: '/reference/wasmlp/' }]);
  const links = sidebar.flatMap(({ items }) => items.map(({ link }) => link));
  const all = [...GROUPED, ...Object.keys(OTHERS), 'learn'].map((name) => `/${name}`);
  expect([...links].sort()).toEqual([...all, '/reference/wasmlp/'].sort());
});

test.each([
  ['docs/guide.md', '[a](choosing.md#learning-rate)', '[a](./choosing.md#learning-rate)'],
  ['docs/guide.md', '[a](../README.md#install)', '[a](./overview.md#install)'],
  ['docs/guide.md', '[a](README.md)', '[a](./pages.md)'],
  ['README.md', '[a](docs/README.md), [b](LICENSE)', '[a](./pages.md), [b](./LICENSE.txt)'],
  ['README.md', '[a](docs/threads.md#in-a-page)', '[a](./threads.md#in-a-page)'],
  ['docs/speed.md', '![a](speed.svg)', '![a](./speed.svg)'],
  ['README.md', '[a](#install), [b](https://nodejs.org)', '[a](#install), [b](https://nodejs.org)'],
])('%s: %s becomes %s', (file, text, expected) => {
  expect(withSiteLinks(file, text)).toBe(expected);
});

test.each([
  ["From Keras: layers, fit and what's not there", 'from-keras-layers-fit-and-whats-not-there'],
  ['create()', 'create'],
  ['Which figure to look at', 'which-figure-to-look-at'],
])('the anchor of "%s" is that of GitHub', (heading, anchor) => {
  expect(anchorOf(heading)).toBe(anchor);
});

test.each([
  [{}, {}, undefined],
  [{ SITE_REPOSITORY: '' }, { repository: { url: 'git+https://example.org/a/b.git' } }, 'https://example.org/a/b'],
  [{}, { repository: 'github:a/b' }, 'https://github.com/a/b'],
  [{ SITE_REPOSITORY: 'https://example.org/c' }, { repository: 'github:a/b' }, 'https://example.org/c'],
  [{ SITE_REPOSITORY: 'javascript:alert(1)' }, {}, undefined],
])('links to the code, from %j and %j, lead to %s', (environment, manifest, expected) => {
  expect(repositoryOf(environment, manifest)).toBe(expected);
});

it('a card has a whole address where the site knows its own, and a relative one elsewhere', () => {
  const page = { title: 'T', description: 'D', page: 'reference/csv/index.html' };
  const value = (siteUrl: string | undefined, name: string): string | undefined =>
    cardOf({ ...page, siteUrl }).find(([, { property }]) => property === name)?.[1].content;
  expect(value(undefined, 'og:image')).toBe('../../card.png');
  expect(value(undefined, 'og:url')).toBeUndefined();
  expect(value('https://example.org/x/', 'og:image')).toBe('https://example.org/x/card.png');
  expect(value('https://example.org/x/', 'og:url')).toBe('https://example.org/x/reference/csv/');
});

it('a policy has the hash of each inline script, and stands before all scripts', () => {
  const html = '<head><meta charset="utf-8"><script>a()</script><script type="module" src="b.js"></script></head>';
  const hash = createHash('sha256').update('a()').digest('base64');
  expect(policyOf(html)).toContain(`script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}';`);
  // Colours of code are attributes. A sheet of styles in the page would be somebody else's.
  expect(policyOf(html)).toContain("; style-src 'self'; style-src-attr 'unsafe-inline';");
  expect(withPolicy(html)).toMatch(/<meta charset="utf-8">\s*<meta http-equiv="Content-Security-Policy"/);
});

it('the reference names no class that a program cannot import', () => {
  const text =
    '# Network\n\n## Extends\n\n- `KeepingNetwork`\n\n## Methods\n\n### a()\n\n#### Inherited from\n\n`KeepingNetwork.a`\n\nb\n';
  expect(withoutInner(text)).toBe('# Network\n\n## Methods\n\n### a()\n\nb\n');
});

it('search is given the prose of all chapters, without numbers, figures and elements', () => {
  const html = tutorialHtml();
  const headings = [...html.matchAll(/<h2>(.+?) <a href="#(\w+)"><\/a><\/h2>\n<p>(.+)<\/p>/g)];
  expect(headings.map(([, , id]) => id)).toEqual([...CHAPTERS]);
  for (const [, title = '', id, text = ''] of headings) {
    expect(title.length, id).toBeGreaterThan(3);
    expect(text.length, id).toBeGreaterThan(500);
    expect(text, id).not.toMatch(/[<>{}]|=>|\s\s/);
  }
  expect(html).toMatch(/^<h1>How a network learns <a href="#"><\/a><\/h1>/);
  expect(html).toContain('This is called backpropagation.');
});

it('the card is drawn from answers of a network, and its picture has its size', async () => {
  const svg = await drawCard(Network);
  expect(svg).toContain('337 parameters, 200 epochs');
  expect(svg.match(/<circle /g)).toHaveLength(200);
  const png = readFileSync(path.join(ROOT, 'docs/.vitepress/public', CARD.file));
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([CARD.width, CARD.height]);
  expect(png.length).toBeLessThan(200_000);
});

it('the program of the start page runs, and prints true', async () => {
  const [shown] = shownIn(readPage('docs/.vitepress/start.md'), 'js');
  const folder = await createFolder('start-page', {});
  const [outcome] = await runPrograms(folder, [shown?.block.text ?? '']);
  expect(outcome).toMatchObject({ printed: 'true\n' });
});

it('of docs/, only pages and pictures are packed', () => {
  const packed = readdirSync(path.join(PACKAGE, 'docs'), { recursive: true, encoding: 'utf8' });
  expect(packed.filter((name) => !/^[\w-]+\.(md|svg)$/.test(name))).toEqual([]);
  expect(packed.length).toBeGreaterThan(GROUPED.length);
});

it('the workflow that publishes runs commands that there are', () => {
  const workflow = readFileSync(path.join(ROOT, '.github/workflows/site.yml'), 'utf8');
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const named = [...workflow.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name as string);
  expect(named).toContain('site');
  for (const name of named) expect(scripts).toHaveProperty(name);
});

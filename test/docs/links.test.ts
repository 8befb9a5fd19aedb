/**
 * What holds for every page: links lead to files that are packed and to headings that exist, rows of tables are whole, a page has one title
 * and stays short, and nothing but Markdown is in it, so that npm, GitHub and VitePress show it alike.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES, type Page, ROOT, readPage } from '../support/docs/pages.js';
import { PACKAGE } from '../support/package/packed.js';

const MAX_LINES = { readme: 250, page: 400 };
const MAX_WORDS = 2500;

/** The targets of links and pictures, without those in blocks and code. */
function linksIn(prose: string): string[] {
  return [...withoutCode(prose).matchAll(/\]\(([^)]*)\)/g)].map(([, target]) => target as string);
}

function withoutCode(prose: string): string {
  return prose.replace(/`[^`\n]*`/g, '');
}

/** The anchor that GitHub makes of a heading. */
function anchorOnGitHub(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** The anchor that VitePress makes of a heading. */
function anchorInVitePress(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[\s~`!@#$%^&*()\-_+=[\]{}|\\;:"'“”‘’<>,.?/]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** The anchors of a page that are the same everywhere. */
function anchorsOf({ headings }: Page): string[] {
  return headings
    .map(({ text }) => anchorOnGitHub(text))
    .filter((anchor, i) => anchor === anchorInVitePress(headings[i]?.text ?? ''));
}

/** Rows of tables that have more or fewer cells than the row before them. A bar ends a cell in code too, unless it is escaped. */
function unevenRows({ prose }: Page): string[] {
  const lines = prose.split('\n');
  const cells = (line: string): number => line.split(/(?<!\\)\|/).length;
  return lines.filter((line, i) => {
    const before = lines[i - 1] ?? '';
    return line.startsWith('|') && before.startsWith('|') && cells(line) !== cells(before);
  });
}

const BY_FILE = new Map(PAGES.map((page) => [page.file, page]));

describe.each(PAGES.map((page) => [page.file, page] as const))('%s', (file, page) => {
  const local = linksIn(page.prose).filter((target) => !/^https:\/\/[\w.]+/.test(target));

  it('links to files that are packed, and to headings that exist', () => {
    expect(local.length).toBeGreaterThan(0);
    for (const target of local) {
      expect(target, 'a link has no blanks and no scheme but https').toMatch(/^(?!\w+:)[^\s:]+$/);
      const [name = '', anchor] = target.split('#');
      const linked = name === '' ? file : path.posix.join(path.posix.dirname(file), name);
      expect(existsSync(path.join(PACKAGE, linked)), `${linked} is packed`).toBe(true);
      if (anchor === undefined) continue;
      expect(anchorsOf(BY_FILE.get(linked) as Page), target).toContain(anchor);
    }
  });

  it('has tables whose rows have as many cells as their heads', () => {
    expect(unevenRows(page)).toEqual([]);
  });

  it('has one title, and no anchor twice', () => {
    expect(page.headings.filter(({ level }) => level === 1)).toHaveLength(1);
    expect(page.headings[0]?.level).toBe(1);
    const anchors = page.headings.map(({ text }) => anchorOnGitHub(text));
    expect(anchors).toEqual([...new Set(anchors)]);
  });

  it('is short, and only Markdown', () => {
    expect(page.lines).toBeLessThanOrEqual(file === 'README.md' ? MAX_LINES.readme : MAX_LINES.page);
    expect(withoutCode(page.prose)).not.toMatch(/<[a-z!/]|\{\{|\t/i);
  });
});

it(`README.md has at most ${MAX_WORDS} words`, () => {
  const { text } = BY_FILE.get('README.md') as Page;
  expect(text.split(/\s+/).filter((word) => word !== '').length).toBeLessThanOrEqual(MAX_WORDS);
});

it('the index names every page', () => {
  const linked = linksIn((BY_FILE.get('docs/README.md') as Page).prose).map((target) => `docs/${target}`);
  const pages = PAGES.map(({ file }) => file).filter((file) => file !== 'README.md' && file !== 'docs/README.md');
  expect(pages.filter((file) => !linked.includes(file))).toEqual([]);
});

/** The pages of the repository that are not packed. */
const OTHERS = [
  'CONTRIBUTING.md',
  'assembly/README.md',
  'bench/README.md',
  'bench/peers/README.md',
  'test/network/golden/README.md',
];

it.each(OTHERS)('%s has tables whose rows have as many cells as their heads', (file) => {
  expect(unevenRows(readPage(file))).toEqual([]);
});

it.each(OTHERS)('%s links to files of the repository', (file) => {
  const local = linksIn(readPage(file).prose).filter((target) => !/^(https?:|#)/.test(target));
  for (const target of local) {
    const [linked = ''] = target.split('#');
    expect(existsSync(path.join(ROOT, path.dirname(file), linked)), target).toBe(true);
  }
});

it('CONTRIBUTING.md names files and folders that exist', () => {
  const { text } = readPage('CONTRIBUTING.md');
  const named = [...text.matchAll(/\b((?:src|assembly|test|docs|examples|bench|tools)\/[\w./-]*\w)/g)].map(
    ([, name]) => name as string,
  );
  expect(named.length).toBeGreaterThan(40);
  const planned = ['src/columns', 'src/report', 'src/cli'];
  expect(named.filter((name) => !planned.includes(name) && !existsSync(path.join(ROOT, name)))).toEqual([]);
});

it('the commands that pages name are scripts of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const named = PAGES.flatMap(({ text }) => [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name as string));
  expect(named.length).toBeGreaterThan(0);
  expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
});

/**
 * Writes what VitePress reads into docs/.vitepress/source, from where pages find VitePress's packages: the pages of docs/ and of the root, with
 * links as the site has them, its own pages and their files. Knows no network.
 */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GROUPS, OTHERS, OWN, readIndex, root } from './pages.js';

export const SOURCE = path.join(root, 'docs/.vitepress/source');

/** Where a page is on the site, by its file. @type {Record<string, string>} */
const NAMES = Object.fromEntries(Object.entries(OTHERS).map(([name, { file }]) => [file, `${name}.md`]));

/**
 * A page with the links that it has on the site, where all pages lie in one folder.
 * @param {string} file From the root: `docs/guide.md`.
 * @param {string} text
 */
export function withSiteLinks(file, text) {
  return text.replace(/\]\((?!\w+:)([^)#\s]+)/g, (_, target) => {
    const linked = path.posix.join(path.posix.dirname(file), target);
    if (linked === 'LICENSE') return '](./LICENSE.txt';
    return `](./${NAMES[linked] ?? path.posix.basename(linked)}`;
  });
}

/** @param {string} text */
function quoted(text) {
  return JSON.stringify(text);
}

/** @param {string} name @param {string} file @param {import('./pages.js').Entry} entry */
async function writePage(name, file, { title, about }) {
  const text = withSiteLinks(file, await readFile(path.join(root, file), 'utf8'));
  const head = `---\ntitle: ${quoted(title)}\ndescription: ${quoted(`${about}.`)}\n---\n\n`;
  await writeFile(path.join(SOURCE, `${name}.md`), head + text);
}

/** Writes all of it, but for the reference. */
export async function writeSource() {
  await rm(SOURCE, { recursive: true, force: true });
  await mkdir(path.join(SOURCE, 'public'), { recursive: true });
  const index = readIndex();
  for (const name of GROUPS.flatMap(({ pages }) => pages)) {
    await writePage(name, `docs/${name}.md`, index.get(name) ?? { title: name, about: name });
  }
  for (const [name, { file, ...entry }] of Object.entries(OTHERS)) await writePage(name, file, entry);
  await cp(path.join(root, 'docs/speed.svg'), path.join(SOURCE, 'speed.svg'));
  for (const [name, { file }] of Object.entries(OWN)) await cp(path.join(root, file), path.join(SOURCE, `${name}.md`));
  await cp(path.join(root, 'docs/.vitepress/public'), path.join(SOURCE, 'public'), { recursive: true });
  await cp(path.join(root, 'LICENSE'), path.join(SOURCE, 'public/LICENSE.txt'));
}

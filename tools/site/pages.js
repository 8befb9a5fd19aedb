/**
 * The pages of the site: the groups of its sidebar, and what docs/README.md says about each page. Knows no VitePress; what it lists, a test
 * compares with docs/.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** @typedef {{ title: string, pages: readonly string[] }} Group The names are those of files in docs/, without the ending. */

/** @type {readonly Group[]} */
export const GROUPS = [
  { title: 'Begin', pages: ['guide', 'choosing', 'troubleshooting', 'keras', 'brain-js'] },
  { title: 'Tables', pages: ['tables', 'command', 'data', 'columns', 'tables-infer', 'tables-csv'] },
  { title: 'Training', pages: ['network', 'training', 'speed', 'how-it-works'] },
  { title: 'Judging and keeping', pages: ['reports', 'models', 'other-libraries'] },
  { title: 'Many trainings', pages: ['search', 'threads', 'cluster'] },
  { title: 'Hosts', pages: ['browser', 'cookbook', 'cookbook-node'] },
  { title: 'Look up', pages: ['errors', 'glossary'] },
];

/** What a page is called, and what it has. @typedef {{ title: string, about: string }} Entry */

/**
 * The pages in the table of docs/README.md, by their names.
 * @returns {Map<string, Entry>}
 */
export function readIndex() {
  const text = readFileSync(path.join(root, 'docs/README.md'), 'utf8');
  const rows = text.matchAll(/^\| \[([^\]]+)\]\(([\w-]+)\.md\) \| (.+) \|$/gm);
  return new Map(
    [...rows].map(([, title = '', name = '', about = '']) => [name, { title, about: about.replaceAll('`', '') }]),
  );
}

/** Pages that are made of other files than docs/<name>.md, by their names on the site. */
export const OTHERS = {
  overview: { file: 'README.md', title: 'Overview', about: 'What wasmlp is, a first network, and others beside it' },
  pages: { file: 'docs/README.md', title: 'All pages', about: 'Every page, and questions with their answers' },
  changelog: { file: 'CHANGELOG.md', title: 'Changelog', about: 'A line per change that a user can see' },
};

/** Pages that only the site has, by their names: their files are beside its theme. */
export const OWN = {
  index: { file: 'docs/.vitepress/start.md', title: 'Start' },
  learn: { file: 'docs/.vitepress/learn.md', title: 'How a network learns' },
};

/** @typedef {{ text: string, link: string }} Link */
/** @typedef {{ text: string, collapsed?: boolean, link?: string, items: (Link | Sidebar)[] }} Sidebar */

/** The sidebar of all pages but those of the reference. @param {readonly Link[]} reference @returns {Sidebar[]} */
export function sidebarOf(reference) {
  const index = readIndex();
  const linkTo = (/** @type {string} */ name) => ({ text: index.get(name)?.title ?? name, link: `/${name}` });
  const groups = GROUPS.map(({ title, pages }) => ({ text: title, items: pages.map(linkTo) }));
  const other = (/** @type {keyof typeof OTHERS} */ name) => ({ text: OTHERS[name].title, link: `/${name}` });
  groups[0]?.items.unshift(other('overview'), { text: OWN.learn.title, link: '/learn' });
  groups.at(-1)?.items.push(other('pages'), other('changelog'));
  return [...groups, { text: 'Reference', items: [...reference] }];
}

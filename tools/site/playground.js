/**
 * Bundles the playground into the site: one style sheet, one script with what it needs at once, chunks for the rest. The page on a server of
 * a checkout stays as it is, in separate files.
 */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { transform } from 'esbuild';
import { build } from 'rolldown';
import { cardOf, htmlOf } from './head.js';
import { root } from './pages.js';

const FROM = path.join(root, 'examples/playground');
const DIST = path.join(root, 'dist');
/** Style sheets of parts that come later. */
const LATER = ['tables.css', 'digits.css'];

/**
 * What the page and the workers of the race load at once: the library, and what makes networks of settings. One file, because a visit
 * shall cost few requests, and apart from the page, which workers must not run.
 */
const AT_ONCE = {
  name: 'library',
  tags: [/** @type {const} */ ('$initial')],
  test: /[\\/](dist|node_modules)[\\/]|[\\/]playground[\\/](settings|extras|problems)\.js$/,
};
/** What the page itself loads at once. One file is smaller than several, and parts that come later import from it. */
const PAGE = {
  name: 'page',
  tags: [/** @type {const} */ ('$initial')],
  test: /[\\/]examples[\\/](?!playground[\\/]racer\.js$)/,
};
/** What `Network.create` loads then, in one file too: seven requests fewer. A chunk that is missing here costs a request. */
const CREATE = {
  name: 'create',
  test: /[\\/]dist[\\/]chunk-(network|more-checks|one-row|spec|resolve-optimizer|moments|update-rules)\d?\.js$/,
};

/** @param {string} to */
async function writeScripts(to) {
  await build({
    platform: 'browser',
    input: { main: path.join(FROM, 'main.js'), racer: path.join(FROM, 'racer.js') },
    // The reader of CSV comes with the first table. In one file it shares nothing with the library, which would cost names there.
    resolve: { alias: { 'wasmlp/csv': path.join(DIST, 'browser-csv.js'), wasmlp: path.join(DIST, 'index.js') } },
    output: {
      dir: to,
      // Next to the page: modules name their workers and data from where they are.
      entryFileNames: '[name].js',
      chunkFileNames: '[name].js',
      codeSplitting: { groups: [AT_ONCE, PAGE, CREATE] },
      minify: true,
    },
  });
  await cp(path.join(DIST, 'worker.js'), path.join(to, 'worker.js'));
}

/**
 * The page with one style sheet, a link to the site, and a card.
 * @param {string} html
 * @param {string | undefined} siteUrl
 */
export function sitePage(html, siteUrl) {
  const [, description = ''] = /<meta name="description" content="([^"]*)">/.exec(html) ?? [];
  const [, title = ''] = /<title>([^<]*)<\/title>/.exec(html) ?? [];
  const card = htmlOf(cardOf({ title, description, page: 'playground/index.html', siteUrl }));
  return (
    html
      .replace(/(\s*<link rel="stylesheet" href="[^"]*">)+/, '\n    <link rel="stylesheet" href="style.css">')
      .replace('</title>', `</title>\n    ${card}`)
      // Indentation is 130 bytes of what a visit may cost. No element of the page keeps its spaces.
      .replace(/\n\s+/g, '\n')
      .replace('<h1>wasmlp ', '<h1><a href="../index.html">wasmlp</a> ')
  );
}

/** @param {string} site The folder of the site. @param {string | undefined} siteUrl */
export async function writePlayground(site, siteUrl) {
  const to = path.join(site, 'playground');
  await mkdir(to, { recursive: true });
  await writeScripts(to);
  const html = await readFile(path.join(FROM, 'index.html'), 'utf8');
  const sheets = [...html.matchAll(/<link rel="stylesheet" href="([^"]*)">/g)].map(([, name = '']) => name);
  const css = await Promise.all(sheets.map((name) => readFile(path.join(FROM, name), 'utf8')));
  const { code } = await transform(css.join('\n'), { loader: 'css', minify: true });
  await writeFile(path.join(to, 'style.css'), code);
  for (const name of LATER) {
    const later = await transform(await readFile(path.join(FROM, name), 'utf8'), { loader: 'css', minify: true });
    await writeFile(path.join(to, name), later.code);
  }
  await writeFile(path.join(to, 'index.html'), sitePage(html, siteUrl));
  await cp(path.join(FROM, 'icon.svg'), path.join(to, 'icon.svg'));
  await mkdir(path.join(site, 'data'), { recursive: true });
  await cp(path.join(root, 'examples/data/digits.csv'), path.join(site, 'data/digits.csv'));
}

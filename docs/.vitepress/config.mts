/** How VitePress makes the site of what tools/site.js has written into the folder source. It works under any path. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { cardOf, iconOf, NAME, SENTENCE, withPolicy } from '../../tools/site/head.js';
import { later } from '../../tools/site/later.js';
import { notices } from '../../tools/site/notices.js';
import { sidebarOf } from '../../tools/site/pages.js';
import { readReference } from '../../tools/site/reference.js';
import { anchorOf, repositoryOf } from '../../tools/site/settings.js';
import { tutorialHtml } from '../../tools/site/tutorial.js';
import { ENTRY_POINTS, importName } from '../typedoc.js';

const from = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const reference = await readReference(ENTRY_POINTS, importName);
const repository = repositoryOf();
const siteUrl = process.env.SITE_URL || undefined;

export default defineConfig({
  title: NAME,
  description: SENTENCE,
  lang: 'en',
  base: './',
  srcDir: '.vitepress/source',
  outDir: '../build/site',
  cacheDir: '../build/site-cache',
  // The playground is no page of VitePress.
  ignoreDeadLinks: [/playground\/index/, /LICENSE/],
  metaChunk: true,
  // Its way to change colours at once is an inline sheet of styles, which the policy forbids.
  appearance: { disableTransition: false },
  markdown: {
    anchor: { slugify: anchorOf },
    // Their first line is the title of the page.
    headers: { level: [2, 3] },
  },
  head: [['link', { rel: 'icon', href: await iconOf(from('examples/playground/icon.svg')), type: 'image/svg+xml' }]],
  transformHead: ({ page, title, description }) =>
    cardOf({ title, description, page: page.replace(/\.md$/, '.html'), siteUrl }),
  transformHtml: (html) => withPolicy(html),
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        _render: (text, env, markdown) => {
          // What it does not find in Markdown.
          if (env.relativePath === 'learn.md') return tutorialHtml();
          // One section with every word there is: it would come first whatever is asked.
          return env.relativePath === 'changelog.md' ? '' : markdown.renderAsync(text, env);
        },
      },
    },
    nav: [
      { text: 'How a network learns', link: '/learn' },
      { text: 'Guide', link: '/guide' },
      { text: 'Playground', link: '/playground/index.html', target: '_self' },
      { text: 'Reference', link: '/reference/' },
      { text: 'All pages', link: '/pages' },
    ],
    sidebar: {
      '/': sidebarOf(reference.map(({ text, link }) => ({ text, link }))),
      '/reference/': [{ text: 'Reference', link: '/reference/', items: reference }],
    },
    outline: [2, 3],
    ...(repository !== undefined && { socialLinks: [{ icon: 'github', link: repository }], repository }),
  },
  vite: {
    resolve: { alias: { wasmlp: from('dist/index.js') } },
    plugins: [notices(), later()],
    // A data: address would need a wider policy.
    build: { assetsInlineLimit: 0 },
  },
});

/**
 * Makes the site in build/site: `npm run site`. A folder of static files that works under any path. SITE_URL says where it will be, for the
 * cards of shared links, and SITE_REPOSITORY where the code is. What makes pages is a package of its own, in docs/.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeNotFound } from './site/not-found.js';
import { root } from './site/pages.js';
import { writePlayground } from './site/playground.js';
import { writeReference } from './site/reference.js';
import { writeSource } from './site/source.js';

const DOCS = path.join(root, 'docs');
const SITE = path.join(root, 'build/site');

if (!existsSync(path.join(DOCS, 'node_modules/vitepress'))) {
  console.error('site: the tools of the site are not installed. Run: npm ci --prefix docs');
  process.exit(1);
}
const siteUrl = process.env.SITE_URL ? new URL(`${process.env.SITE_URL}/`.replace(/\/+$/, '/')).href : undefined;
await rm(SITE, { recursive: true, force: true });
await writeSource();
await writeReference();
execFileSync(process.execPath, ['node_modules/vitepress/bin/vitepress.js', 'build'], {
  cwd: DOCS,
  stdio: 'inherit',
  env: { ...process.env, SITE_URL: siteUrl ?? '' },
});
await writePlayground(SITE, siteUrl);
await writeNotFound(SITE, siteUrl);
console.log(`The site: ${path.relative(process.cwd(), SITE) || SITE}. To look at it: npm run site:serve`);

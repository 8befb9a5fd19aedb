/** What the site is told from outside, and how it names the places of a page. Knows no VitePress. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './pages.js';

/**
 * The address of the code, for links to it: SITE_REPOSITORY, or `repository` of package.json; undefined where neither is known.
 * @param {Record<string, string | undefined>} environment
 * @param {{ repository?: string | { url: string } }} manifest
 */
export function repositoryOf(
  environment = process.env,
  manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')),
) {
  const { repository } = manifest;
  const named = environment.SITE_REPOSITORY || (typeof repository === 'string' ? repository : repository?.url);
  const address = named
    ?.replace(/^git\+/, '')
    .replace(/\.git$/, '')
    .replace(/^github:/, 'https://github.com/');
  return address !== undefined && /^https:\/\/[^\s"]+$/.test(address) ? address : undefined;
}

/** The anchor that GitHub makes of a heading, so that links hold there and here. @param {string} heading */
export function anchorOf(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

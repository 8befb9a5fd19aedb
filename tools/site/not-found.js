/**
 * The page for addresses that are not there. A host shows it at any depth, so it has all it needs in itself, and only a site that knows its
 * address can lead to its start from there.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hashOf } from './head.js';

const STYLE = `
:root { color-scheme: light dark; }
body { max-width: 30em; margin: 20vh auto; padding: 0 24px; font: 18px/1.6 system-ui, sans-serif; }
`;

/** @param {string} site The folder of the site. @param {string | undefined} siteUrl */
export async function writeNotFound(site, siteUrl) {
  const start = siteUrl === undefined ? '' : `\n<p><a href="${siteUrl}">To the start page</a></p>`;
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${hashOf(STYLE)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Not found | wasmlp</title>
<style>${STYLE}</style>
<h1>There is no such page</h1>
<p>It may have moved, or the address has a slip in it.</p>${start}
</html>
`;
  await writeFile(path.join(site, '404.html'), html);
}

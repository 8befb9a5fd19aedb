/**
 * Fails if a page has to fetch too much: to train a plain network, including the kernel, or to load the one file that has everything.
 * What such a page does not fetch does not count: other kernels, the js engine, and what only some trainings need.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundlePage, filesLoadedIn } from './size/page.js';

const MAX_BYTES = 32 * 1024;
/** All builds of the kernel: those with wide vectors, momentum in blocks and sparse rows have made it 8 KB larger. */
const MAX_FILE_BYTES = 132 * 1024;
const MAX_CSV_BYTES = 16 * 1024;

const folder = 'build/size';
await bundlePage(folder);
const loaded = (await filesLoadedIn(folder)).map((file) => path.join(folder, file));
judge('what a page fetches to train a plain network', await gzippedBytes(loaded), MAX_BYTES);
judge('browser.js, everything in one file', await gzippedBytes(['dist/browser.js']), MAX_FILE_BYTES);
judge('browser-csv.js, which reads tables', await gzippedBytes(['dist/browser-csv.js']), MAX_CSV_BYTES);

/**
 * The sum of the sizes as a server sends the files, each compressed by itself.
 * @param {string[]} files
 */
async function gzippedBytes(files) {
  const contents = await Promise.all(files.map((file) => readFile(file)));
  return contents.reduce((sum, content) => sum + gzipSync(content, { level: 9 }).byteLength, 0);
}

/**
 * @param {string} what
 * @param {number} size
 * @param {number} limit
 */
function judge(what, size, limit) {
  const verdict = `${what}: ${(size / 1024).toFixed(1)} KB gzip, limit ${limit / 1024} KB`;
  if (size > limit) {
    console.error(`too large: ${verdict}`);
    process.exitCode = 1;
  } else {
    console.log(verdict);
  }
}

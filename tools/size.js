/**
 * Fails where the core, kernel included, is larger than a page should have to load: bundled, minified, gzipped. What a page loads
 * only when it asks for it is not counted: the js engine, other kernels, some features of training. The same for the one file that has
 * all of them.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const LIMIT_BYTES = 30 * 1024;
const FILE_LIMIT_BYTES = 72 * 1024;

const { outputFiles, metafile } = await build({
  entryPoints: ['dist/index.js'],
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  splitting: true,
  outdir: 'build/size',
  write: false,
  metafile: true,
});

/** Files, relative to here, that are loaded with one: itself, and what it and those import. */
const loadedWith = (/** @type {string} */ file, /** @type {Set<string>} */ loaded) => {
  loaded.add(file);
  for (const { path, kind } of metafile.outputs[file]?.imports ?? []) {
    if (kind === 'import-statement' && !loaded.has(path)) loadedWith(path, loaded);
  }
  return loaded;
};

const files = loadedWith('build/size/index.js', new Set());
for (const file of Object.keys(metafile.outputs)) if (file.includes('/kernel-basic-')) loadedWith(file, files);
const bytes = outputFiles
  .filter(({ path }) => [...files].some((file) => path.endsWith(file)))
  .reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).byteLength, 0);
judge('core with kernel', bytes, LIMIT_BYTES);
// As it is served: minified by the build, everything in it.
judge(
  'browser.js, everything in one file',
  gzipSync(readFileSync('dist/browser.js'), { level: 9 }).byteLength,
  FILE_LIMIT_BYTES,
);

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

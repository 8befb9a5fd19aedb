/**
 * Fails where the core, kernel included, is larger than a page should have to load: bundled, minified, gzipped. What a page loads
 * only when it asks for it is not counted: the js engine, other kernels, some features of training.
 */
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const LIMIT_BYTES = 30 * 1024;

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
const verdict = `core with kernel: ${(bytes / 1024).toFixed(1)} KB gzip, limit ${LIMIT_BYTES / 1024} KB`;
if (bytes > LIMIT_BYTES) {
  console.error(`too large: ${verdict}`);
  process.exitCode = 1;
} else {
  console.log(verdict);
}

/**
 * Fails where the core, kernel included, is larger than a page should have to load: bundled, minified, gzipped. Kernels
 * and the js engine, which a page loads only when it asks for them, are chunks of their own and not counted.
 */
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const LIMIT_BYTES = 30 * 1024;

const { outputFiles } = await build({
  entryPoints: ['dist/index.js'],
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  splitting: true,
  outdir: 'build/size',
  write: false,
});
const loaded = outputFiles.filter(({ path }) => !/(relaxed|relaxedWide|wide|engine)-\w+\.js$/.test(path));
const bytes = loaded.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).byteLength, 0);
const verdict = `core with kernel: ${(bytes / 1024).toFixed(1)} KB gzip, limit ${LIMIT_BYTES / 1024} KB`;
if (bytes > LIMIT_BYTES) {
  console.error(`too large: ${verdict}`);
  process.exitCode = 1;
} else {
  console.log(verdict);
}

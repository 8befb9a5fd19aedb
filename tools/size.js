/** Fails where the core, kernel included, is larger than a page should have to load: bundled, minified, gzipped. */
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const LIMIT_BYTES = 30 * 1024;

const { outputFiles } = await build({
  entryPoints: ['dist/src/index.js'],
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  write: false,
});
const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).byteLength;
const verdict = `core with kernel: ${(bytes / 1024).toFixed(1)} KB gzip, limit ${LIMIT_BYTES / 1024} KB`;
if (bytes > LIMIT_BYTES) {
  console.error(`too large: ${verdict}`);
  process.exitCode = 1;
} else {
  console.log(verdict);
}

/**
 * What a page loads to train a small dense network with each library: a program that uses only what it needs, bundled and minified by
 * esbuild, then gzipped. Knows nothing about speed.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

interface Page {
  readonly name: string;
  readonly program: string;
  /** A file that the page fetches by its address, because bundles do not hold it. */
  readonly fetched?: string;
}

const LAYERS = `import { sequential, layers } from '@tensorflow/tfjs-layers';
import { setBackend, tensor2d, train } from '@tensorflow/tfjs-core';
globalThis.used = [sequential, layers, setBackend, tensor2d, train];`;

const PAGES: readonly Page[] = [
  { name: 'brain.js', program: `import { NeuralNetwork } from 'brain.js'; globalThis.used = NeuralNetwork;` },
  {
    name: 'jax-js',
    program: `import { init, jit, nn, numpy, valueAndGrad } from '@jax-js/jax'; globalThis.used = [init, jit, nn, numpy, valueAndGrad];`,
  },
  { name: 'TensorFlow.js cpu', program: `${LAYERS} import '@tensorflow/tfjs-backend-cpu';` },
  {
    name: 'TensorFlow.js wasm',
    program: `${LAYERS} import '@tensorflow/tfjs-backend-wasm';`,
    fetched: '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  },
];

/** A table in Markdown, in KB. `npm run size` tells the size of wasmlp. */
export async function sizesTable(folder: string): Promise<string> {
  const rows = await Promise.all(
    PAGES.map(async ({ name, program, fetched }) => {
      const bundled = await bundledSize(program, folder);
      const more = fetched === undefined ? 0 : await fetchedSize(fetched, folder);
      return `| ${name} | ${kilobytes(bundled)} | ${more === 0 ? '' : kilobytes(more)} |`;
    }),
  );
  return ['| a page loads, KB gzipped | bundle | kernel |', '|---|---:|---:|', ...rows].join('\n');
}

async function bundledSize(contents: string, resolveDir: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'error',
  });
  return outputFiles.reduce((sum, { contents: bytes }) => sum + gzipped(bytes), 0);
}

async function fetchedSize(file: string, folder: string): Promise<number> {
  return gzipped(await readFile(path.join(folder, 'node_modules', file)));
}

function gzipped(bytes: Uint8Array): number {
  return gzipSync(bytes, { level: 9 }).byteLength;
}

function kilobytes(bytes: number): string {
  return (bytes / 1024).toFixed(0);
}

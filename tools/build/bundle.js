/**
 * The library: src/ to dist/ by Rolldown. It splits by itself: a chunk is what an import() names, and what several files of dist/ share.
 * Knows the entry points, and no other file of src/ by its name.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'rolldown';
import { root } from './root.js';

/** @typedef {import('rolldown').BuildOptions} BuildOptions */

/** What programs import by the package's exports: files of dist/ by their names, of src/ by where they are. */
const ENTRY_POINTS = {
  index: path.join(root, 'src/index.ts'),
  slim: path.join(root, 'src/slim.ts'),
  node: path.join(root, 'src/node/index.ts'),
  workerd: path.join(root, 'src/workerd.ts'),
  'edge-light': path.join(root, 'src/edge-light.ts'),
};

/** @type {{ dependencies: Record<string, string> }} */
const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
/** What dist/ imports as src/ does: packages, Node's modules, and kernel.wasm, of which hosts on the edge make a compiled module. */
const EXTERNAL = [
  ...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`)),
  /^node:/,
  /\/kernel\.wasm(\?module)?$/,
];

/**
 * What entry points share is one file, chunk-core.js: Node takes 22 ms to load the modules of src/ one by one, and 4 ms to load this.
 * Without the entry points themselves: wasmlp/node imports that of wasmlp, whose kernels are not for wasmlp/slim.
 */
const CORE = {
  name: 'core',
  tags: [/** @type {const} */ ('$initial')],
  minShareCount: 2,
  test: (/** @type {string} */ file) => !Object.values(ENTRY_POINTS).includes(path.normalize(file)),
};

/** @satisfies {BuildOptions} */
const common = {
  // Imports in src/ say .js, as TypeScript has it.
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  transform: { target: 'es2022' },
  cwd: root,
};

/**
 * All in one file, packages too: pages without a bundler know none by their names, and import maps of pages do not reach their workers.
 */
const inOneFile = (/** @type {string} */ name) => ({
  ...common,
  platform: /** @type {const} */ ('browser'),
  input: `src/${name}.ts`,
  output: { file: `dist/${name}.js`, codeSplitting: false, minify: true, sourcemap: true },
});

/** Writes all of dist/ that is JavaScript, and to build/ the contract with the kernel, for the tools. */
export async function bundle() {
  await build([
    {
      ...common,
      platform: 'neutral',
      input: ENTRY_POINTS,
      external: EXTERNAL,
      output: {
        dir: 'dist',
        entryFileNames: '[name].js',
        // Beside the entry points, so that './worker.js' is found from whichever file asks for it.
        chunkFileNames: 'chunk-[name].js',
        codeSplitting: { groups: [CORE] },
        sourcemap: true,
      },
    },
    inOneFile('browser'),
    inOneFile('worker'),
    { ...common, input: 'assembly/abi.ts', output: { file: 'build/abi.js' } },
  ]);
}

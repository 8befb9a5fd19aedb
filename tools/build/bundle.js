/**
 * Bundles the library, from src/ to dist/, with Rolldown. Rolldown makes a chunk of what an import() names, and of what several files
 * of dist/ share. This file names the entry points, and no other file of src/.
 */
import { readFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'rolldown';
import { commentOf, writeNotices } from './notices.js';
import { root } from './root.js';

/** @typedef {import('rolldown').BuildOptions} BuildOptions */

/** The entry points that the package exports: the name of each in dist/, and its file in src/. */
const ENTRY_POINTS = {
  index: path.join(root, 'src/index.ts'),
  slim: path.join(root, 'src/slim.ts'),
  cluster: path.join(root, 'src/cluster/index.ts'),
  csv: path.join(root, 'src/csv/index.ts'),
  node: path.join(root, 'src/node/index.ts'),
  report: path.join(root, 'src/report.ts'),
  search: path.join(root, 'src/search/index.ts'),
  workerd: path.join(root, 'src/workerd.ts'),
  'edge-light': path.join(root, 'src/edge-light.ts'),
};

/** @type {{ dependencies: Record<string, string>, peerDependencies: Record<string, string> }} */
const { dependencies, peerDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
/** Imports that stay imports in dist/: packages, Node's modules, and kernel.wasm, which edge hosts compile themselves. */
const EXTERNAL = [
  ...Object.keys({ ...dependencies, ...peerDependencies }).map((name) => new RegExp(`^${name}(/|$)`)),
  /^node:/,
  /\/kernel\.wasm(\?module)?$/,
];

/**
 * What inferColumns needs is a file of its own, because pages that do not call it are most of them: a bundler leaves out the file, but not
 * the parts of chunk-core.js that other chunks use as well.
 */
const APART = /[\\/]columns[\\/]infer[\\/]/;

/** The modules that wasmlp loads at once, but for those. */
const loadedAtOnce = new Set();

/**
 * What entry points share goes into one file, chunk-core.js: Node takes 22 ms to load the modules of src/ one by one, and 4 ms to load
 * this file. It leaves out the entry points themselves: wasmlp/node imports wasmlp, whose kernels must not get into wasmlp/slim. And what
 * wasmlp/node loads at once but wasmlp does not: a page would fetch it.
 */
const CORE = {
  name: 'core',
  tags: [/** @type {const} */ ('$initial')],
  minShareCount: 2,
  test: (/** @type {string} */ file) =>
    loadedAtOnce.has(file) && !Object.values(ENTRY_POINTS).includes(path.normalize(file)),
};

/** What inferColumns shares with chunks: in one file with it, these would load all of it. */
const SHARED = ['foundation/spelling', 'columns/cells'].map((file) => ({
  name: path.posix.basename(file),
  test: (/** @type {string} */ id) => path.relative(root, id).split(path.sep).join('/') === `src/${file}.ts`,
}));

/** @type {import('rolldown').Plugin} */
const findLoadedAtOnce = {
  name: 'loaded-at-once',
  buildEnd() {
    const found = [ENTRY_POINTS.index];
    for (const file of found) {
      if (loadedAtOnce.has(file)) continue;
      loadedAtOnce.add(file);
      const imported = this.getModuleInfo(file)?.importedIds ?? [];
      found.push(...imported.filter((id) => !APART.test(id)));
    }
  },
};

/** @satisfies {BuildOptions} */
const common = {
  // Imports in src/ end in .js, as TypeScript requires.
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  transform: { target: 'es2022' },
  cwd: root,
};

/**
 * Everything in one file, packages too: pages without a bundler cannot import packages by name, and workers do not get import maps.
 *
 * Its source map stays in build/maps. In the package, those of all such files were 5 of 11 MB, each with the sources that the maps of the other
 * files have too; and who copies the file to a server does not copy the map.
 */
const inOneFile = (/** @type {string} */ name, input = `src/${name}.ts`) => ({
  ...common,
  platform: /** @type {const} */ ('browser'),
  input,
  output: {
    file: `dist/${name}.js`,
    codeSplitting: false,
    minify: true,
    sourcemap: /** @type {const} */ ('hidden'),
    footer: commentOf,
  },
});

/**
 * Without `import.meta`, which no script may have: Metro takes files for scripts, and so does Node in a folder of CommonJS.
 * @param {ReturnType<typeof inOneFile>} options
 */
const asScript = (options) => ({
  ...options,
  transform: { ...common.transform, define: { 'import.meta.url': 'undefined' } },
});

const ONE_FILE = [
  inOneFile('browser'),
  inOneFile('browser-csv', ENTRY_POINTS.csv),
  asScript(inOneFile('react-native')),
  asScript(inOneFile('worker')),
  asScript(inOneFile('search-worker', 'src/search/pool/worker.ts')),
];

/**
 * The command, which is a program of its own: it imports the entry points by their names, as any program does, and brings copies of what else
 * it needs of src/.
 * @type {BuildOptions}
 */
const COMMAND = {
  ...common,
  platform: 'node',
  input: 'src/cli/index.ts',
  external: [/^wasmlp(\/|$)/, ...EXTERNAL],
  output: {
    file: 'dist/cli.js',
    codeSplitting: false,
    sourcemap: true,
    banner: '#!/usr/bin/env node',
    footer: commentOf,
  },
};

/** Writes all JavaScript of dist/, and build/abi.js, which the tools need to call kernels. */
export async function bundle() {
  const outputs = await build([
    {
      ...common,
      platform: 'neutral',
      input: ENTRY_POINTS,
      plugins: [findLoadedAtOnce],
      external: EXTERNAL,
      output: {
        dir: 'dist',
        entryFileNames: '[name].js',
        // Next to the entry points, so that every chunk finds './worker.js'.
        chunkFileNames: 'chunk-[name].js',
        codeSplitting: { groups: [CORE, ...SHARED] },
        sourcemap: true,
      },
    },
    ...ONE_FILE,
    COMMAND,
    { ...common, input: 'assembly/abi.ts', output: { file: 'build/abi.js' } },
  ]);
  await writeNotices(outputs);
  await mkdir(path.join(root, 'build/maps'), { recursive: true });
  for (const { output } of ONE_FILE) {
    const map = `${path.basename(output.file)}.map`;
    await rename(path.join(root, 'dist', map), path.join(root, 'build/maps', map));
  }
}

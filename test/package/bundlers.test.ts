/**
 * Bundles of the package by common bundlers, in a page: they train to the same bits as Node, with two threads too, and slim ones contain no
 * kernel.
 */
import { copyFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { build as esbuild } from 'esbuild';
import { build, createServer, type InlineConfig, preview } from 'vite';
import { expect, it } from 'vitest';
import { type Stats, webpack } from 'webpack';
import { Network } from '../../src/index.js';
import { visit } from '../support/browsers/chromium.js';
import { describeInChromium } from '../support/browsers/describe.js';
import { serve } from '../support/browsers/server.js';
import { once } from '../support/once.js';
import {
  createApp,
  digestsOf,
  expectedOf,
  ISOLATED,
  kernelsIn,
  PACKAGE,
  pageOf,
  slimProgram,
} from '../support/package/packed.js';
import { sharedFits } from '../support/package/pages/threads.js';
import type { Outcome } from '../support/package/pages/trainings.js';
import { repeats } from '../support/repeats.js';

/** A page's program that uses the library as it is. */
const WHOLE = `
import { Network } from 'wasmlp';
import { startedBy } from './threads-page.js';
import { sharedFits } from './threads.js';
import { trainings } from './trainings.js';
globalThis.outcome = (async () => {
  const outcome = await trainings(Network);
  let fits;
  const started = await startedBy(async () => {
    fits = await sharedFits(Network, 2);
  });
  return { ...outcome, fits, started };
})();`;

/** What a page of that program gives besides. */
interface Threads {
  readonly fits: Awaited<ReturnType<typeof sharedFits>>;
  readonly started: { readonly helpers: number; readonly leaders: number };
}

/** How many of two programs a bundler has: in the usual run the whole library alone. Vite builds both there too, and esbuild has a slim one. */
const EACH = repeats(1, 2);

/** How Vite imports the address of a file. */
const VITE_APP = {
  'index.html': pageOf('./whole.js'),
  'slim.html': pageOf('./slim.js'),
  'whole.js': WHOLE,
  'slim.js': slimProgram('kernel', "import kernel from 'wasmlp/kernel.wasm?url';"),
};

function viteConfig(root: string, settings: InlineConfig = {}): InlineConfig {
  return { root, configFile: false, logLevel: 'error', cacheDir: path.join(root, '.vite'), ...settings };
}

describeInChromium('a page bundled by', (browser) => {
  /** Trains in a page, and returns the names of the scripts that it loaded. */
  async function expectTrains(url: string): Promise<string[]> {
    const { outcome, loaded } = await visit<Outcome & Partial<Threads>>(browser(), url);
    expect(digestsOf(outcome)).toEqual(await expectedOf('wasm'));
    const { fits, started } = outcome;
    if (fits !== undefined) {
      const { digests } = await once('one thread', () => sharedFits(Network, 1));
      expect(fits).toEqual({ threads: [2, 2], digests });
      const [helpers, leaders] = availableParallelism() > 1 ? [1, 2] : [0, 0];
      expect(started).toEqual({ helpers, leaders });
    }
    return loaded.filter((file) => /\.js\b/.test(file)).map((file) => path.posix.basename(file));
  }

  async function expectTrainsIn(folder: string, pages: Record<string, string>): Promise<void> {
    const server = await serve(folder, pages, ISOLATED);
    try {
      for (const page of Object.keys(pages)) await expectTrains(server.url + page);
    } finally {
      await server.close();
    }
  }

  it('Vite, built and shown by its preview', async () => {
    const root = await createApp('vite', VITE_APP);
    const input = (page: string): InlineConfig =>
      viteConfig(root, {
        build: { outDir: `dist-${page}`, rolldownOptions: { input: path.join(root, `${page}.html`) } },
      });
    for (const page of ['index', 'slim']) {
      await build(input(page));
      const server = await preview({ ...input(page), preview: { host: '127.0.0.1', port: 0, headers: ISOLATED } });
      try {
        const loaded = await expectTrains(`${server.resolvedUrls?.local[0]}${page}.html`);
        // The page does not load kernels that its networks do not run on.
        expect(loaded.filter((file) => /relaxed|wide/i.test(file))).toEqual([]);
      } finally {
        await server.close();
      }
    }
    expect(await kernelsIn(`${root}/dist-index`)).toHaveLength(9);
    expect(await kernelsIn(`${root}/dist-slim`)).toEqual([]);
  });

  it('Vite, as it develops', async () => {
    const root = await createApp('vite-dev', VITE_APP);
    const server = await createServer(
      viteConfig(root, { server: { host: '127.0.0.1', port: 0, hmr: false, headers: ISOLATED } }),
    );
    try {
      await server.listen();
      for (const page of ['index.html', 'slim.html'].slice(0, EACH)) {
        await expectTrains(`${server.resolvedUrls?.local[0]}${page}`);
      }
    } finally {
      await server.close();
    }
  });

  it('webpack', async () => {
    const folder = await createApp('webpack', {
      'whole.js': WHOLE,
      'slim.js': slimProgram("new URL('wasmlp/kernel.wasm', import.meta.url)"),
    });
    // Without terser, which takes 15 s and is not tested here.
    const optimization = { minimize: false };
    const entries = ['whole', 'slim'].slice(0, EACH);
    for (const entry of entries) {
      const output = { path: path.join(folder, entry), filename: 'main.js' };
      const compiler = webpack({ mode: 'production', context: folder, entry: `./${entry}.js`, output, optimization });
      const stats = await new Promise<Stats | undefined>((resolve, reject) => {
        compiler?.run((error, result) => (error ? reject(error) : resolve(result)));
      });
      expect(stats?.toJson({ errors: true, warnings: false }).errors).toEqual([]);
      await new Promise((resolve) => compiler?.close(resolve));
    }
    const pages = entries.map((entry) => [`${entry}.html`, pageOf(`${entry}/main.js`, 'defer')]);
    await expectTrainsIn(folder, Object.fromEntries(pages));
    if (entries.includes('slim')) expect(await kernelsIn(`${folder}/slim`)).toEqual([]);
  });

  it('esbuild, in one file and split', async () => {
    const folder = await createApp('esbuild', {
      'whole.js': WHOLE,
      'slim.js': slimProgram('new URL(kernel, import.meta.url)', "import kernel from 'wasmlp/kernel.wasm';"),
    });
    const common = {
      absWorkingDir: folder,
      bundle: true,
      minify: true,
      format: 'esm',
      loader: { '.wasm': 'file' },
      logLevel: 'error',
    } as const;
    const bundles = [
      ['one', 'whole', false],
      ['slim', 'slim', true],
      ['split', 'whole', true],
    ] as const;
    const pages: Record<string, string> = {};
    for (const [outdir, entry, splitting] of bundles.slice(0, 1 + EACH)) {
      await esbuild({ ...common, entryPoints: [`${entry}.js`], splitting, outdir });
      if (entry === 'whole') await copyFile(`${PACKAGE}/dist/worker.js`, `${folder}/${outdir}/worker.js`);
      pages[`${outdir}.html`] = pageOf(`${outdir}/${entry}.js`);
    }
    await expectTrainsIn(folder, pages);
    expect(await kernelsIn(`${folder}/slim`)).toEqual([]);
  });
});

/** wasmlp/search in a page, bundled: the bits of one thread in Node, whether the workers may share memory or not. */
import path from 'node:path';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { type Stats, webpack } from 'webpack';
import * as library from '../../src/search/index.js';
import { visit } from '../support/browsers/chromium.js';
import { describeInChromium } from '../support/browsers/describe.js';
import { serve } from '../support/browsers/server.js';
import { once } from '../support/once.js';
import { createApp, ISOLATED, pageOf, STRICT } from '../support/package/packed.js';
import { searches } from '../support/package/pages/search.js';

const PROGRAM = `
import * as library from 'wasmlp/search';
import { searches } from './search.js';
globalThis.outcome = searches(library, 2);`;

const POLICY = `${STRICT} 'wasm-unsafe-eval'; worker-src 'self'; require-trusted-types-for 'script'; trusted-types wasmlp`;

const expected = () => once('one thread in Node', () => searches(library, 1));

describeInChromium('wasmlp/search in a page, bundled by', (browser) => {
  async function outcomeOf(folder: string, headers: Record<string, string>) {
    const server = await serve(folder, { '': pageOf('./page.js') }, headers);
    try {
      return await visit<Awaited<ReturnType<typeof searches>>>(browser(), server.url);
    } finally {
      await server.close();
    }
  }

  it('Vite, isolated, under a strict policy', async () => {
    const root = await createApp('search-vite', { 'program.js': PROGRAM });
    const rollupOptions = { input: path.join(root, 'program.js'), output: { entryFileNames: 'page.js' } };
    const options = { target: 'es2022', modulePreload: false, rollupOptions } as const;
    await build({ root, base: './', configFile: false, logLevel: 'error', build: options });
    const { outcome, loaded } = await outcomeOf(path.join(root, 'dist'), {
      'content-security-policy': POLICY,
      ...ISOLATED,
    });
    expect(outcome).toEqual(await expected());
    expect(loaded.filter((name) => /search-worker/.test(name)).length).toBeGreaterThan(0);
  });

  it('webpack, where workers may not share memory', async () => {
    const context = await createApp('search-webpack', { 'program.js': PROGRAM });
    const stats = await new Promise<Stats | undefined>((resolve, reject) => {
      // Without terser, which takes 15 s and is not tested here.
      const optimization = { minimize: false };
      const output = { path: path.join(context, 'dist'), filename: 'page.js', publicPath: './' };
      const config = { context, mode: 'production', entry: './program.js', output, optimization } as const;
      webpack(config, (error, done) => (error ? reject(error) : resolve(done)));
    });
    expect(stats?.compilation.errors).toEqual([]);
    const { outcome } = await outcomeOf(path.join(context, 'dist'), {});
    expect(outcome).toEqual(await expected());
  });
});

/** The one-file build in a page without a bundler, under content security policies. */
import { copyFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { describeInBrowsers } from '../support/browsers/describe.js';
import { serve } from '../support/browsers/server.js';
import { createApp, digestsOf, expectedOf, PACKAGE, pageOf, STRICT } from '../support/package/packed.js';
import type { Outcome } from '../support/package/pages/trainings.js';

const PROGRAM = `
import { Network } from './browser.js';
import { trainings } from './trainings.js';
globalThis.outcome = trainings(Network);`;

describeInBrowsers('browser.js in a page', (visit, inTurn) => {
  const pages = { '': pageOf('./page.js') };

  /** The digests of the outcome, and the names of the files that the server was asked for. */
  async function visitPage(policy?: string) {
    const folder = await createApp(`page-${policy?.length ?? 0}`, { 'page.js': PROGRAM });
    await copyFile(`${PACKAGE}/dist/browser.js`, `${folder}/browser.js`);
    const server = await serve(folder, pages, policy === undefined ? {} : { 'content-security-policy': policy });
    try {
      return [digestsOf(await visit<Outcome>(server)), server.asked] as const;
    } finally {
      await server.close();
    }
  }

  inTurn('trains to the bits of Node, and loads nothing besides', async () => {
    const [outcome, asked] = await visitPage();
    expect(outcome).toEqual(await expectedOf('wasm'));
    expect([...asked].sort()).toEqual(['', 'browser.js', 'page.js', 'trainings.js']);
  });

  inTurn("trains on WebAssembly under script-src 'self' 'wasm-unsafe-eval'", async () => {
    const [outcome] = await visitPage(`${STRICT} 'wasm-unsafe-eval'`);
    expect(outcome).toEqual(await expectedOf('wasm'));
  });

  inTurn("trains in TypeScript under script-src 'self', to the bits of that engine in Node", async () => {
    const [outcome] = await visitPage(STRICT);
    expect(outcome.engines).toEqual(['js', 'js']);
    expect(outcome).toEqual(await expectedOf('js'));
  });
});

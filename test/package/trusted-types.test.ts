/** The one-file build in a page that requires trusted types, in the background too. */
import { copyFile } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { describeInBrowsers } from '../support/browsers/describe.js';
import { serve } from '../support/browsers/server.js';
import { createApp, PACKAGE, pageOf, STRICT } from '../support/package/packed.js';

/** What the background of a fit is, and how each ends. `prepare` comes before. */
const programOf = (prepare: string, background: string): string => `
import { Network } from './browser.js';

const rows = [[0, 0], [0, 1], [1, 0], [1, 1]];
let violations = 0;
addEventListener('securitypolicyviolation', ({ effectiveDirective, sample }) => {
  // The page itself tries whether innerHTML is refused.
  if (effectiveDirective === 'trusted-types' || sample.startsWith('Worker')) violations++;
});
${prepare}
async function train(background) {
  const network = await Network.create({ inputs: 2, layers: [{ units: 4 }, { units: 1 }], seed: 1, engine: 'wasm' });
  await network.fit(rows, [0, 1, 1, 0], { epochs: 5, background });
  return String(network.save());
}
globalThis.outcome = (async () => {
  const required = (() => {
    try {
      document.createElement('p').innerHTML = 'text';
      return false;
    } catch {
      return true;
    }
  })();
  const here = await train(false);
  const bits = [];
  // Violations are reported in a later turn.
  const reported = () => new Promise((resolve) => setTimeout(resolve, 50));
  for (const background of ${background}) bits.push(await train(background).then((away) => away === here, ({ code }) => code));
  await reported();
  return { required, bits, violations };
})();`;

const REQUIRED = `${STRICT} 'wasm-unsafe-eval'; worker-src 'self'; require-trusted-types-for 'script'`;

const PAGES = [
  ['allows the policy wasmlp', 'wasmlp', '', '[true, true]', [true, true]],
  [
    'allows it, where the program says where the worker is',
    'wasmlp',
    '',
    "[{ workerUrl: 'other.js' }, { workerUrl: new URL('other.js', location) }]",
    [true, true],
  ],
  [
    'allows another policy, which makes the address',
    'mine',
    "const mine = trustedTypes.createPolicy('mine', { createScriptURL: (url) => url });",
    "[{ workerUrl: mine.createScriptURL('other.js') }]",
    [true],
  ],
  [
    'has a default policy',
    'default',
    "trustedTypes.createPolicy('default', { createScriptURL: (url) => url });",
    "[true, { workerUrl: 'other.js' }]",
    [true, true],
  ],
  ['allows none', "'none'", '', "[true, { workerUrl: 'other.js' }]", ['ERR_WORKER_DIED', 'ERR_WORKER_DIED']],
] as const;

describe.each(PAGES.map((page, i) => [...page, i] as const))('a page that requires trusted types and %s', (...page) => {
  const [name, allowed, prepare, background, bits, place] = page;
  const define: Parameters<typeof describeInBrowsers>[1] = (visit, inTurn) => {
    inTurn('trains', async () => {
      const folder = await createApp(`trusted-${name.replaceAll(/\W/g, '-')}`, {
        'page.js': programOf(prepare, background),
      });
      await copyFile(`${PACKAGE}/dist/browser.js`, `${folder}/browser.js`);
      for (const file of ['worker.js', 'other.js']) await copyFile(`${PACKAGE}/dist/worker.js`, `${folder}/${file}`);
      const policy = `${REQUIRED}; trusted-types ${allowed}`;
      const server = await serve(folder, { '': pageOf('./page.js') }, { 'content-security-policy': policy });
      try {
        expect(await visit(server)).toEqual({
          required: true,
          bits,
          violations: name === 'allows none' ? expect.any(Number) : 0,
        });
      } finally {
        await server.close();
      }
    });
  };
  describeInBrowsers('background', define, place);
});

/** Several threads in a page, with the files of dist/ and without a bundler: the bits of one thread in Node, a page that stays free, workers that die. */
import { symlink } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { expect } from 'vitest';
import * as abi from '../../assembly/abi.js';
import { Network } from '../../src/index.js';
import { describeInBrowsers } from '../support/browsers/describe.js';
import { serve } from '../support/browsers/server.js';
import { once } from '../support/once.js';
import { createApp, ISOLATED, PACKAGE, pageOf, STRICT } from '../support/package/packed.js';
import { sharedFits } from '../support/package/pages/threads.js';
import type { watch } from '../support/package/pages/threads-page.js';

type Fits = Awaited<ReturnType<typeof sharedFits>>;

/** The parts that helpers have done of a phase: a word of the shared memory. */
const DONE = (abi.TEAM_ADDRESS + abi.TEAM_DONE) / Int32Array.BYTES_PER_ELEMENT;

const IMPORTS = `
import { Network } from './dist/index.js';
import { createNetwork, sharedFits } from './threads.js';
import { startedBy, watch } from './threads-page.js';`;

const ISOLATED_PAGE = `${IMPORTS}
globalThis.outcome = (async () => {
  const seen = await watch(Network, ${DONE});
  let fits;
  const started = await startedBy(async () => {
    fits = await sharedFits(Network, 2);
  });
  return { seen, fits, started };
})();`;

const WORKER = `${IMPORTS}
let fits;
const started = await startedBy(async () => {
  fits = await sharedFits(Network, 2);
});
postMessage({ fits, started });`;
const PAGE_WITH_WORKER = `
globalThis.outcome = new Promise((resolve, reject) => {
  const worker = new Worker('in-worker.js', { type: 'module' });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
});`;

const OTHER_PAGE = `${IMPORTS}
globalThis.outcome = (async () => ({
  refused: await createNetwork(Network, 2).then(String, ({ code, message }) => [code, message]),
  fits: await sharedFits(Network, 'auto'),
}))();`;

const POLICY = `${STRICT} 'wasm-unsafe-eval'; worker-src 'self'; require-trusted-types-for 'script'; trusted-types wasmlp page`;

/** With one core, no fit uses two threads. */
const isAlone = availableParallelism() === 1;
const skipped = isAlone ? ' (skipped: only one core)' : '';

/** What one thread gives, in this Node. */
const expected = (): Promise<Fits> => once('one thread', () => sharedFits(Network, 1));

describeInBrowsers(
  'threads in a page',
  (visit, inTurn) => {
    async function visitPage<T>(name: string, files: Record<string, string>, headers: Record<string, string>) {
      const folder = await createApp(`threads-${name}`, files);
      await symlink(`${PACKAGE}/dist`, `${folder}/dist`, 'junction');
      const server = await serve(folder, { '': pageOf('./page.js') }, headers);
      try {
        return await visit<T>(server);
      } finally {
        await server.close();
      }
    }

    const whereAlone = { isSkipped: isAlone };

    const watched = async (): Promise<void> => {
      interface Outcome {
        readonly seen: Awaited<ReturnType<typeof watch>>;
        readonly fits: Fits;
        readonly started: { readonly helpers: number; readonly leaders: number };
      }
      const headers = { 'content-security-policy': POLICY, ...ISOLATED };
      const files = { 'page.js': ISOLATED_PAGE, 'broken.js': "throw new Error('broken');" };
      const { seen, fits, started } = await visitPage<Outcome>('isolated', files, headers);

      expect(fits).toEqual({ ...(await expected()), threads: [2, 2] });
      // Every fit has a worker that leads. The team stays for the next fit.
      expect(started.leaders).toBe(2);
      expect(started.helpers).toBeLessThanOrEqual(1);
      // The leader is a worker, so the page's thread has nothing to do but what else there is.
      expect(seen.longestWait).toBeLessThan(0.5);
      expect(seen.stopped).toEqual({
        abort: ['AbortError', true],
        dispose: ['ERR_DISPOSED'],
        death: ['ERR_WORKER_DIED', true],
      });
      expect(seen.usesAllCores).toBe(true);
      expect(seen.broken).toEqual([
        expect.stringMatching(
          /^ERR_WORKER_DIED fit: the worker for threads did not start\. Put dist\/worker\.js beside/,
        ),
        'completed',
      ]);
    };
    inTurn(`with the two headers, under a strict policy${skipped}`, watched, whereAlone);

    const leading = async (): Promise<void> => {
      const files = { 'page.js': PAGE_WITH_WORKER, 'in-worker.js': WORKER };
      const outcome = await visitPage('worker', files, ISOLATED);
      expect(outcome).toEqual({
        fits: { ...(await expected()), threads: [2, 2] },
        started: { helpers: 1, leaders: 0 },
      });
    };
    inTurn(`in a worker of the page, which may wait: it leads itself${skipped}`, leading, whereAlone);

    inTurn('without the headers, a number is refused, and auto is one thread', async () => {
      interface Outcome {
        readonly refused: readonly string[];
        readonly fits: Fits;
      }
      const { refused, fits } = await visitPage<Outcome>('other', { 'page.js': OTHER_PAGE }, {});
      const headers = 'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';
      const why = 'threads share memory, and this page is not isolated from other origins';
      expect(refused).toEqual([
        'ERR_UNSUPPORTED',
        `create: threads is 2, and ${why}. Serve it with ${headers}, or leave threads out.`,
      ]);
      expect(fits).toEqual(await expected());
    });
  },
  1,
);

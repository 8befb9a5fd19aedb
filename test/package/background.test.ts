/** Fits in a Web Worker, by the one-file build in a page: the same bits, a page that stays free, the death of the worker. */
import { copyFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { describeInBrowsers } from '../support/browsers/describe.js';
import { serve } from '../support/browsers/server.js';
import { createApp, PACKAGE, pageOf, STRICT } from '../support/package/packed.js';

const PROGRAM = `
import { Network } from './browser.js';

const [count, inputs, outputs] = [1500, 784, 10];
const x = Float32Array.from({ length: count * inputs }, (_, i) => ((i * 37) % 101) / 101);
const y = Float32Array.from({ length: count * outputs }, (_, i) => ((i * 13) % 7) / 7);
const options = { inputs, layers: [{ units: 32 }, { units: outputs }], loss: 'meanSquaredError', seed: 3, optimizer: 'adam' };
const bytes = (network) => String(network.saveCheckpoint());

async function bits() {
  const [here, away] = [await Network.create(options), await Network.create(options)];
  const losses = [];
  for (const network of [here, away]) {
    const { epochs } = await network.fit(x, y, { epochs: 3, validation: 0.2, background: network === away });
    losses.push(String(epochs.map(({ loss, validationLoss }) => [loss, validationLoss])));
  }
  return bytes(here) === bytes(away) && losses[0] === losses[1];
}

/** The longest task of a second, in milliseconds, while the worker trains. */
async function longest() {
  const network = await Network.create(options);
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  const isTold = PerformanceObserver.supportedEntryTypes.includes('longtask');
  const before = bytes(network);
  const controller = new AbortController();
  let first;
  const begun = new Promise((resolve) => (first = resolve));
  const fit = network.fit(x, y, { epochs: 1e6, background: true, signal: controller.signal, onProgress: first });
  const over = fit.catch(({ name }) => name);
  await begun;
  if (isTold) observer.observe({ type: 'longtask' });
  // Other programs may take the machine from it, but not three times in a row.
  let shortest = Infinity;
  for (let turn = 0; turn < 3 && shortest >= 50; turn++) {
    tasks.length = 0;
    for (const end = performance.now() + 1000; performance.now() < end; ) {
      const asked = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 1));
      // Firefox tells no long tasks: its timers are late instead.
      if (!isTold) tasks.push(performance.now() - asked);
    }
    shortest = Math.min(shortest, Math.max(0, ...tasks));
  }
  controller.abort();
  return { longest: shortest, reason: await over, aborted: bytes(network) !== before };
}

async function death() {
  const Original = globalThis.Worker;
  let worker;
  globalThis.Worker = class extends Original {
    constructor(...given) {
      super(...given);
      worker = this;
    }
  };
  const network = await Network.create(options);
  const before = bytes(network);
  let first;
  const begun = new Promise((resolve) => (first = resolve));
  const fit = network.fit(x, y, { epochs: 1e6, background: true, onProgress: first }).catch(({ code }) => code);
  await begun;
  const died = performance.now();
  worker.terminate();
  const code = await fit;
  const milliseconds = performance.now() - died;
  globalThis.Worker = Original;
  const killed = bytes(network) !== before;
  await network.fit(x, y, { epochs: 1, background: true });
  return { code, soon: milliseconds < 1000, killed };
}

const engine = (await Network.create(options)).engine.kind;
globalThis.outcome = (async () => ({ engine, isolated: crossOriginIsolated, same: await bits(), ...(await longest()), ...(await death()) }))();`;

/** A page of localhost, with a frame of 127.0.0.1. */
const OUTER = `
globalThis.outcome = new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data)));
const frame = document.createElement('iframe');
frame.src = 'http://127.0.0.1:' + location.port + '/frame';
document.documentElement.append(frame);`;
const INNER = `
import { Network } from './browser.js';

const network = await Network.create({ inputs: 2, layers: [{ units: 4 }, { units: 1 }] });
const fit = network.fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], { epochs: 3, background: true });
parent.postMessage(await fit.then(() => network.epochs, String), '*');`;

const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

describeInBrowsers('background: true in a page', (visit) => {
  it.each([
    ['wasm', false, `${STRICT} 'wasm-unsafe-eval'`],
    ['wasm', true, `${STRICT} 'wasm-unsafe-eval'`],
    ['js', false, STRICT],
  ] as const)('on %s, memory shared: %s', async (engine, isolated, policy) => {
    const folder = await createApp(`background-${engine}-${isolated}`, { 'page.js': PROGRAM });
    for (const file of ['browser.js', 'worker.js']) await copyFile(`${PACKAGE}/dist/${file}`, `${folder}/${file}`);
    const headers = { 'content-security-policy': policy, ...(isolated ? ISOLATED : {}) };
    const server = await serve(folder, { '': pageOf('./page.js') }, headers);
    try {
      const { longest, ...rest } = await visit<{ longest: number }>(server);
      expect(longest).toBeLessThan(50);
      const ends = { reason: 'AbortError', code: 'ERR_WORKER_DIED', soon: true, aborted: true, killed: true };
      expect(rest).toEqual({ engine, isolated, same: true, ...ends });
    } finally {
      await server.close();
    }
  });

  it('in a frame of another site, to which browsers deny locks', async () => {
    const folder = await createApp('background-frame', { 'page.js': OUTER, 'frame.js': INNER });
    for (const file of ['browser.js', 'worker.js']) await copyFile(`${PACKAGE}/dist/${file}`, `${folder}/${file}`);
    const server = await serve(folder, { '': pageOf('./page.js'), frame: pageOf('./frame.js') });
    try {
      const url = server.url.replace('127.0.0.1', 'localhost');
      expect(await visit({ ...server, url })).toBe(3);
    } finally {
      await server.close();
    }
  });
});

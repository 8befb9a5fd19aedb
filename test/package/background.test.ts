/** Fits in a Web Worker, with the one-file build in a page: the same bits, a page that stays free, the death of the worker. */
import { copyFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { describeInBrowsers } from '../support/browsers/describe.js';
import { serve } from '../support/browsers/server.js';
import { createApp, ISOLATED, PACKAGE, pageOf, STRICT } from '../support/package/packed.js';
import { repeats } from '../support/repeats.js';

const SAMPLES = repeats(500, 1500);

const PROGRAM = `
import { Network } from './browser.js';

const [count, inputs, outputs] = [${SAMPLES}, 784, 10];
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

/** Turns of this page's event loop while a network trains, in the foreground and in the background. */
async function turns() {
  const counts = [];
  for (const background of [false, true]) {
    const network = await Network.create(options);
    const { port1, port2 } = new MessageChannel();
    let [count, isOver] = [0, false];
    port1.onmessage = () => {
      count++;
      if (!isOver) port2.postMessage(null);
    };
    port2.postMessage(null);
    // Counts only after the copying of the samples and the start of the worker, which happen on the page's thread.
    const onEpoch = ({ epoch }) => {
      if (epoch === 1) count = 0;
    };
    await network.fit(x, y, { epochs: 8, background, onEpoch });
    isOver = true;
    counts.push(count);
  }
  return counts;
}

/** A running fit that lasts until something ends it. */
async function endless(signal) {
  const network = await Network.create(options);
  const before = bytes(network);
  let fit;
  await new Promise((onProgress) => {
    fit = network.fit(x, y, { epochs: 1e6, background: true, signal, onProgress });
    fit.catch(() => undefined);
  });
  return { network, fit, isTrained: () => bytes(network) !== before };
}

async function abort() {
  const controller = new AbortController();
  const { fit, isTrained } = await endless(controller.signal);
  controller.abort();
  const reason = await fit.catch(({ name }) => name);
  return { reason, aborted: isTrained() };
}

async function death() {
  const { Worker: Original, setTimeout: later } = globalThis;
  let worker;
  globalThis.Worker = class extends Original {
    constructor(...given) {
      super(...given);
      worker = this;
    }
  };
  const { network, fit, isTrained } = await endless();
  // From now on, waiting ends nothing.
  globalThis.setTimeout = () => 0;
  worker.terminate();
  const code = await fit.catch(({ code }) => code);
  Object.assign(globalThis, { Worker: Original, setTimeout: later });
  const killed = isTrained();
  await network.fit(x, y, { epochs: 1, background: true });
  return { code, killed };
}

const engine = (await Network.create(options)).engine.kind;
globalThis.outcome = (async () => ({ engine, isolated: crossOriginIsolated, same: await bits(), turns: await turns(), ...(await abort()), ...(await death()) }))();`;

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

describeInBrowsers('background: true in a page', (visit, inTurn) => {
  const pages = [
    ['wasm', false, `${STRICT} 'wasm-unsafe-eval'`],
    ['wasm', true, `${STRICT} 'wasm-unsafe-eval'`],
    ['js', false, STRICT],
  ] as const;
  const fits = async (engine: string, isolated: boolean, policy: string): Promise<void> => {
    const folder = await createApp(`background-${engine}-${isolated}`, { 'page.js': PROGRAM });
    for (const file of ['browser.js', 'worker.js']) await copyFile(`${PACKAGE}/dist/${file}`, `${folder}/${file}`);
    const headers = { 'content-security-policy': policy, ...(isolated ? ISOLATED : {}) };
    const server = await serve(folder, { '': pageOf('./page.js') }, headers);
    try {
      const { turns, ...rest } = await visit<{ turns: [foreground: number, background: number] }>(server);
      const [foreground, background] = turns;

      // If the network trains on the page's thread, there is a turn every 8 ms; else the next turn follows at once.
      expect(background).toBeGreaterThan(4 * foreground);
      const ends = { reason: 'AbortError', code: 'ERR_WORKER_DIED', aborted: true, killed: true };
      expect(rest).toEqual({ engine, isolated, same: true, ...ends });
    } finally {
      await server.close();
    }
  };
  for (const [engine, isolated, policy] of pages)
    inTurn(`on ${engine}, memory shared: ${isolated}`, () => fits(engine, isolated, policy));

  inTurn('in a frame of another site, to which browsers deny locks', async () => {
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

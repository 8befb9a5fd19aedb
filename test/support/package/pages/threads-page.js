/** What a page sees of fits that two threads share: whether it is free, and how fits end that something stops. Watches the workers of the library. */
import { createNetwork, samples } from './threads.js';

/** @typedef {typeof import('../../../../src/index.js').Network} NetworkOfAny */

const { inputs, classes } = samples();
const WorkerOfPage = globalThis.Worker;

/** The workers that were started so far. */
const started = { helpers: 0, leaders: 0 };
/** Those that help and were not ended. */
const helpers = new Set();
/** The last worker that was asked to help, and the memory that it shares. */
let helper = /** @type {Worker | undefined} */ (undefined);
let memory = /** @type {WebAssembly.Memory | undefined} */ (undefined);
/** Another address for the next worker, which the page's policy allows. */
let address = /** @type {any} */ (undefined);
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy('page', {
  createScriptURL: (/** @type {string} */ url) => url,
});

globalThis.Worker = class extends WorkerOfPage {
  #isKnown = false;

  /** @param {ConstructorParameters<typeof Worker>} given */
  constructor(...[url, options]) {
    super(address ?? url, options);
    address = undefined;
  }

  /**
   * @override
   * @param {any} message
   * @param {any} transfer
   */
  postMessage(message, transfer = []) {
    if (message.kind === 'help') [helper, memory] = [this, message.memory];
    if (!this.#isKnown) started[message.kind === 'help' ? 'helpers' : 'leaders']++;
    this.#isKnown = true;
    if (message.kind === 'help') helpers.add(this);
    super.postMessage(message, transfer);
  }

  /** @override */
  terminate() {
    helpers.delete(this);
    super.terminate();
  }
};

/** How many workers of each kind a call starts. */
export async function startedBy(/** @type {() => Promise<unknown>} */ call) {
  const before = { ...started };
  await call();
  return { helpers: started.helpers - before.helpers, leaders: started.leaders - before.leaders };
}

/** Calls a function in every turn of the event loop, until it returns true. */
function everyTurn(/** @type {() => boolean} */ isOver) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    if (!isOver()) port2.postMessage(null);
  };
  port2.postMessage(null);
}

/**
 * The longest time between two turns of the page's event loop in a fit, as a part of that fit. The smallest of some fits: a busy machine may stop
 * the whole page for a while.
 * @param {NetworkOfAny} Network
 */
async function longestWait(Network) {
  let smallest = 1;
  for (let i = 0; i < 4 && smallest > 0.3; i++) {
    const network = await createNetwork(Network, 2, { optimizer: 'adam' });
    let [longest, last, begun] = [0, 0, 0];
    let isOver = false;
    everyTurn(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      return isOver;
    });
    await network.fit(inputs, classes, {
      epochs: 40,
      // Not the copying of the samples and the start of the workers, which happen on the page's thread.
      onEpoch: ({ epoch }) => {
        if (epoch !== 1) return;
        begun = last = performance.now();
        longest = 0;
      },
    });
    isOver = true;
    smallest = Math.min(smallest, longest / (performance.now() - begun));
  }
  return smallest;
}

/** Calls a function while no timer ends anything: nothing is then mended by waiting. */
async function withoutTimers(/** @type {() => Promise<any>} */ call) {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = /** @type {any} */ (() => 0);
  try {
    return await call();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
}

/**
 * A fit that lasts until something ends it, once its helper has done a part of it.
 * @param {NetworkOfAny} Network
 * @param {number} done the word of the shared memory that counts the helper's parts
 * @param {AbortSignal} [signal]
 */
async function endless(Network, done, signal) {
  memory = undefined;
  const network = await createNetwork(Network, 2);
  const before = String(network.saveCheckpoint());
  const fit = network.fit(inputs, classes, { epochs: 1e6, signal });
  // A fit that ends too soon, before the helper has done anything, must not be waited for.
  const failed = fit.then(() => Promise.reject(new Error('the fit ended')));
  failed.catch(() => undefined);
  const helped = new Promise((resolve) => {
    everyTurn(() => {
      const parts = memory === undefined ? 0 : Atomics.load(new Int32Array(memory.buffer), done);
      if (parts === 0 || network.epochs === 0) return false;
      resolve(undefined);
      return true;
    });
  });
  await Promise.race([helped, failed]);
  const ended = fit.then(
    () => 'completed',
    (error) => (typeof error.code === 'string' ? error.code : error.name),
  );
  return { network, ended, isTrained: () => String(network.saveCheckpoint()) !== before };
}

/**
 * How fits end that are stopped in the middle: the code, and whether the network keeps what it learned.
 * @param {NetworkOfAny} Network
 * @param {number} done
 */
async function stopped(Network, done) {
  const controller = new AbortController();
  const aborted = await endless(Network, done, controller.signal);
  controller.abort();
  const abort = [await aborted.ended, aborted.isTrained()];

  const disposed = await endless(Network, done);
  disposed.network.dispose();
  const dispose = [await disposed.ended];

  const dying = await endless(Network, done);
  // Chromium lets a worker that is busy live for 2 s after this call.
  helper?.terminate();
  const death = [await dying.ended, dying.isTrained()];
  await dying.network.fit(inputs, classes, { epochs: 1 });
  return { abort, dispose, death };
}

/**
 * Resolves when no more helpers are left after some aborts than the team which stays for the next fit may have.
 * @param {NetworkOfAny} Network
 * @param {number} done
 * @param {number} most
 */
async function abortAgain(Network, done, most) {
  for (let i = 0; i < 5; i++) {
    const controller = new AbortController();
    const { ended } = await endless(Network, done, controller.signal);
    controller.abort();
    await ended;
  }
  await new Promise((resolve) => {
    everyTurn(() => {
      if (helpers.size > most) return false;
      resolve(undefined);
      return true;
    });
  });
}

/**
 * How a fit ends whose first helper has a broken script. Only before other fits: they leave helpers.
 * @param {NetworkOfAny} Network
 * @param {number | 'auto'} threads
 */
async function withBrokenHelper(Network, threads) {
  const network = await createNetwork(Network, threads);
  address = network.engine.threads > 1 ? policy.createScriptURL('broken.js') : undefined;
  return await network.fit(inputs, classes, { epochs: 3 }).then(
    () => 'completed',
    ({ code, message }) => `${code} ${message}`,
  );
}

/**
 * @param {NetworkOfAny} Network
 * @param {number} done the word of the shared memory that counts what a helper did in a phase
 */
export async function watch(Network, done) {
  const { engine } = await createNetwork(Network, 'auto');
  const broken = [await withBrokenHelper(Network, 2), await withBrokenHelper(Network, 'auto')];
  return {
    usesAllCores: engine.threads === Math.min(navigator.hardwareConcurrency, 64),
    broken,
    longestWait: await longestWait(Network),
    stopped: await withoutTimers(async () => {
      const outcome = await stopped(Network, done);
      await abortAgain(Network, done, Math.max(engine.threads - 1, 1));
      return outcome;
    }),
  };
}

/** Fits that several threads share. They must end with the same bits on every host, with one thread and with several. */

/** @typedef {typeof import('../../../../src/index.js').Network} NetworkOfAny */
/** @typedef {import('../../../../src/index.js').NetworkOptions} NetworkOptions */
/** @typedef {import('../../../../src/index.js').FitOptions} FitOptions */

const INPUTS = 784;
const COUNT = 320;

/** @type {{ network: Partial<NetworkOptions>, fit: FitOptions }[]} */
const FITS = [
  { network: { optimizer: 'adam' }, fit: { batchSize: 32 } },
  // Trained in blocks.
  { network: {}, fit: { batchSize: 1 } },
];

/**
 * @param {NetworkOfAny} Network
 * @param {number | 'auto'} threads
 * @param {Partial<NetworkOptions>} [options]
 */
export function createNetwork(Network, threads, options) {
  const layers = [{ units: 128 }, { units: 10, activation: /** @type {const} */ ('softmax') }];
  return Network.create({ inputs: INPUTS, layers, seed: 5, threads, ...options });
}

/** Images, and their classes. */
export function samples() {
  const inputs = Float32Array.from({ length: COUNT * INPUTS }, (_, i) => ((i * 37) % 101) / 101);
  return { inputs, classes: Uint8Array.from({ length: COUNT }, (_, i) => (i * 7) % 10) };
}

/**
 * SHA-256 of all parameters after each fit, and the threads that the engine says.
 * @param {NetworkOfAny} Network
 * @param {number | 'auto'} threads
 */
export async function sharedFits(Network, threads) {
  const { inputs, classes } = samples();
  const outcome = { threads: /** @type {number[]} */ ([]), digests: /** @type {string[]} */ ([]) };
  for (const { network: options, fit } of FITS) {
    const network = await createNetwork(Network, threads, options);
    await network.fit(inputs, classes, { epochs: 3, ...fit });
    outcome.threads.push(network.engine.threads);
    outcome.digests.push(await digestOf(network));
  }
  return outcome;
}

/** @param {import('../../../../src/index.js').Network} network */
async function digestOf(network) {
  const tensors = network.layers.flatMap((_, layer) => Object.values(network.getParameters(layer)));
  const bytes = new Uint8Array(await new Blob(tensors).arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

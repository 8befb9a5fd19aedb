/** Trainings that load every part that the library loads on demand in training. They must end with the same bits on every host. */

/** @typedef {import('../../../../src/index.js').NetworkOptions} NetworkOptions */
/** @typedef {import('../../../../src/index.js').FitOptions} FitOptions */
/** @typedef {{ engines: string[], bits: number[][] }} Outcome which engine each ran on, and the bits of its parameters */

const COUNT = 320;

/** @type {{ network: NetworkOptions, fit: FitOptions }[]} */
const TRAININGS = [
  // Uses the kernel of the most common networks.
  {
    network: { inputs: 6, layers: [{ units: 9 }, { units: 3, activation: 'softmax' }], seed: 1 },
    fit: { batchSize: 1 },
  },
  // Uses what few networks need.
  {
    network: {
      inputs: 6,
      layers: [
        { units: 17, activation: 'gelu', dropout: 0.25, initializer: 'heNormal' },
        { units: 3, activation: 'softmax' },
      ],
      normalize: 'standard',
      optimizer: 'adam',
      seed: 2,
    },
    fit: {
      validation: 0.25,
      learningRate: { type: 'cosine' },
      earlyStopping: { patience: 9 },
      classWeights: [1, 2, 1],
    },
  },
];

/**
 * @param {typeof import('../../../../src/index.js').Network} Network
 * @param {'auto' | 'wasm' | 'js'} [engine]
 * @returns {Promise<Outcome>}
 */
export async function trainings(Network, engine = 'auto') {
  const outcome = /** @type {Outcome} */ ({ engines: [], bits: [] });
  for (const { network: options, fit } of TRAININGS) {
    const network = await Network.create({ ...options, engine });
    const numbers = seeded(COUNT * 7);
    const inputs = Float32Array.from(numbers.subarray(COUNT), (value) => value / 2 ** 31 - 1);
    const classes = Uint8Array.from(numbers.subarray(0, COUNT), (value) => value % 3);
    await network.fit(inputs, classes, { epochs: 4, ...fit });
    const restored = await Network.load(network.save(), { engine });
    const tensors = restored.layers.flatMap((_, layer) => Object.values(restored.getParameters(layer)));
    outcome.engines.push(restored.engine.kind);
    outcome.bits.push(tensors.flatMap((tensor) => Array.from(new Uint32Array(tensor.buffer))));
  }
  return outcome;
}

/**
 * Pseudorandom numbers below 2^32, by Marsaglia's xorshift with 13, 17 and 5.
 * @param {number} count
 */
function seeded(count) {
  let state = 88675123;
  return Uint32Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  });
}

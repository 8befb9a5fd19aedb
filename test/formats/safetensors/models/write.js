/**
 * Wrote the model files of this folder once: `npm run build && node test/formats/safetensors/models/write.js`, wasmlp 0.1.0, model version 1.
 * They are never written again, because users keep their files too: a version that changes the format gets its own files next to
 * them, with other names. expected.json has what they predicted on that day: predictions must agree within rounding.
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Network } from 'wasmlp';

/** @typedef {import('wasmlp').NetworkOptions} NetworkOptions */

const INPUTS = [
  [0.5, -1, 2],
  [-0.25, 3, 0],
  [1.5, 0.125, -2],
  [0, 0, 0],
];
const TARGETS = [
  [1, 10],
  [2, 30],
  [4, 20],
  [8, 25],
];
const CLASSES = Uint8Array.of(0, 1, 2, 1);

/** @type {Record<string, { options: NetworkOptions, targets: number[][] | Uint8Array, checkpoint?: boolean }>} */
const MODELS = {
  plain: {
    options: { inputs: 3, layers: [{ units: 4 }, { units: 3, activation: 'softmax' }], seed: 1 },
    targets: CLASSES,
  },
  labels: {
    options: {
      inputs: 3,
      layers: [
        { units: 4, activation: 'relu', initializer: 'heNormal', bias: false },
        { units: 3, activation: 'softmax' },
      ],
      labels: ['', 'caf\u00e9 \ud83d\ude00 "\\\n\u0000', '__proto__'],
      optimizer: 'adagrad',
      seed: 4294967295,
    },
    targets: CLASSES,
  },
  scaling: {
    options: {
      inputs: 3,
      layers: [
        { units: 5, activation: 'tanh' },
        { units: 2, activation: 'linear' },
      ],
      loss: 'huber',
      optimizer: { type: 'rmsprop', learningRate: 0.01, decay: 0.9, epsilon: 1e-6 },
      normalize: 'standard',
      normalizeTargets: 'minMax',
    },
    targets: TARGETS,
  },
  layers: {
    options: {
      inputs: 3,
      layers: [
        { units: 2, activation: 'leakyRelu', initializer: 'glorotNormal', l1: 0.001 },
        { units: 3, activation: 'elu', initializer: 'heUniform', l2: 0.002, dropout: 0.25 },
        { units: 4, activation: 'selu', initializer: 'lecunNormal', trainable: false },
        { units: 5, activation: 'gelu', initializer: { normal: [0, 0.5] }, bias: false },
        { units: 4, activation: 'silu', initializer: { uniform: [-0.5, 0.5] } },
        { units: 3, activation: 'softplus', initializer: 'glorotUniform' },
        { units: 2, activation: 'sigmoid', initializer: 'zeros' },
      ],
      loss: 'meanAbsoluteError',
      optimizer: { type: 'sgd', learningRate: 0.05, weightDecay: 0.001 },
      seed: 7,
    },
    targets: TARGETS.map((row) => row.map((value) => value / 30)),
  },
  momentum: {
    options: {
      inputs: 3,
      layers: [{ units: 4, activation: 'tanh' }, { units: 2 }],
      loss: 'binaryCrossEntropy',
      optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
      seed: 5,
    },
    targets: TARGETS.map((row) => row.map((value) => value / 30)),
    checkpoint: true,
  },
  stopping: {
    options: {
      inputs: 3,
      layers: [
        { units: 6, activation: 'relu', dropout: 0.5 },
        { units: 2, activation: 'linear' },
      ],
      optimizer: { type: 'adamw', learningRate: 0.01 },
      normalize: 'minMax',
      normalizeTargets: 'standard',
      seed: 6,
    },
    targets: TARGETS,
    checkpoint: true,
  },
};

const folder = new URL('./', import.meta.url);
/** @type {Record<string, object>} */
const expected = {};
for (const [name, { options, targets, checkpoint }] of Object.entries(MODELS)) {
  const network = await Network.create({ ...options, engine: 'wasm' });
  /** @type {Uint8Array | undefined} */
  let file;
  const fitOptions = { epochs: 5, batchSize: 2, earlyStopping: { patience: 9 } };
  const history = await network.fit(INPUTS, targets, {
    ...fitOptions,
    onEpoch: ({ epoch }) => {
      if (epoch === 3) file = checkpoint ? network.saveCheckpoint() : network.save();
    },
  });
  const bytes = /** @type {Uint8Array} */ (/** @type {unknown} */ (file));
  const loaded = await Network.load(bytes, { engine: 'wasm' });
  const hash = createHash('sha256');
  loaded.layers.forEach((_, layer) => {
    const { weights, biases } = loaded.getParameters(layer);
    for (const values of [weights, biases])
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  });
  expected[name] = {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    parameters: hash.digest('hex'),
    labels: options.labels,
    inputs: INPUTS,
    outputs: loaded.predict(INPUTS).map((row) => Array.from(row)),
    // For a checkpoint: how training continued.
    targets: checkpoint ? targets : undefined,
    epochs: checkpoint ? history.epochs.slice(3).map(({ epoch, loss }) => ({ epoch, loss })) : undefined,
    after: checkpoint ? network.predict(INPUTS).map((row) => Array.from(row)) : undefined,
  };
  // Never replaces an existing file.
  await writeFile(new URL(`${name}.safetensors`, folder), bytes, { flag: 'wx' });
}
await writeFile(new URL('expected.json', folder), `${JSON.stringify(expected, undefined, 2)}\n`, { flag: 'wx' });

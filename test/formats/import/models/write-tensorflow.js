/**
 * Wrote the tensorflow-*.json of this folder once, with TensorFlow.js 1.7.4, 3.21.0 and 4.22.0:
 * `node write-tensorflow.js <folder>`, where <folder>/node_modules has @tensorflow/tfjs-core and tfjs-layers of one version, from 2 on
 * tfjs-backend-cpu too. Each file has the model.json, its shards in base64, samples, and the answers of predict for them.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const installed = path.resolve(process.argv[2] ?? '.');
const folder = path.join(installed, 'node_modules/@tensorflow');
const { version } = JSON.parse(await readFile(path.join(folder, 'tfjs-layers/package.json'), 'utf8'));
const major = Number(version.split('.')[0]);
const load = createRequire(path.join(installed, 'package.json'));
const tf = load('@tensorflow/tfjs-core');
if (major > 1) load('@tensorflow/tfjs-backend-cpu');
const { layers, sequential, model: functional, input } = load('@tensorflow/tfjs-layers');

let state = 1;
/** Seeded: Park and Miller, 1988. */
const uniform = () => {
  state = (state * 48271) % 2147483647;
  return (2 * state) / 2147483647 - 1;
};

/** @type {Record<string, () => any>} */
const MODELS = {
  sequential: () =>
    sequential({
      layers: [
        layers.dense({ units: 5, inputShape: [4], activation: 'relu' }),
        layers.dropout({ rate: 0.25 }),
        layers.dense({ units: 4, activation: 'tanh', useBias: false, trainable: false }),
        layers.dense({ units: 3, activation: 'softmax' }),
      ],
    }),
  functional: () => {
    const start = input({ shape: [4] });
    let x = layers.dense({ units: 6 }).apply(start);
    x = layers.leakyReLU({ alpha: 0.01 }).apply(x);
    x = layers.dropout({ rate: 0.5 }).apply(x);
    x = layers.dense({ units: 5 }).apply(x);
    x = layers.elu().apply(x);
    x = layers.dense({ units: 4 }).apply(x);
    x = layers.reLU().apply(x);
    x = layers.dense({ units: 3 }).apply(x);
    x = layers.activation({ activation: 'sigmoid' }).apply(x);
    return functional({ inputs: start, outputs: layers.dense({ units: 2 }).apply(x) });
  },
  flatten: () =>
    sequential({
      layers: [
        layers.flatten({ inputShape: [2, 2, 1] }),
        layers.dense({ units: 3, activation: 'selu' }),
        layers.dense({ units: 3, activation: 'softplus' }),
        layers.dense({ units: 3 }),
        layers.softmax(),
      ],
    }),
  regression: () =>
    sequential({
      layers: [layers.dense({ units: 3, inputShape: [4], activation: 'elu' }), layers.dense({ units: 1 })],
    }),
};
if (major > 3) {
  MODELS.rescaling = () =>
    sequential({
      layers: [
        layers.rescaling({ scale: 1 / 4, offset: -0.5, inputShape: [4] }),
        layers.dense({ units: 4, activation: 'swish' }),
        layers.dense({ units: 4, activation: 'gelu_new' }),
        layers.dense({ units: 2, activation: 'sigmoid' }),
      ],
    });
}

/** Shards of 40 bytes, so that some tensors are split between two shards. */
const SHARD_BYTES = 40;

for (const [name, create] of Object.entries(MODELS)) {
  const network = create();
  network.setWeights(
    network
      .getWeights()
      .map((/** @type {any} */ tensor) => tf.tensor(Float32Array.from({ length: tensor.size }, uniform), tensor.shape)),
  );
  const inputs = Array.from({ length: 5 }, () => Array.from({ length: 4 }, () => Math.fround(3 * uniform())));
  const shaped = tf.tensor(inputs.flat(), [5, ...network.inputs[0].shape.slice(1)]);
  const answer = network.predict(shaped);
  const width = answer.shape[1];
  const answers = Array.from(answer.dataSync());
  const outputs = inputs.map((_, row) => answers.slice(row * width, (row + 1) * width));
  /** @type {any} */
  let saved;
  await network.save({
    save: async (/** @type {unknown} */ artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: {} };
    },
  });
  const { weightData, weightSpecs, ...rest } = saved;
  const shards = [];
  for (let at = 0; at < weightData.byteLength; at += SHARD_BYTES) {
    shards.push(Buffer.from(weightData.slice(at, at + SHARD_BYTES)).toString('base64'));
  }
  const paths = shards.map((_, i) => `group1-shard${i + 1}of${shards.length}.bin`);
  // The model.json as the handlers of TensorFlow.js write it.
  const model = { ...rest, weightsManifest: [{ paths, weights: weightSpecs }] };
  const file = { library: `TensorFlow.js ${version}`, model, shards, inputs, outputs };
  await writeFile(new URL(`tensorflow-${major}-${name}.json`, import.meta.url), `${JSON.stringify(file)}\n`, {
    flag: 'wx',
  });
}

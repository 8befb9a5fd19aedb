/** TensorFlow.js: the layers API, on its backend in plain JavaScript or in WebAssembly. */
import { LEARNING_RATE } from '../cases.js';
import { load } from './packages.js';
import type { Peer } from './peer.js';
import { outputsOf, type Problem } from './problem.js';

interface Tensor {
  dataSync(): Float32Array;
  dispose(): void;
}

interface Core {
  env(): { set(flag: string, value: boolean): void };
  setBackend(name: string): Promise<boolean>;
  tensor(values: Float32Array, shape: readonly number[]): Tensor;
  transpose(tensor: Tensor): Tensor;
  readonly train: { sgd(learningRate: number): object };
}

interface Model {
  add(layer: object): void;
  compile(options: object): void;
  setWeights(weights: readonly Tensor[]): void;
  fit(inputs: Tensor, targets: Tensor, options: object): Promise<{ history: { loss: number[] } }>;
  predict(inputs: Tensor, options: object): Tensor;
}

interface Layers {
  sequential(): Model;
  readonly layers: { dense(options: object): object };
}

type Backend = 'cpu' | 'wasm';

async function loadCore(backend: Backend): Promise<Core> {
  const tf = load<Core>('@tensorflow/tfjs-core');
  load<object>(`@tensorflow/tfjs-backend-${backend}`);
  if (backend === 'wasm') tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend} here.`);
  return tf;
}

function createModel(tf: Core, { widths, layers }: Problem): Model {
  const { sequential, layers: kinds } = load<Layers>('@tensorflow/tfjs-layers');
  const model = sequential();
  for (const [layer, units] of widths.slice(1).entries()) {
    model.add(kinds.dense({ units, activation: 'sigmoid', inputShape: [widths[layer]] }));
  }
  const parameters = layers.flatMap(({ weights, biases }, layer) => {
    const inputs = widths[layer] as number;
    return [tf.transpose(tf.tensor(weights, [biases.length, inputs])), tf.tensor(biases, [biases.length])];
  });
  model.setWeights(parameters);
  model.compile({ optimizer: tf.train.sgd(LEARNING_RATE), loss: 'meanSquaredError' });
  return model;
}

export function tensorflow(backend: Backend): Peer {
  return {
    createTrainer: async (problem, batchSize) => {
      const tf = await loadCore(backend);
      const model = createModel(tf, problem);
      const inputs = tf.tensor(problem.inputs, [problem.samples, problem.widths[0] as number]);
      const targets = tf.tensor(problem.targets, [problem.samples, outputsOf(problem.widths)]);
      const options = { batchSize, shuffle: false, verbose: 0, yieldEvery: 'never' };
      return async (epochs) => {
        const { history } = await model.fit(inputs, targets, { ...options, epochs });
        return history.loss.at(-1) ?? Number.NaN;
      };
    },
    createPredictor: async (problem) => {
      const tf = await loadCore(backend);
      const model = createModel(tf, problem);
      const shape = [problem.samples, problem.widths[0] as number];
      return () => {
        const inputs = tf.tensor(problem.inputs, shape);
        // One batch: the default is batches of 32.
        const outputs = model.predict(inputs, { batchSize: problem.samples });
        const values = outputs.dataSync();
        inputs.dispose();
        outputs.dispose();
        return values;
      };
    },
  };
}

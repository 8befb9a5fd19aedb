/** brain.js: per-sample steps in plain JavaScript, weights in float32. */
import { LEARNING_RATE } from '../cases.js';
import { load } from './packages.js';
import type { Peer } from './peer.js';
import { outputsOf, type Problem, rowsOf } from './problem.js';

interface Brain {
  readonly NeuralNetwork: new (
    options: object,
  ) => {
    fromJSON(json: object): unknown;
    train(data: readonly { input: number[]; output: number[] }[], options: object): { error: number };
    run(input: Float32Array): Float32Array;
  };
}

function createBrain({ widths, layers }: Problem): InstanceType<Brain['NeuralNetwork']> {
  const { NeuralNetwork } = load<Brain>('brain.js');
  const O = outputsOf(widths);
  const network = new NeuralNetwork({
    inputSize: widths[0],
    hiddenLayers: widths.slice(1, -1),
    outputSize: O,
    activation: 'sigmoid',
    // Its step is rate * (target - output), the derivative of half the sum of squares. Ours is the derivative of their mean.
    learningRate: (LEARNING_RATE * 2) / O,
    // It refuses a momentum of 0. This one changes no sum, and is not a denormal number.
    momentum: 1e-200,
    errorThresh: 1e-200,
  });
  const tables = layers.map(({ weights, biases }, layer) => ({
    weights: rowsOf(weights, widths[layer] as number).map((row) => Array.from(row)),
    biases: Array.from(biases),
  }));
  network.fromJSON({
    sizes: widths,
    layers: [{ weights: [], biases: [] }, ...tables],
    inputLookup: null,
    inputLookupLength: 0,
    outputLookup: null,
    outputLookupLength: 0,
    options: { inputSize: widths[0], outputSize: O },
  });
  return network;
}

export const brain: Peer = {
  createTrainer: (problem) => {
    const network = createBrain(problem);
    const targets = rowsOf(problem.targets, outputsOf(problem.widths));
    const data = rowsOf(problem.inputs, problem.widths[0] as number).map((row, sample) => ({
      input: Array.from(row),
      output: Array.from(targets[sample] as Float32Array),
    }));
    return (epochs) => network.train(data, { iterations: epochs }).error;
  },
  createPredictor: (problem) => {
    const network = createBrain(problem);
    const rows = rowsOf(problem.inputs, problem.widths[0] as number);
    return () => {
      const O = outputsOf(problem.widths);
      const outputs = new Float32Array(rows.length * O);
      for (const [row, input] of rows.entries()) outputs.set(network.run(input), row * O);
      return outputs;
    };
  },
};

/** ConvNetJS: passes over single samples in float64. Gradients are summed over a batch. */
import { LEARNING_RATE } from '../cases.js';
import { load } from './packages.js';
import type { Peer } from './peer.js';
import { outputsOf, type Problem, rowsOf } from './problem.js';

interface Vol {
  readonly w: Float64Array;
}

interface Net {
  fromJSON(json: object): void;
  forward(input: Vol): Vol;
}

interface ConvNet {
  readonly Vol: new (values: readonly number[]) => Vol;
  readonly Net: new () => Net;
  readonly Trainer: new (
    net: Net,
    options: object,
  ) => { train(input: Vol, target: readonly number[]): { cost_loss: number } };
}

function createNet({ widths, layers }: Problem): Net {
  const { Net } = load<ConvNet>('convnetjs');
  const size = (depth: number): object => ({ out_sx: 1, out_sy: 1, out_depth: depth });
  const volume = (values: Float32Array): object => ({ sx: 1, sy: 1, depth: values.length, w: Array.from(values) });
  const dense = layers.flatMap(({ weights, biases }, layer) => {
    const inputs = widths[layer] as number;
    const filters = rowsOf(weights, inputs).map(volume);
    const decay = { l1_decay_mul: 0, l2_decay_mul: 0 };
    const connected = { layer_type: 'fc', num_inputs: inputs, filters, biases: volume(biases), ...decay };
    return [
      { ...size(biases.length), ...connected },
      { ...size(biases.length), layer_type: 'sigmoid' },
    ];
  });
  const input = { ...size(widths[0] as number), layer_type: 'input' };
  const O = outputsOf(widths);
  const net = new Net();
  // From JSON, because makeLayers puts a linear layer before a regression.
  net.fromJSON({ layers: [input, ...dense, { ...size(O), num_inputs: O, layer_type: 'regression' }] });
  return net;
}

function volumesOf({ inputs, widths }: Problem): Vol[] {
  const { Vol } = load<ConvNet>('convnetjs');
  return rowsOf(inputs, widths[0] as number).map((row) => new Vol(Array.from(row)));
}

export const convnet: Peer = {
  createTrainer: (problem, batchSize) => {
    const { Trainer } = load<ConvNet>('convnetjs');
    const O = outputsOf(problem.widths);
    const trainer = new Trainer(createNet(problem), {
      // Its gradient is that of half the sum of squares, and its loss is twice that sum. Ours are those of the mean.
      learning_rate: (LEARNING_RATE * 2) / O,
      momentum: 0,
      batch_size: batchSize,
    });
    const inputs = volumesOf(problem);
    const targets = rowsOf(problem.targets, O).map((row) => Array.from(row));
    return (epochs) => {
      let loss = 0;
      for (let epoch = 0; epoch < epochs; epoch++) {
        loss = 0;
        for (const [sample, input] of inputs.entries()) {
          loss += trainer.train(input, targets[sample] as number[]).cost_loss;
        }
      }
      return loss / (2 * O * inputs.length);
    };
  },
  createPredictor: (problem) => {
    const net = createNet(problem);
    const inputs = volumesOf(problem);
    return () => {
      const O = outputsOf(problem.widths);
      const outputs = new Float32Array(inputs.length * O);
      for (const [row, input] of inputs.entries()) outputs.set(net.forward(input).w, row * O);
      return outputs;
    };
  },
};

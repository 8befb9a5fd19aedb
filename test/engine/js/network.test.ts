/** What a network of the js engine keeps: snapshots, memory, and the question whether all of it is finite. */
import { describe, expect, it } from 'vitest';
import type { EngineNetwork, EngineSamples, LayerParameters } from '../../../src/engine/engine.js';
import { jsEngine } from '../../../src/engine/js/engine.js';
import type { OptimizerSpec } from '../../../src/options/optimizers.js';
import type { OptimizerName } from '../../../src/options/types.js';
import { LAYER, loadParameters, problemOf, SGD, stepOf } from '../../support/engine/problems.js';
import { SeededRandom } from '../../support/seeded.js';

/** The first is frozen: 8 parameters, of which nothing is remembered. */
const LAYERS = [
  { ...LAYER, inputs: 3, units: 2, activation: 'tanh', trainable: false },
  { ...LAYER, inputs: 2, units: 4, activation: 'gelu' },
  { ...LAYER, inputs: 4, units: 1, activation: 'linear' },
] as const;
const PARAMETERS = { all: 8 + 12 + 5, learning: 12 + 5 };
const COPIES: Record<OptimizerName, number> = { sgd: 1, adam: 2, adamw: 2, rmsprop: 1, adagrad: 1 };
const NAMES = Object.keys(COPIES) as OptimizerName[];

function create(
  type: OptimizerName,
  changes: Partial<OptimizerSpec> = {},
): { network: EngineNetwork; samples: EngineSamples } {
  const problem = problemOf('kept', LAYERS, 'meanSquaredError', 20, new SeededRandom('js network'));
  const momentum = type === 'sgd' ? 0.9 : 0;
  const optimizer = { ...SGD, type, momentum, beta1: 0.9, beta2: 0.99, epsilon: 1e-3, ...changes };
  const network = jsEngine.createNetwork({ ...problem.spec, optimizer });
  loadParameters(network, problem);
  return { network, samples: problem.samples };
}

function train(network: EngineNetwork, samples: EngineSamples, epochs: number): Float32Array {
  const loaded = network.load(samples);
  for (let epoch = 0; epoch < epochs; epoch++) {
    network.train(loaded, 0, samples.count, stepOf(7, 0.01), { loss: 0, correct: 0 });
  }
  return network.snapshot();
}

describe.each(NAMES)('%s', (type) => {
  it('goes on from a snapshot as if nothing had come between', () => {
    const { network, samples } = create(type);
    const before = train(network, samples, 3);
    const after = train(network, samples, 2);
    expect(after).not.toEqual(before);
    network.restore(before);
    expect(network.snapshot()).toEqual(before);
    expect(train(network, samples, 2)).toEqual(after);
  });

  it('remembers of the layers that learn alone, counts it, and asks whether it is finite', () => {
    const { network, samples } = create(type);
    // Four for the products of the betas, two float64 numbers.
    const remembered = COPIES[type] * PARAMETERS.learning + 4;
    const bytes = network.memoryBytes;
    const snapshot = network.snapshot();
    expect(snapshot.length).toBe(PARAMETERS.all + remembered);
    expect(network.memoryBytes - bytes).toBe(4 * COPIES[type] * PARAMETERS.learning);
    train(network, samples, 1);
    expect(network.isFinite()).toBe(true);
    const last = network.snapshot();
    last[last.length - 1] = Number.POSITIVE_INFINITY;
    network.restore(last);
    expect(network.isFinite()).toBe(false);
  });
});

describe('plain sgd', () => {
  it('remembers nothing, clipped or not', () => {
    const { network, samples } = create('sgd', { momentum: 0 });
    const loaded = network.load(samples);
    network.train(loaded, 0, 20, { ...stepOf(5, 0.01), clipNorm: 0.1 }, { loss: 0, correct: 0 });
    expect(network.snapshot().length).toBe(PARAMETERS.all);
  });
});

it('gradients of a batch of many samples are as exact as those of a few', () => {
  const count = 2 ** 20 + 77;
  const random = new SeededRandom('a long batch');
  const layer = { ...LAYER, inputs: 2, units: 1, activation: 'linear' } as const;
  const problem = problemOf('long', [layer], 'meanSquaredError', count, random);
  // Of one sign, so that sums grow and nothing cancels.
  const samples = { ...problem.samples, inputs: problem.samples.inputs.map(Math.abs) };
  samples.targets = problem.denseTargets.map((target) => target - 5);
  const network = jsEngine.createNetwork(problem.spec);
  loadParameters(network, problem);
  const { layers } = network.gradients(network.load(samples));
  const [{ weights, biases }] = layers as [LayerParameters];
  const [w0, w1, b] = [...(problem.parameters[0]?.weights ?? []), ...(problem.parameters[0]?.biases ?? [])] as [
    number,
    number,
    number,
  ];
  const sums = [0, 0, 0];
  for (let row = 0; row < count; row++) {
    const [x0, x1] = samples.inputs.subarray(2 * row, 2 * row + 2) as unknown as [number, number];
    const slope = (2 * (w0 * x0 + w1 * x1 + b - (samples.targets[row] as number))) / count;
    [x0, x1, 1].forEach((x, i) => {
      sums[i] = (sums[i] as number) + slope * x;
    });
  }
  [...weights, ...biases].forEach((gradient, i) => {
    expect(Math.abs(gradient / (sums[i] as number) - 1)).toBeLessThan(1e-6);
  });
});

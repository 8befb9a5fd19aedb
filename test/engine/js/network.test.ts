/** What a network of the js engine keeps: snapshots, memory, and the question whether all of it is finite. */
import { describe, expect, it } from 'vitest';
import type { EngineNetwork, EngineSamples } from '../../../src/engine/engine.js';
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

/** Sparse rows give what the same rows written out give, within float32 rounding, whatever the network, the options and the engine. */
import { describe, expect, it } from 'vitest';
import {
  type FitOptions,
  type LayerOptions,
  Network,
  type NetworkOptions,
  type OptimizerOptions,
} from '../../src/index.js';
import { ENGINES, type EngineName, parametersOf } from '../support/networks.js';
import { SeededRandom } from '../support/seeded.js';
import { randomSparse, type Sparse, writtenOut } from '../support/sparse.js';

const OPTIMIZERS: readonly OptimizerOptions[] = [
  { type: 'sgd', learningRate: 0.1 },
  { type: 'sgd', learningRate: 0.1 },
  { type: 'sgd', learningRate: 0.1, weightDecay: 0.01 },
  { type: 'sgd', learningRate: 0.05, momentum: 0.9 },
  { type: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
  { type: 'adam', learningRate: 0.003, epsilon: 1e-3 },
  { type: 'adamw', learningRate: 0.003, epsilon: 1e-3, weightDecay: 0.1 },
  { type: 'rmsprop', learningRate: 0.003, epsilon: 1e-2 },
  { type: 'adagrad', learningRate: 0.01, epsilon: 1e-2 },
];

interface Case {
  readonly options: NetworkOptions;
  readonly fit: FitOptions;
  readonly rows: Sparse;
  readonly targets: Uint8Array | Float32Array;
  readonly others: Sparse;
  readonly otherTargets: Uint8Array | Float32Array;
}

const COUNT = 70;
const OTHERS = 11;

function randomLayer(random: SeededRandom, isFirst: boolean): LayerOptions {
  return {
    units: random.integer(1, 37),
    activation: random.pick(['sigmoid', 'tanh', 'relu', 'gelu', 'leakyRelu', 'softplus']),
    bias: random.chance(0.8),
    ...(random.chance(0.2) ? { dropout: 0.3 } : {}),
    ...(random.chance(0.2) ? { l2: 0.01 } : {}),
    ...(random.chance(0.1) ? { l1: 0.001 } : {}),
    ...(isFirst && random.chance(0.15) ? { trainable: false } : {}),
  };
}

function randomCase(random: SeededRandom, engine: EngineName): Case {
  const inputs = random.integer(1025, 1300);
  const classes = random.integer(1, 4);
  const isNumbers = random.chance(0.3);
  const last: LayerOptions = isNumbers
    ? { units: classes, activation: 'linear' }
    : { units: classes, activation: classes === 1 ? 'sigmoid' : 'softmax' };
  const hidden = Array.from({ length: random.integer(0, 2) }, (_, l) => randomLayer(random, l === 0));
  const ones = random.chance(0.5);
  const targetsOf = (count: number): Uint8Array | Float32Array =>
    isNumbers
      ? random.floats(count * classes)
      : Uint8Array.from({ length: count }, () => random.integer(0, Math.max(1, classes - 1)));
  const batchSize = random.pick([1, 1, 2, 3, 5, 8, 32, 300]);
  const fit: FitOptions = {
    epochs: random.integer(1, 3),
    batchSize,
    shuffle: random.chance(0.7),
    ...(random.chance(0.2) ? { clipNorm: 0.5 } : {}),
    ...(random.chance(0.1) ? { clipValue: 0.05 } : {}),
    ...(random.chance(0.3) ? { sampleWeights: Float32Array.from({ length: COUNT }, () => random.integer(0, 2)) } : {}),
    ...(!isNumbers && random.chance(0.2) ? { classWeights: [0.5, 2, 1, 1].slice(0, Math.max(2, classes)) } : {}),
    ...(random.chance(0.3) ? { earlyStopping: { patience: 1 } } : {}),
    ...(random.chance(0.3) ? { validation: 0.3 } : {}),
  };
  return {
    options: {
      inputs,
      layers: [...hidden, last],
      optimizer: random.pick(OPTIMIZERS as [OptimizerOptions]),
      seed: 3,
      engine,
    },
    fit,
    rows: randomSparse(random, COUNT, inputs, 12, ones),
    targets: targetsOf(COUNT),
    others: randomSparse(random, OTHERS, inputs, inputs, ones),
    otherTargets: targetsOf(OTHERS),
  };
}

/** How far two lists of numbers are apart, as a share of the largest of them. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [most, scale] = [0, 1e-3];
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs((a[i] as number) - (b[i] as number)));
    scale = Math.max(scale, Math.abs(a[i] as number));
  }
  return a.length === b.length ? most / scale : Number.POSITIVE_INFINITY;
}

/** All that two networks say after the same calls, one with sparse rows and one with the rows written out. */
async function run({ options, fit, rows, targets, others, otherTargets }: Case, isSparse: boolean) {
  const network = await Network.create(options);
  const as = (given: Sparse): Sparse | Float32Array => (isSparse ? given : writtenOut(given, network.inputs));
  const gradients = network.gradients(as(rows), targets);
  const { epochs } = await network.fit(as(rows), targets, fit);
  const stepped = network.trainOnBatch(as(others), otherTargets);
  const { loss } = network.evaluate(as(others), otherTargets);
  return {
    gradients: gradients.layers.flatMap(({ weights, biases }) => [...weights, ...biases]),
    losses: [...epochs.flatMap((epoch) => [epoch.loss, epoch.validationLoss ?? 0]), gradients.loss, stepped, loss],
    parameters: parametersOf(network),
    outputs: network.predict(as(others)) as Float32Array,
    hidden: network.predict(as(rows), { layer: 0 }) as Float32Array,
  };
}

describe.each(ENGINES)('%s', (engine) => {
  it('gives what rows written out give, for random networks and options', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const given = randomCase(new SeededRandom(`sparse ${engine} ${seed}`), engine);
      const [sparse, dense] = [await run(given, true), await run(given, false)];
      const which = `seed ${seed}: ${JSON.stringify({ ...given.options, ...given.fit })}`;
      expect(distance(dense.gradients, sparse.gradients), `gradients, ${which}`).toBeLessThan(1e-5);
      expect(distance(dense.losses, sparse.losses), `losses, ${which}`).toBeLessThan(1e-4);
      expect(distance(dense.parameters, sparse.parameters), `parameters, ${which}`).toBeLessThan(2e-3);
      expect(distance(dense.outputs, sparse.outputs), `outputs, ${which}`).toBeLessThan(2e-3);
      expect(distance(dense.hidden, sparse.hidden), `hidden, ${which}`).toBeLessThan(2e-3);
    }
  });
});

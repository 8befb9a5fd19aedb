/** Random networks and batches for every engine, and their twins. */

import type { EngineNetwork, EngineSamples, LayerParameters, StepOptions } from '../../../src/engine/engine.js';
import { ACTIVATIONS } from '../../../src/options/names.js';
import type { OptimizerSpec } from '../../../src/options/optimizers.js';
import type { LayerSpec, NetworkSpec } from '../../../src/options/spec.js';
import type { Activation, Loss } from '../../../src/options/types.js';
import type { UpdateRule } from '../../../src/options/update-rules.js';
import { SeededRandom } from '../seeded.js';
import { LOSS_PAIRS } from './codes.js';
import type { TwinLayer, TwinNetwork } from './reference.js';

/** A network to build, its parameters, and samples for it. */
export interface Problem {
  readonly label: string;
  readonly spec: NetworkSpec;
  readonly parameters: readonly LayerParameters[];
  readonly samples: EngineSamples;
  /** The targets as rows, whatever their kind. (count, outputs) */
  readonly denseTargets: Float32Array;
}

/** Plain stochastic gradient descent. */
export const SGD: OptimizerSpec = {
  type: 'sgd',
  learningRate: 0.1,
  momentum: 0,
  nesterov: false,
  beta1: 0,
  beta2: 0,
  epsilon: 0,
  weightDecay: 0,
};

const ADAM: OptimizerSpec = { ...SGD, type: 'adam', learningRate: 0.05, beta1: 0.9, beta2: 0.99, epsilon: 0.1 };

/** Activations of hidden layers. */
export const HIDDEN = ACTIVATIONS.filter((name) => name !== 'softmax');
/** Every loss with every output activation that goes with it. */
export const PAIRS = LOSS_PAIRS.flatMap(({ loss, activations }) =>
  activations.map((activation) => ({ loss, activation })),
);

/** Slopes of leakyRelu: usual, steep, none, and those of which outputs do not tell the sums. */
const SLOPES = [0.01, 0.2, 0, 1.5, -0.3];

/** The slope of a layer of so many units: what is drawn at random stays as it is. */
export function slopeFor(units: number): number {
  return SLOPES[units % SLOPES.length] as number;
}

/** How many samples the `index`-th problem has: every fifth more than the 256 rows of a pass. */
function countOf(index: number, random: SeededRandom): number {
  if (index % 5 !== 4) return random.integer(1, 40);
  return random.pick([256, 257, 300, 511, 513, random.integer(257, 700)]);
}

/** The `index`-th problem: losses and output activations in turn, weight decay in every third, everything else at random. */
export function randomProblem(index: number, random: SeededRandom): Problem {
  const { loss, activation } = PAIRS[index % PAIRS.length] as (typeof PAIRS)[number];
  const count = countOf(index, random);
  const widest = count > 100 ? 24 : 67;
  const depth = random.integer(1, 4);
  const inputs = random.integer(1, widest);
  const layers: LayerSpec[] = [];
  for (let l = 0; l < depth; l++) {
    const output = l === depth - 1;
    const units = random.integer(output && activation === 'softmax' ? 2 : 1, widest);
    layers.push({
      inputs: layers[l - 1]?.units ?? inputs,
      units,
      activation: output ? activation : random.pick(HIDDEN as [Activation, ...Activation[]]),
      initializer: 'zeros',
      bias: random.chance(0.8),
      trainable: random.chance(0.8),
      dropout: 0,
      l1: 0,
      l2: 0,
      slope: slopeFor(units),
    });
  }
  const problem = problemOf(`network ${index}`, layers, loss, count, random);
  return index % 3 === 1 ? decaying(problem, new SeededRandom(`decay ${index}`)) : problem;
}

/** The problem with weight decay by the optimizer, by layers, or both. */
export function decaying(problem: Problem, random: SeededRandom): Problem {
  const weightDecay = random.pick([0, 1e-4, 0.03, 0.5]);
  const layers = problem.spec.layers.map((layer) => ({ ...layer, l2: random.pick([0, 1e-5, 0.02, 0.3]) }));
  const label = `${problem.label}, decay ${weightDecay}, l2 ${layers.map(({ l2 }) => l2)}`;
  const optimizer = { ...problem.spec.optimizer, weightDecay };
  return { ...problem, label, spec: { ...problem.spec, layers, optimizer } };
}

/**
 * The problem with what plain steps do not have: another optimizer, l1, l2, dropout, sample weights, clipping, some of it at random.
 * Epsilons are large: with small ones, a derivative of nearly 0, which is all rounding, would make as large a step as any other.
 */
export function elaborate(problem: Problem, random: SeededRandom): { problem: Problem; step: Elaboration } {
  const optimizer = OPTIMIZERS[random.pick(RULES)](random);
  const layers = problem.spec.layers.map((layer, l) => ({
    ...layer,
    dropout: l < problem.spec.layers.length - 1 && random.chance(0.4) ? random.pick([0.1, 0.25, 0.5, 0.8]) : 0,
    l1: random.chance(0.3) ? 0.01 : 0,
    l2: random.chance(0.3) ? 0.02 : 0,
  }));
  const { count } = problem.samples;
  const weights = random.chance(0.5)
    ? Float32Array.from({ length: count }, () => random.pick([0, 0.5, 1, 3, random.uniform()]))
    : undefined;
  const step = {
    clipNorm: random.chance(0.3) ? random.pick([0.01, 0.5, 100]) : undefined,
    clipValue: random.chance(0.3) ? random.pick([0.001, 0.05, 10]) : undefined,
    dropoutKey: random.integer(0, 2 ** 32 - 1),
  };
  const { type, momentum } = optimizer;
  const dropout = layers.map((layer) => layer.dropout);
  const label = `${problem.label}, ${type} ${momentum}, dropout ${dropout}, clipped ${step.clipNorm} ${step.clipValue}`;
  return {
    problem: {
      ...problem,
      label,
      spec: { ...problem.spec, layers, optimizer },
      samples: { ...problem.samples, weights },
    },
    step,
  };
}

export type Elaboration = Pick<StepOptions, 'clipNorm' | 'clipValue' | 'dropoutKey'>;

const OPTIMIZERS: Readonly<Record<UpdateRule, (random: SeededRandom) => OptimizerSpec>> = {
  sgd: (random) => ({ ...SGD, weightDecay: random.pick([0, 0.01]) }),
  momentum: (random) => ({ ...SGD, momentum: random.pick([0.5, 0.9]), weightDecay: random.pick([0, 0.01]) }),
  nesterov: (random) => ({
    ...SGD,
    momentum: random.pick([0.5, 0.9]),
    nesterov: true,
    weightDecay: random.pick([0, 0.01]),
  }),
  adam: (random) => ({ ...ADAM, weightDecay: random.pick([0, 0.1]) }),
  adamw: (random) => ({ ...ADAM, type: 'adamw', weightDecay: random.pick([0, 0.1]) }),
  rmsprop: () => ({ ...ADAM, type: 'rmsprop', beta1: 0, beta2: 0.99 }),
  adagrad: () => ({ ...ADAM, type: 'adagrad', beta1: 0, beta2: 0 }),
};
const RULES = Object.keys(OPTIMIZERS) as [UpdateRule, ...UpdateRule[]];

/** Layers get parameters and samples that suit the loss. */
export function problemOf(
  name: string,
  layers: readonly LayerSpec[],
  loss: Loss,
  count: number,
  random: SeededRandom,
): Problem {
  const { inputs } = layers[0] as LayerSpec;
  const outputs = (layers[layers.length - 1] as LayerSpec).units;
  const spec: NetworkSpec = {
    inputs,
    outputs,
    layers,
    loss,
    optimizer: SGD,
    seed: 0,
    normalize: false,
    normalizeTargets: false,
    labels: undefined,
  };
  const shape = layers.map((layer) => `${layer.units} ${layer.activation}`).join(', ');
  return {
    label: `${name} (${inputs}: ${shape}; ${loss}; ${count} samples)`,
    spec,
    parameters: layers.map((layer) => randomParameters(layer, random)),
    ...randomSamples(spec, count, random),
  };
}

/** Weights such that sums stay around 1 whatever the width. */
function randomParameters({ inputs, units, bias }: LayerSpec, random: SeededRandom): LayerParameters {
  const weights = random.floats(units * inputs, Math.sqrt(3 / inputs));
  return { weights, biases: random.floats(bias ? units : 0, 0.5) };
}

function randomSamples(
  spec: NetworkSpec,
  count: number,
  random: SeededRandom,
): Pick<Problem, 'samples' | 'denseTargets'> {
  const { outputs, loss } = spec;
  const inputs = random.floats(count * spec.inputs);
  if (loss === 'categoricalCrossEntropy') {
    const classes = Uint32Array.from({ length: count }, () => random.integer(0, outputs - 1));
    const denseTargets = new Float32Array(count * outputs);
    classes.forEach((index, row) => {
      denseTargets[row * outputs + index] = 1;
    });
    const targets = random.chance(0.5) ? classes : denseTargets;
    return { samples: { count, inputs, targets, metric: 'argmax' }, denseTargets };
  }
  const denseTargets = random.floats(count * outputs);
  if (loss === 'binaryCrossEntropy') {
    for (let i = 0; i < denseTargets.length; i++) denseTargets[i] = random.pick([0, 1, random.uniform()]);
  }
  const metric = loss === 'binaryCrossEntropy' ? 'threshold' : 'none';
  return { samples: { count, inputs, targets: denseTargets, metric }, denseTargets };
}

/** A step without clipping and dropout. */
export function stepOf(batchSize: number, learningRate: number): StepOptions {
  return { batchSize, learningRate, dropoutKey: 0 };
}

/** The default options of a layer in tests. */
export const LAYER = {
  initializer: 'zeros',
  bias: true,
  trainable: true,
  dropout: 0,
  l1: 0,
  l2: 0,
  slope: 0.01,
} as const;

/** Gives a network of an engine the problem's parameters. */
export function loadParameters(network: EngineNetwork, { parameters }: Problem): void {
  parameters.forEach((layer, index) => {
    network.writeParameters(index, layer);
  });
}

export function twinOf({ spec, parameters }: Problem): TwinNetwork {
  const layers = spec.layers.map((layer, l): TwinLayer => {
    const { weights, biases } = parameters[l] as LayerParameters;
    const twinBiases = new Float64Array(layer.units);
    twinBiases.set(biases);
    return { spec: layer, weights: Float64Array.from(weights), biases: twinBiases };
  });
  const memory = { steps: 0, first: [], second: [] };
  return { layers, loss: spec.loss, optimizer: spec.optimizer, memory };
}

/** All parameters or gradients of trainable layers end to end, without the biases of layers that have none. */
export function flatten(
  spec: NetworkSpec,
  layers: readonly { weights: ArrayLike<number>; biases: ArrayLike<number> }[],
): Float64Array {
  const parts = layers.flatMap(({ weights, biases }, l) => {
    const { trainable, bias } = spec.layers[l] as LayerSpec;
    return trainable ? [weights, ...(bias ? [biases] : [])] : [];
  });
  const flat = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    flat.set(part, at);
    at += part.length;
  }
  return flat;
}

/** Euclidean length. */
export function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) ** 2;
  return Math.sqrt(sum);
}

/** Euclidean distance. NaN if the lengths differ: then it exceeds every bound. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  return norm(Float64Array.from({ length: a.length }, (_, i) => (a[i] as number) - (b[i] as number)));
}

/** The rows of a matrix in an order. (rows, width) */
export function reorder(values: Float32Array, width: number, order: Uint32Array): Float32Array {
  const result = new Float32Array(order.length * width);
  order.forEach((from, row) => {
    result.set(values.subarray(from * width, (from + 1) * width), row * width);
  });
  return result;
}

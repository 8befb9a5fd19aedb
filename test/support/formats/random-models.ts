/** Random networks that have every option in turn, and samples to train them with. */
import type {
  Activation,
  Initializer,
  LayerOptions,
  NetworkOptions,
  Normalization,
  OptimizerOptions,
  Samples,
} from '../../../src/index.js';
import { Network } from '../../../src/index.js';
import { OUTPUT_RANGES } from '../../../src/options/activations.js';
import { HIDDEN, PAIRS } from '../engine/problems.js';
import type { SeededRandom } from '../seeded.js';

/** Names of classes that a file could easily get wrong. */
export const LABELS = [
  '',
  ' ',
  'a',
  'A',
  '"',
  '\\',
  '\\"',
  '\\u0041',
  '\n',
  '\u0000',
  '\u007f',
  '\u2028',
  '\ufeff',
  '\u00e9',
  'e\u0301',
  '\ud83d\ude00',
  '\ud83d',
  '\ude00',
  '\u202eabc',
  '__proto__',
  'constructor',
  '{"a":1,"a":2}',
  '[[[[[[[[[[',
  'x'.repeat(300),
] as const;

const INITIALIZERS: readonly [Initializer, ...Initializer[]] = [
  'glorotUniform',
  'glorotNormal',
  'heUniform',
  'heNormal',
  'lecunNormal',
  'zeros',
  { uniform: [-0.3, 1e-7] },
  { uniform: [-0, 0.1] },
  { normal: [0.1, 1 / 3] },
];

const NORMALIZATIONS: readonly [Normalization | false, ...Normalization[]] = [false, 'standard', 'minMax'];

/** Every optimizer, with and without options. */
export const OPTIMIZERS: readonly [OptimizerOptions, ...OptimizerOptions[]] = [
  { type: 'sgd', learningRate: 0.05 },
  { type: 'sgd', learningRate: 1 / 30, momentum: 0.9, weightDecay: 1e-4 },
  { type: 'sgd', learningRate: 0.01, momentum: 0.7, nesterov: true },
  { type: 'adam', learningRate: 0.003, beta1: 0.8, beta2: 0.9, epsilon: 1e-5, weightDecay: -0 },
  { type: 'adamw', learningRate: 0.003, weightDecay: 0.1 },
  { type: 'rmsprop', learningRate: 0.001, decay: 0.7, epsilon: 1e-3 },
  { type: 'adagrad', learningRate: 0.02, epsilon: 1e-7 },
];

/** Options of a network whose samples are numbers. */
export type NumberOptions = NetworkOptions & { inputs: number };

/** The `index`-th options: losses, output activations and optimizers in turn, everything else at random. */
export function randomOptions(index: number, random: SeededRandom): NumberOptions {
  const { loss, activation } = PAIRS[index % PAIRS.length] as (typeof PAIRS)[number];
  const outputs = random.integer(activation === 'softmax' ? 2 : 1, 9);
  const layers: LayerOptions[] = Array.from({ length: random.integer(0, 3) }, () => ({
    ...randomLayer(random),
    units: random.integer(1, 17),
    activation: random.pick(HIDDEN as [(typeof HIDDEN)[number]]),
    dropout: random.pick([0, 0.1, 1 / 3, 0.9]),
  }));
  layers.push({ ...randomLayer(random), units: outputs, activation });
  const onNumbers = loss !== 'binaryCrossEntropy' && loss !== 'categoricalCrossEntropy';
  const names = outputs === 1 && activation === 'sigmoid' ? 2 : outputs;
  const shuffled = Array.from(random.order(LABELS.length), (i) => LABELS[i] as string);
  return {
    inputs: random.integer(1, 13),
    layers,
    loss,
    optimizer: OPTIMIZERS[index % OPTIMIZERS.length] as OptimizerOptions,
    seed: random.pick([0, 1, 2 ** 32 - 1, random.integer(0, 2 ** 32 - 1)]),
    normalize: random.pick(NORMALIZATIONS),
    // Scaled targets lie on both sides of 0, which few outputs reach.
    normalizeTargets:
      onNumbers && lowestOf(activation) === Number.NEGATIVE_INFINITY ? random.pick(NORMALIZATIONS) : false,
    ...(random.chance(0.5) ? { labels: shuffled.slice(0, names) } : {}),
  };
}

function lowestOf(activation: Activation): number {
  return OUTPUT_RANGES[activation][0];
}

function randomLayer(random: SeededRandom): Omit<LayerOptions, 'units'> {
  return {
    initializer: random.pick(INITIALIZERS),
    bias: random.chance(0.7),
    trainable: random.chance(0.8),
    l1: random.pick([0, 0, 1e-3]),
    l2: random.pick([0, 0, 1e-3]),
  };
}

const SPECIAL = [-0, 0, 1e-45, -1e-45, 1.1754942e-38, -1.1754944e-38, 1e10, -3.4028235e38] as const;

/** Puts numbers among the weights and biases that a file could easily get wrong: -0, subnormals, the largest. */
export function setSpecial(network: Network, random: SeededRandom): void {
  network.layers.forEach((_, layer) => {
    const { weights, biases } = network.getParameters(layer);
    for (const values of [weights, biases]) {
      for (let i = 0; i < values.length; i++) if (random.chance(0.3)) values[i] = random.pick(SPECIAL);
    }
    network.setParameters(layer, { weights, biases });
  });
}

/** Samples with targets that suit the loss. Inputs and targets may have a constant column. */
export function samplesFor(
  { inputs: width, layers, loss }: NumberOptions,
  count: number,
  random: SeededRandom,
): { inputs: Float32Array; targets: Samples } {
  const { units: outputs, activation = 'sigmoid' } = layers[layers.length - 1] as LayerOptions;
  const inputs = random.floats(count * width, 3);
  const targets = random.floats(count * outputs).map((value) => Math.max(value, lowestOf(activation)));
  if (loss === 'categoricalCrossEntropy') {
    targets.fill(0);
    for (let row = 0; row < count; row++) targets[row * outputs + random.integer(0, outputs - 1)] = 1;
  } else if (loss === 'binaryCrossEntropy') {
    for (let i = 0; i < targets.length; i++) targets[i] = random.integer(0, 1);
  }
  if (random.chance(0.2)) for (let row = 0; row < count; row++) inputs[row * width] = -0;
  if (random.chance(0.2) && loss !== 'categoricalCrossEntropy') {
    for (let row = 0; row < count; row++) targets[row * outputs] = -0;
  }
  return { inputs, targets };
}

/** The `index`-th network on an engine. Two of three have trained for an epoch, so that they have a scaling. */
export async function randomModel(
  index: number,
  random: SeededRandom,
  engine: 'wasm' | 'js',
): Promise<{ network: Network; options: NumberOptions; trained: boolean }> {
  const options = randomOptions(index, random);
  const network = await Network.create({ ...options, engine });
  const { inputs, targets } = samplesFor(options, 9, random);
  const trained = index % 3 !== 0;
  if (trained) await network.fit(inputs, targets, { epochs: 1, batchSize: 4 });
  return { network, options, trained };
}

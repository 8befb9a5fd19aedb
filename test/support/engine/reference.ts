/**
 * A naive float64 twin of every kernel, and of a whole network made of them. Readable first: no speed, no layout.
 *
 * Shapes: B rows, I inputs, O outputs; every matrix row-major and unpadded, weights (O, I) as users see them. Results are
 * new arrays, arguments stay as they are. `Math.exp` and `Math.log` are welcome here: nothing of this trains a network.
 */

import type { Metric } from '../../../src/options/losses.js';
import type { OptimizerSpec } from '../../../src/options/optimizers.js';
import type { LayerSpec } from '../../../src/options/spec.js';
import type { Activation, Loss } from '../../../src/options/types.js';

export type Numbers = readonly number[] | Float32Array | Float64Array;

/** Y = X W^T + b.   X (B, I) · W (O, I) · b (O)  ->  Y (B, O) */
export function denseForward(B: number, I: number, O: number, x: Numbers, w: Numbers, b: Numbers): Float64Array {
  const y = new Float64Array(B * O);
  for (let row = 0; row < B; row++) {
    for (let o = 0; o < O; o++) {
      let sum = b[o] as number;
      for (let i = 0; i < I; i++) sum += (x[row * I + i] as number) * (w[o * I + i] as number);
      y[row * O + o] = sum;
    }
  }
  return y;
}

/** dX = D W.   D (B, O) · W (O, I)  ->  dX (B, I) */
export function denseBackwardInput(B: number, I: number, O: number, d: Numbers, w: Numbers): Float64Array {
  const dx = new Float64Array(B * I);
  for (let row = 0; row < B; row++) {
    for (let i = 0; i < I; i++) {
      let sum = 0;
      for (let o = 0; o < O; o++) sum += (d[row * O + o] as number) * (w[o * I + i] as number);
      dx[row * I + i] = sum;
    }
  }
  return dx;
}

/** G + scale D^T X.   X (B, I) · D (B, O) · G (O, I)  ->  (O, I) */
export function denseBackwardWeights(
  B: number,
  I: number,
  O: number,
  x: Numbers,
  d: Numbers,
  g: Numbers,
  scale: number,
): Float64Array {
  const result = new Float64Array(O * I);
  for (let o = 0; o < O; o++) {
    for (let i = 0; i < I; i++) {
      let sum = 0;
      for (let row = 0; row < B; row++) sum += (d[row * O + o] as number) * (x[row * I + i] as number);
      result[o * I + i] = (g[o * I + i] as number) + scale * sum;
    }
  }
  return result;
}

/** g + scale (sum of the rows of D).   D (B, O) · g (O)  ->  (O) */
export function denseBackwardBiases(B: number, O: number, d: Numbers, g: Numbers, scale: number): Float64Array {
  const result = new Float64Array(O);
  for (let o = 0; o < O; o++) {
    let sum = 0;
    for (let row = 0; row < B; row++) sum += d[row * O + o] as number;
    result[o] = (g[o] as number) + scale * sum;
  }
  return result;
}

/** f(Z), row by row; `leak` is the slope of leakyRelu below 0.   Z (B, O)  ->  A (B, O) */
export function activationForward(activation: Activation, O: number, z: Numbers, leak = 0.01): Float64Array {
  if (activation !== 'softmax') return new Float64Array(z).map((value) => activate(activation, value, leak));
  return mapRows(O, z, (row) => {
    const largest = Math.max(...row);
    const exponentials = row.map((value) => Math.exp(value - largest));
    const total = exponentials.reduce((sum, e) => sum + e, 0);
    return exponentials.map((e) => e / total);
  });
}

/** The constants of selu, G. Klambauer et al., 2017. */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

function activate(activation: Exclude<Activation, 'softmax'>, z: number, leak: number): number {
  switch (activation) {
    case 'linear':
      return z;
    case 'sigmoid':
      return 1 / (1 + Math.exp(-z));
    case 'tanh':
      return Math.tanh(z);
    case 'relu':
      return Math.max(z, 0);
    case 'leakyRelu':
      return z > 0 ? z : leak * z;
    case 'elu':
      return z > 0 ? z : Math.expm1(z);
    case 'selu':
      return SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z));
    case 'gelu':
      // z / (1 + e^-2u) is z (1 + tanh u) / 2 without what cancels where u is far below 0.
      return z / (1 + Math.exp(-2 * geluArgument(z)));
    case 'silu':
      return z / (1 + Math.exp(-z));
    case 'softplus':
      return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
  }
}

function geluArgument(z: number): number {
  return Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3);
}

/** f'(Z), element by element.   Z (B, O)  ->  (B, O) */
export function activationSlopes(activation: Exclude<Activation, 'softmax'>, z: Numbers, leak = 0.01): Float64Array {
  return new Float64Array(z).map((value) => slope(activation, activate(activation, value, leak), value, leak));
}

/** The derivative by the weighted sums, of that by the activations.   A (B, O) · D (B, O)  ->  (B, O) */
export function activationBackward(activation: Activation, O: number, a: Numbers, d: Numbers): Float64Array {
  if (activation !== 'softmax') {
    return new Float64Array(d).map((value, i) => value * slope(activation, a[i] as number));
  }
  return mapRows(O, d, (dRow, row) => {
    const y = Array.from(a.slice(row * O, (row + 1) * O));
    const dot = dRow.reduce((sum, value, o) => sum + value * (y[o] as number), 0);
    return dRow.map((value, o) => (y[o] as number) * (value - dot));
  });
}

/** f'(z) by the activation y = f(z), or where that does not tell it by z. */
function slope(activation: Exclude<Activation, 'softmax'>, y: number, z = Number.NaN, leak = Number.NaN): number {
  switch (activation) {
    case 'linear':
      return 1;
    case 'sigmoid':
      return y * (1 - y);
    case 'tanh':
      return 1 - y * y;
    case 'relu':
      return y > 0 ? 1 : 0;
    case 'leakyRelu':
      return z > 0 ? 1 : z <= 0 ? leak : Number.NaN;
    case 'elu':
      return y > 0 ? 1 : y + 1;
    case 'selu':
      return y > 0 ? SELU_SCALE : y + SELU_SCALE * SELU_ALPHA;
    case 'gelu': {
      const sigmoid = 1 / (1 + Math.exp(-2 * geluArgument(z)));
      return sigmoid + z * sigmoid * (1 - sigmoid) * 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * z * z);
    }
    case 'silu': {
      const sigmoid = 1 / (1 + Math.exp(-z));
      return sigmoid + z * sigmoid * (1 - sigmoid);
    }
    case 'softplus':
      return 1 / (1 + Math.exp(-z));
  }
}

/** Sum over the rows of the loss of a row. Cross-entropies are those of the weighted sums Z.   A, Z, T (B, O)  ->  a number */
export function lossSum(loss: Loss, O: number, a: Numbers, z: Numbers, t: Numbers): number {
  const at = (values: Numbers, i: number): number => values[i] as number;
  if (loss !== 'categoricalCrossEntropy') {
    const losses = Array.from(a, (_, i) => lossOf(loss, at(a, i), at(z, i), at(t, i)));
    return losses.reduce((sum, value) => sum + value, 0) / O;
  }
  let sum = 0;
  for (let from = 0; from < z.length; from += O) {
    const row = Array.from(z.slice(from, from + O));
    const largest = Math.max(...row);
    const others = row.toSpliced(row.indexOf(largest), 1).reduce((rest, value) => rest + Math.exp(value - largest), 0);
    for (const [o, value] of row.entries()) sum += at(t, from + o) * (largest - value + Math.log1p(others));
  }
  return sum;
}

function lossOf(loss: Exclude<Loss, 'categoricalCrossEntropy'>, output: number, z: number, target: number): number {
  const error = Math.abs(output - target);
  switch (loss) {
    case 'meanSquaredError':
      return error ** 2;
    case 'meanAbsoluteError':
      return error;
    case 'huber':
      return error <= 1 ? error ** 2 / 2 : error - 0.5;
    case 'binaryCrossEntropy':
      // As torch.nn.functional.binary_cross_entropy_with_logits.
      return Math.max(z, 0) - z * target + Math.log1p(Math.exp(-Math.abs(z)));
  }
}

/** The derivative of a loss by an output. */
function lossSlope(loss: Loss, output: number, difference: number): number {
  switch (loss) {
    case 'meanSquaredError':
      return 2 * difference;
    case 'meanAbsoluteError':
      return Math.sign(difference);
    case 'huber':
      return Math.max(-1, Math.min(1, difference));
    case 'binaryCrossEntropy':
    case 'categoricalCrossEntropy':
      return difference / Math.max(output * (1 - output), 1e-12);
  }
}

/**
 * The derivative by the weighted sums of the mean loss of `batch` rows.   A (B, O) · T (B, O)  ->  D (B, O)
 *
 * Sigmoid with binary, softmax with categorical cross-entropy: A - T, by algebra; of the binary one from Z (B, O), because an output
 * that is rounded to 1 does not tell its distance from 1. Else by the chain rule, for activations whose outputs do not tell the
 * derivative with `slopes` (B, O).
 */
export function lossBackward(
  loss: Loss,
  activation: Activation,
  O: number,
  a: Numbers,
  z: Numbers,
  t: Numbers,
  batch: number,
  slopes?: Numbers,
): Float64Array {
  const fused =
    (loss === 'binaryCrossEntropy' && activation === 'sigmoid') ||
    (loss === 'categoricalCrossEntropy' && activation === 'softmax');
  const count = loss === 'categoricalCrossEntropy' ? batch : batch * O;
  const d = new Float64Array(a).map((output, i) => {
    const target = t[i] as number;
    const exact = loss === 'binaryCrossEntropy' && fused && target === 1;
    const difference = exact ? -1 / (1 + Math.exp(z[i] as number)) : output - target;
    return fused ? difference / count : lossSlope(loss, output, difference) / count;
  });
  if (fused) return d;
  return slopes === undefined ? activationBackward(activation, O, a, d) : d.map((v, i) => v * (slopes[i] as number));
}

/** How many rows are right, or how much of each.   A (B, O) · T (B, O)  ->  a number from 0 to B */
export function correctSum(metric: Metric, O: number, a: Numbers, t: Numbers): number {
  let sum = 0;
  for (let from = 0; from < a.length; from += O) {
    sum += correctness(metric, Array.from(a.slice(from, from + O)), Array.from(t.slice(from, from + O)));
  }
  return sum;
}

/** How right a row is, from 0 to 1. */
function correctness(metric: Metric, outputs: readonly number[], targets: readonly number[]): number {
  switch (metric) {
    case 'none':
      return 0;
    case 'argmax':
      return Number(outputs.indexOf(Math.max(...outputs)) === targets.indexOf(Math.max(...targets)));
    case 'threshold':
      return outputs.filter((output, o) => output >= 0.5 === (targets[o] as number) >= 0.5).length / outputs.length;
  }
}

function mapRows(O: number, values: Numbers, map: (values: number[], row: number) => number[]): Float64Array {
  const result = new Float64Array(values.length);
  for (let row = 0; row * O < values.length; row++) {
    result.set(map(Array.from(values.slice(row * O, (row + 1) * O)), row), row * O);
  }
  return result;
}

/**
 * What dropout multiplies the outputs of a layer by, for rows from `firstRow` of an epoch on: 0, or 1 / (1 - p).
 *
 * The kernel's hash, in integers of any size: a multiplication of 32-bit numbers is one modulo 2^32.
 */
export function dropoutFactors(
  key: number,
  layer: number,
  p: number,
  firstRow: number,
  B: number,
  O: number,
): Float64Array {
  const modulo = (x: bigint): bigint => BigInt.asUintN(32, x);
  const hash = (x: bigint): bigint => {
    const once = modulo((x ^ (x >> 16n)) * 0x85ebca6bn);
    const twice = modulo((once ^ (once >> 13n)) * 0xc2b2ae35n);
    return twice ^ (twice >> 16n);
  };
  const golden = 0x9e3779b9n;
  const ofLayer = hash(modulo(BigInt(key) + BigInt(layer + 1) * golden));
  const threshold = BigInt(Math.round(p * 2 ** 32));
  const factors = new Float64Array(B * O);
  for (let row = 0, i = 0; row < B; row++) {
    const ofRow = hash(ofLayer ^ hash(BigInt(firstRow + row)));
    for (let o = 0; o < O; o++) {
      factors[i++] = hash(modulo(ofRow + BigInt(o) * golden)) < threshold ? 0 : 1 / (1 - p);
    }
  }
  return factors;
}

/** W (units, inputs) and b (units); the biases of a layer without any are 0 and stay so. */
export interface TwinLayer {
  readonly spec: LayerSpec;
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

export interface TwinNetwork {
  readonly layers: readonly TwinLayer[];
  readonly loss: Loss;
  readonly optimizer: OptimizerSpec;
  /** The optimizer state, which the first step fills. */
  readonly memory: TwinMemory;
}

/** By layer and tensor, in their order: first and second moments. */
export interface TwinMemory {
  steps: number;
  readonly first: Float64Array[];
  readonly second: Float64Array[];
}

/** What a batch may have in addition to samples. */
export interface TwinBatch {
  /** (B): how much each row counts. */
  readonly weights?: Numbers | undefined;
  /** What each layer's outputs are multiplied by, by dropout; (B, units) or undefined. */
  readonly factors?: readonly (Float64Array | undefined)[] | undefined;
}

/** X, then the activations of each layer.   X (B, I)  ->  one (B, units) per layer, X first */
export function networkForward(network: TwinNetwork, B: number, x: Numbers, batch: TwinBatch = {}): Float64Array[] {
  return networkPass(network, B, x, batch).activations;
}

/** The weighted sums, the activations, and their derivatives by the sums; none for softmax, whose outputs hang together. */
export function networkPass({ layers }: TwinNetwork, B: number, x: Numbers, { factors }: TwinBatch = {}) {
  const sums: Float64Array[] = [];
  const activations: Float64Array[] = [Float64Array.from(x)];
  const slopes: (Float64Array | undefined)[] = [];
  for (const [l, { spec, weights, biases }] of layers.entries()) {
    const z = denseForward(B, spec.inputs, spec.units, activations[l] as Float64Array, weights, biases);
    const factor = (i: number): number => factors?.[l]?.[i] ?? 1;
    // A leakyRelu without a slope is no network of this library: its twin is NaN.
    const { activation, units, slope: leak = Number.NaN } = spec;
    sums.push(z);
    activations.push(activationForward(activation, units, z, leak).map((value, i) => value * factor(i)));
    const own = activation === 'softmax' ? undefined : activationSlopes(activation, z, leak);
    slopes.push(own?.map((v, i) => v * factor(i)));
  }
  return { sums, activations, slopes };
}

interface Gradients {
  readonly loss: number;
  readonly layers: { weights: Float64Array; biases: Float64Array }[];
}

/** Gradients of the mean loss, of frozen layers too.   X (B, I) · T (B, O)  ->  the shapes of the parameters */
export function networkGradients(
  network: TwinNetwork,
  B: number,
  x: Numbers,
  t: Numbers,
  batch: TwinBatch = {},
): Gradients {
  const { layers, loss } = network;
  const { sums, activations, slopes } = networkPass(network, B, x, batch);
  const { activation, units: O } = (layers[layers.length - 1] as TwinLayer).spec;
  const answers = activations[layers.length] as Float64Array;
  const z = sums[layers.length - 1] as Float64Array;
  const weight = (row: number): number => batch.weights?.[row] ?? 1;
  let d = lossBackward(loss, activation, O, answers, z, t, B, slopes.at(-1)).map(
    (value, i) => value * weight(Math.floor(i / O)),
  );
  const gradients: Gradients['layers'] = [];
  for (let l = layers.length - 1; l >= 0; l--) {
    const { inputs, units, bias } = (layers[l] as TwinLayer).spec;
    const below = activations[l] as Float64Array;
    const weights = denseBackwardWeights(B, inputs, units, below, d, new Float64Array(units * inputs), 1);
    const biases = denseBackwardBiases(B, units, d, new Float64Array(units), bias ? 1 : 0);
    gradients.unshift({ weights, biases });
    if (l === 0) break;
    const dBelow = denseBackwardInput(B, inputs, units, d, (layers[l] as TwinLayer).weights);
    const slope = slopes[l - 1] as Float64Array;
    d = dBelow.map((value, i) => value * (slope[i] as number));
  }
  let sum = 0;
  for (let row = 0; row < B; row++) {
    const at = (values: Numbers): Numbers => values.slice(row * O, (row + 1) * O);
    sum += weight(row) * lossSum(loss, O, at(answers), at(z), at(t));
  }
  return { loss: sum / B, layers: gradients };
}

/** How a step is taken. */
export interface TwinStep extends TwinBatch {
  readonly learningRate: number;
  readonly clipNorm?: number | undefined;
  readonly clipValue?: number | undefined;
}

/**
 * One step of the optimizer, in place, frozen layers left alone. Returns the mean loss before it, which is that of the samples
 * alone. Penalties join the gradients first, then these are clipped, then torch.optim takes over.
 */
export function networkStep(network: TwinNetwork, B: number, x: Numbers, t: Numbers, step: TwinStep): number {
  const { loss, layers: gradients } = networkGradients(network, B, x, t, step);
  const { memory } = network;
  const tensors = network.layers.flatMap(({ spec, weights, biases }, l) => {
    if (!spec.trainable) return [];
    const ofLayer = gradients[l] as Gradients['layers'][number];
    ofLayer.weights.forEach((gradient, i) => {
      const weight = weights[i] as number;
      ofLayer.weights[i] = gradient + 2 * spec.l2 * weight + spec.l1 * Math.sign(weight);
    });
    const pair = { values: weights, gradients: ofLayer.weights };
    return spec.bias ? [pair, { values: biases, gradients: ofLayer.biases }] : [pair];
  });
  const { clipValue = Number.POSITIVE_INFINITY, clipNorm = Number.POSITIVE_INFINITY } = step;
  let squares = 0;
  for (const tensor of tensors) {
    tensor.gradients.forEach((gradient, i) => {
      tensor.gradients[i] = Math.max(-clipValue, Math.min(clipValue, gradient));
    });
    squares += tensor.gradients.reduce((sum, gradient) => sum + gradient * gradient, 0);
  }
  const left = Math.min(1, clipNorm / (Math.sqrt(squares) + 1e-6));
  memory.steps++;
  for (const [n, { values, gradients }] of tensors.entries()) {
    memory.first[n] ??= new Float64Array(values.length);
    memory.second[n] ??= new Float64Array(values.length);
    const state = [memory.first[n] as Float64Array, memory.second[n] as Float64Array] as const;
    values.forEach((value, i) => {
      values[i] = stepped(network, value, left * (gradients[i] as number), step.learningRate, state, i);
    });
  }
  return loss;
}

/** A parameter after the step, as torch.optim has it. */
function stepped(
  { optimizer, memory }: TwinNetwork,
  value: number,
  derivative: number,
  rate: number,
  [first, second]: readonly [Float64Array, Float64Array],
  i: number,
): number {
  const { type, momentum, nesterov, beta1, beta2, epsilon, weightDecay } = optimizer;
  const g = type === 'adamw' ? derivative : derivative + weightDecay * value;
  const [m, v] = [first[i] as number, second[i] as number];
  switch (type) {
    case 'sgd': {
      const velocity = momentum * m + g;
      first[i] = velocity;
      return value - rate * (nesterov ? g + momentum * velocity : velocity);
    }
    case 'rmsprop':
      second[i] = beta2 * v + (1 - beta2) * g * g;
      return value - (rate * g) / (Math.sqrt(second[i] as number) + epsilon);
    case 'adagrad':
      second[i] = v + g * g;
      return value - (rate * g) / (Math.sqrt(second[i] as number) + epsilon);
    case 'adam':
    case 'adamw': {
      first[i] = beta1 * m + (1 - beta1) * g;
      second[i] = beta2 * v + (1 - beta2) * g * g;
      const mean = (first[i] as number) / (1 - beta1 ** memory.steps);
      const root = Math.sqrt((second[i] as number) / (1 - beta2 ** memory.steps));
      const kept = type === 'adamw' ? 1 - rate * weightDecay : 1;
      return kept * value - (rate * mean) / (root + epsilon);
    }
  }
}

/**
 * A naive float64 twin of every kernel, and of a whole network made of them. Readable first: no speed, no layout.
 *
 * Shapes: B rows, I inputs, O outputs; every matrix row-major and unpadded, weights (O, I) as users see them. Results are
 * new arrays, arguments stay as they are. `Math.exp` and `Math.log` are welcome here: nothing of this trains a network.
 */
import type { Metric } from '../src/engine/engine.js';
import type { LayerSpec } from '../src/options/layers.js';
import type { Activation, Loss } from '../src/options/types.js';

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

/** f(Z), row by row.   Z (B, O)  ->  A (B, O) */
export function activationForward(activation: Activation, O: number, z: Numbers): Float64Array {
  return mapRows(O, z, (row) => {
    if (activation !== 'softmax') return row.map((value) => activate(activation, value));
    const largest = Math.max(...row);
    const exponentials = row.map((value) => Math.exp(value - largest));
    const total = exponentials.reduce((sum, e) => sum + e, 0);
    return exponentials.map((e) => e / total);
  });
}

function activate(activation: Exclude<Activation, 'softmax'>, z: number): number {
  switch (activation) {
    case 'linear':
      return z;
    case 'sigmoid':
      return 1 / (1 + Math.exp(-z));
    case 'tanh':
      return Math.tanh(z);
    case 'relu':
      return Math.max(z, 0);
  }
}

/** The derivative by the weighted sums, of that by the activations.   A (B, O) · D (B, O)  ->  (B, O) */
export function activationBackward(activation: Activation, O: number, a: Numbers, d: Numbers): Float64Array {
  return mapRows(O, d, (dRow, row) => {
    const y = Array.from(a.slice(row * O, (row + 1) * O));
    if (activation !== 'softmax') return dRow.map((value, o) => value * slope(activation, y[o] as number));
    const dot = dRow.reduce((sum, value, o) => sum + value * (y[o] as number), 0);
    return dRow.map((value, o) => (y[o] as number) * (value - dot));
  });
}

/** f'(z) by the activation y = f(z). */
function slope(activation: Exclude<Activation, 'softmax'>, y: number): number {
  switch (activation) {
    case 'linear':
      return 1;
    case 'sigmoid':
      return y * (1 - y);
    case 'tanh':
      return 1 - y * y;
    case 'relu':
      return y > 0 ? 1 : 0;
  }
}

/** Sum over the rows of the loss of a row.   A (B, O) · T (B, O)  ->  a number */
export function lossSum(loss: Loss, O: number, a: Numbers, t: Numbers): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const output = a[i] as number;
    const target = t[i] as number;
    if (loss === 'meanSquaredError') sum += (output - target) ** 2;
    else sum -= weightedLog(target, output);
    if (loss === 'binaryCrossEntropy') sum -= weightedLog(1 - target, 1 - output);
  }
  return loss === 'categoricalCrossEntropy' ? sum : sum / O;
}

/** weight ln p with ln p held above -100, and 0 where the weight is 0: PyTorch's rule against infinite losses. */
function weightedLog(weight: number, p: number): number {
  return weight === 0 && !Number.isNaN(p) ? 0 : weight * Math.max(Math.log(p), -100);
}

/**
 * The derivative by the weighted sums of the mean loss of `batch` rows.   A (B, O) · T (B, O)  ->  D (B, O)
 *
 * Sigmoid with binary, softmax with categorical cross-entropy: A - T, by algebra. Else by the chain rule.
 */
export function lossBackward(
  loss: Loss,
  activation: Activation,
  O: number,
  a: Numbers,
  t: Numbers,
  batch: number,
): Float64Array {
  const fused =
    (loss === 'binaryCrossEntropy' && activation === 'sigmoid') ||
    (loss === 'categoricalCrossEntropy' && activation === 'softmax');
  const count = loss === 'categoricalCrossEntropy' ? batch : batch * O;
  const d = Float64Array.from(a, (output, i) => {
    const difference = output - (t[i] as number);
    if (fused) return difference / count;
    if (loss === 'meanSquaredError') return (2 * difference) / count;
    return difference / Math.max(output * (1 - output), 1e-12) / count;
  });
  return fused ? d : activationBackward(activation, O, a, d);
}

/** How many rows are right, or how much of each.   A (B, O) · T (B, O)  ->  a number from 0 to B */
export function correctSum(metric: Metric, O: number, a: Numbers, t: Numbers): number {
  let sum = 0;
  for (let from = 0; metric !== 'none' && from < a.length; from += O) {
    const outputs = Array.from(a.slice(from, from + O));
    const targets = Array.from(t.slice(from, from + O));
    if (metric === 'argmax') {
      sum += Number(outputs.indexOf(Math.max(...outputs)) === targets.indexOf(Math.max(...targets)));
    } else {
      sum += outputs.filter((output, o) => output >= 0.5 === (targets[o] as number) >= 0.5).length / O;
    }
  }
  return sum;
}

function mapRows(O: number, values: Numbers, map: (values: number[], row: number) => number[]): Float64Array {
  const result = new Float64Array(values.length);
  for (let row = 0; row * O < values.length; row++) {
    result.set(map(Array.from(values.slice(row * O, (row + 1) * O)), row), row * O);
  }
  return result;
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
  readonly weightDecay: number;
}

/** X, then the activations of each layer.   X (B, I)  ->  one (B, units) per layer, X first */
export function networkForward({ layers }: TwinNetwork, B: number, x: Numbers): Float64Array[] {
  const activations: Float64Array[] = [Float64Array.from(x)];
  for (const [l, { spec, weights, biases }] of layers.entries()) {
    const z = denseForward(B, spec.inputs, spec.units, activations[l] as Float64Array, weights, biases);
    activations.push(activationForward(spec.activation, spec.units, z));
  }
  return activations;
}

/** Gradients of the mean loss, of frozen layers too.   X (B, I) · T (B, O)  ->  the shapes of the parameters */
export function networkGradients(
  network: TwinNetwork,
  B: number,
  x: Numbers,
  t: Numbers,
): { loss: number; layers: { weights: Float64Array; biases: Float64Array }[] } {
  const { layers, loss } = network;
  const activations = networkForward(network, B, x);
  const output = layers[layers.length - 1] as TwinLayer;
  const answers = activations[layers.length] as Float64Array;
  let d = lossBackward(loss, output.spec.activation, output.spec.units, answers, t, B);
  const gradients: { weights: Float64Array; biases: Float64Array }[] = [];
  for (let l = layers.length - 1; l >= 0; l--) {
    const { inputs, units, bias } = (layers[l] as TwinLayer).spec;
    const below = activations[l] as Float64Array;
    const weights = denseBackwardWeights(B, inputs, units, below, d, new Float64Array(units * inputs), 1);
    const biases = denseBackwardBiases(B, units, d, new Float64Array(units), bias ? 1 : 0);
    gradients.unshift({ weights, biases });
    if (l === 0) break;
    const dBelow = denseBackwardInput(B, inputs, units, d, (layers[l] as TwinLayer).weights);
    d = activationBackward((layers[l - 1] as TwinLayer).spec.activation, inputs, below, dBelow);
  }
  return { loss: lossSum(loss, output.spec.units, answers, t) / B, layers: gradients };
}

/**
 * One step of gradient descent with its weight decay, in place, frozen layers left alone. Returns the mean loss before it, which
 * is that of the samples alone.
 */
export function networkStep(network: TwinNetwork, B: number, x: Numbers, t: Numbers, learningRate: number): number {
  const { loss, layers } = networkGradients(network, B, x, t);
  for (const [l, { spec, weights, biases }] of network.layers.entries()) {
    if (!spec.trainable) continue;
    const gradients = layers[l] as (typeof layers)[number];
    gradients.weights.forEach((gradient, i) => {
      const weight = weights[i] as number;
      weights[i] = weight - learningRate * (gradient + network.weightDecay * weight + 2 * spec.l2 * weight);
    });
    gradients.biases.forEach((gradient, i) => {
      const bias = biases[i] as number;
      biases[i] = bias - learningRate * (gradient + network.weightDecay * bias);
    });
  }
  return loss;
}

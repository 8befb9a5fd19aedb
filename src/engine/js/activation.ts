/** Activations, forward and backward. Shapes: B rows, O units; y, s and d (B, O). */
import { exp, expm1, log1p, sigmoid, tanh } from '../../foundation/math.js';
import { GELU_CUBIC, GELU_LINEAR, SELU_ALPHA, SELU_SCALE } from '../../options/activation-constants.js';
import type { Activation } from '../../options/types.js';

/** Activations whose outputs tell their derivatives at little cost. */
type Telling = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'softmax';
/** All others. Their forward pass keeps the derivatives. */
type Keeping = 'leakyRelu' | 'elu' | 'selu' | 'gelu' | 'silu' | 'softplus';
/** Activations of one unit at a time, which `activate` computes. */
export type Single = Exclude<Telling, 'softmax'>;

/** Where the derivative of an activation comes from: the outputs of that activation, or what the forward pass kept. */
export type Derivative = Telling | 'kept';

// The last case of a switch here is a default with a checked type. With an ordinary last case V8 sees a path that returns undefined,
// and keeps numbers on the heap. 2-2-1 then trains at 0.8 times the speed.

/** Whether activationForward leaves derivatives in s. */
export function keepsDerivative(activation: Activation): activation is Keeping {
  switch (activation) {
    case 'sigmoid':
    case 'tanh':
    case 'relu':
    case 'linear':
    case 'softmax':
      return false;
    default:
      activation satisfies Keeping;
      return true;
  }
}

/** f(sum). */
export function activate(activation: Single, sum: number): number {
  switch (activation) {
    case 'sigmoid':
      return sigmoid(sum);
    case 'tanh':
      return tanh(sum);
    case 'relu':
      return sum < 0 ? 0 : sum;
    default:
      activation satisfies 'linear';
      return sum;
  }
}

/**
 * Returns delta f'(sum). s is f(sum), or f'(sum) if kept. For softmax it returns delta unchanged, because its derivative needs all
 * units of a row: see softmaxBackward.
 */
export function activationDelta(derivative: Derivative, s: number, delta: number): number {
  switch (derivative) {
    case 'sigmoid':
      return flushTiny(delta * (s * (1 - s)));
    case 'tanh':
      return flushTiny(delta * (1 - s * s));
    case 'relu':
      return s > 0 ? delta : 0;
    case 'kept':
      return flushTiny(delta * s);
    default:
      derivative satisfies 'linear' | 'softmax';
      return delta;
  }
}

/**
 * y := f(y). On entry y holds the weighted sums. Activations that keep derivatives write them to s; others do not touch s. `slope`
 * is what leakyRelu multiplies sums below 0 by; the others ignore it.
 */
export function activationForward(
  activation: Activation,
  slope: number,
  B: number,
  O: number,
  y: Float64Array,
  s: Float64Array,
): void {
  if (activation === 'softmax') softmaxForward(B, O, y);
  else if (keepsDerivative(activation)) keepingForward(activation, slope, B * O, y, s);
  else for (let i = 0; i < B * O; i++) y[i] = activate(activation, y[i] as number);
}

/**
 * d := d f'. On entry d holds the derivative of the loss with respect to the activations, on return with respect to the weighted
 * sums. s holds outputs or derivatives.
 */
export function activationBackward(
  derivative: Derivative,
  B: number,
  O: number,
  s: Float64Array,
  d: Float64Array,
): void {
  if (derivative === 'softmax') softmaxBackward(B, O, s, d);
  else for (let i = 0; i < B * O; i++) d[i] = activationDelta(derivative, s[i] as number, d[i] as number);
}

/**
 * y := f(y), s := f'. Let g = sigmoid(v). silu is z g with v = z; gelu is z g with v = 2 sqrt(2 / pi) (z + 0.044715 z^3); softplus
 * is ln(1 + e^z), and its derivative is g with v = z.
 */
function keepingForward(activation: Keeping, slope: number, count: number, y: Float64Array, s: Float64Array): void {
  for (let i = 0; i < count; i++) {
    const z = y[i] as number;
    switch (activation) {
      case 'leakyRelu':
        s[i] = z > 0 ? 1 : slope;
        y[i] = z > 0 ? z : slope * z;
        break;
      case 'elu':
      case 'selu': {
        const scale = activation === 'elu' ? 1 : SELU_SCALE;
        const alpha = activation === 'elu' ? 1 : SELU_SCALE * SELU_ALPHA;
        s[i] = z > 0 ? scale : alpha * exp(z);
        y[i] = z > 0 ? scale * z : alpha * expm1(z);
        break;
      }
      case 'softplus':
        s[i] = sigmoid(z);
        y[i] = (z < 0 ? 0 : z) + log1p(exp(z < 0 ? z : -z));
        break;
      case 'gelu':
      case 'silu': {
        const cubic = activation === 'gelu' ? GELU_CUBIC * (z * z) : 0;
        const linear = activation === 'gelu' ? GELU_LINEAR : 1;
        const g = sigmoid(z * (linear + cubic));
        // d(z g) = g + z g (1 - g) dv
        s[i] = g + z * g * (1 - g) * (linear + 3 * cubic);
        y[i] = z * g;
        break;
      }
      default:
        activation satisfies never;
    }
  }
}

/**
 * Returns 0 if the magnitude is below 1e-30, as in the kernel: products of such deltas are denormal numbers, which slow a CPU many
 * times over.
 */
function flushTiny(value: number): number {
  return value < 1e-30 && value > -1e-30 ? 0 : value;
}

function softmaxForward(B: number, O: number, y: Float64Array): void {
  for (let row = 0; row < B; row++) {
    const start = row * O;
    const end = start + O;
    let largest = y[start] as number;
    for (let i = start + 1; i < end; i++) if ((y[i] as number) > largest) largest = y[i] as number;
    let total = 0;
    for (let i = start; i < end; i++) {
      const e = exp((y[i] as number) - largest);
      y[i] = e;
      total += e;
    }
    for (let i = start; i < end; i++) y[i] = (y[i] as number) / total;
  }
}

function softmaxBackward(B: number, O: number, y: Float64Array, d: Float64Array): void {
  for (let row = 0; row < B; row++) {
    const start = row * O;
    const end = start + O;
    let dot = 0;
    for (let i = start; i < end; i++) dot += (d[i] as number) * (y[i] as number);
    for (let i = start; i < end; i++) d[i] = flushTiny((y[i] as number) * ((d[i] as number) - dot));
  }
}

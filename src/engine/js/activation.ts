/** Activations, forward and backward. Shapes: B rows, O units; y and d (B, O). */
import { exp, sigmoid, tanh } from '../../math.js';
import type { Activation } from '../../options/types.js';

/** f(sum) of the activations that take a unit by itself; softmax, which does not, gives the sum. */
export function activate(activation: Activation, sum: number): number {
  switch (activation) {
    case 'sigmoid':
      return sigmoid(sum);
    case 'tanh':
      return tanh(sum);
    case 'relu':
      return sum < 0 ? 0 : sum;
    default:
      return sum;
  }
}

/** delta f'(sum), where y = f(sum). */
export function activationDelta(activation: Activation, y: number, delta: number): number {
  switch (activation) {
    case 'sigmoid':
      return flushTiny(delta * (y * (1 - y)));
    case 'tanh':
      return flushTiny(delta * (1 - y * y));
    case 'relu':
      return y > 0 ? delta : 0;
    default:
      return delta;
  }
}

/** y := f(y), which holds the weighted sums on entry. */
export function activationForward(activation: Activation, B: number, O: number, y: Float64Array): void {
  if (activation === 'softmax') softmaxForward(B, O, y);
  else for (let i = 0; i < B * O; i++) y[i] = activate(activation, y[i] as number);
}

/** d := d f'(y), the derivative of the loss by the weighted sums; d holds that by the activations on entry. */
export function activationBackward(
  activation: Activation,
  B: number,
  O: number,
  y: Float64Array,
  d: Float64Array,
): void {
  if (activation === 'softmax') softmaxBackward(B, O, y, d);
  else for (let i = 0; i < B * O; i++) d[i] = activationDelta(activation, y[i] as number, d[i] as number);
}

/** Below 1e-30 is 0, as in the kernel: products of such deltas are denormal numbers, which slow a CPU many times over. */
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

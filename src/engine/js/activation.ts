/** Activations of one sample, forward and backward, in place. */
import { exp, sigmoid, tanh } from '../../math.js';
import type { BuiltActivation } from '../../options/layers.js';

/** y := f(y), which holds the weighted sums on entry. */
export function activationForward(activation: BuiltActivation, y: Float64Array): void {
  switch (activation) {
    case 'sigmoid':
      for (let o = 0; o < y.length; o++) y[o] = sigmoid(y[o] as number);
      break;
    case 'tanh':
      for (let o = 0; o < y.length; o++) y[o] = tanh(y[o] as number);
      break;
    case 'relu':
      for (let o = 0; o < y.length; o++) if ((y[o] as number) < 0) y[o] = 0;
      break;
    case 'softmax':
      softmax(y);
      break;
    case 'linear':
      break;
  }
}

/** d := d f'(y), the derivative of the loss by the weighted sums; d holds that by the activations on entry. */
export function activationBackward(activation: BuiltActivation, y: Float64Array, d: Float64Array): void {
  switch (activation) {
    case 'sigmoid':
      for (let o = 0; o < y.length; o++) {
        const output = y[o] as number;
        d[o] = flushTiny((d[o] as number) * output * (1 - output));
      }
      break;
    case 'tanh':
      for (let o = 0; o < y.length; o++) {
        const output = y[o] as number;
        d[o] = flushTiny((d[o] as number) * (1 - output * output));
      }
      break;
    case 'relu':
      for (let o = 0; o < y.length; o++) if (!((y[o] as number) > 0)) d[o] = 0;
      break;
    case 'softmax': {
      let dot = 0;
      for (let o = 0; o < y.length; o++) dot += (d[o] as number) * (y[o] as number);
      for (let o = 0; o < y.length; o++) d[o] = flushTiny((y[o] as number) * ((d[o] as number) - dot));
      break;
    }
    case 'linear':
      break;
  }
}

/** Below 1e-30 is 0, as in the kernel: products of such deltas are denormal numbers, which slow a CPU many times over. */
function flushTiny(value: number): number {
  return value < 1e-30 && value > -1e-30 ? 0 : value;
}

function softmax(y: Float64Array): void {
  let largest = y[0] as number;
  for (let o = 1; o < y.length; o++) if ((y[o] as number) > largest) largest = y[o] as number;
  let total = 0;
  for (let o = 0; o < y.length; o++) {
    const e = exp((y[o] as number) - largest);
    y[o] = e;
    total += e;
  }
  for (let o = 0; o < y.length; o++) y[o] = (y[o] as number) / total;
}

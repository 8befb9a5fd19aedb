/**
 * Weight decay: a step leaves 1 - rate decay of a parameter before it subtracts rate times the gradient.
 *
 * In a block of online.ts the steps of the first layer are not taken one by one, so here is what they leave in the end. With
 * k and m, what one step leaves of weights and biases, and D the deltas times -rate, the weights after t steps are
 *
 *   W_t = k^t W + sum over s < t of k^(t-1-s) x_s^T D_s
 *
 * and the biases likewise with m, so
 *
 *   z_t = k^t x_t W + m^t b + sum over s < t of (k^(t-1-s) x_s . x_t + m^(t-1-s)) D_s.
 *
 * In batches s and t count these, and samples of one batch have the same exponents.
 *
 * Per sample 64-32-10 trains with decay at 0.70 of its speed without, 784-128-10 at 0.84; in batches of 32 both at 0.97.
 */
import { GRAM_ROWS } from '../abi';
import { addScaled, multiply } from '../kernels/optimizer';
import { Layer } from '../records';

/** Weights decay by at least as much as biases: one question will do. */
// @ts-ignore: decorator
@inline
export function decays(layer: Layer): bool {
  return FULL && layer.weightDecay != 0;
}

/** The decay of one step, on a layer whose gradient is already known. */
export function decayOnce(layer: Layer, learningRate: f32): void {
  keep(layer, kept(layer.weightDecay, learningRate), kept(layer.biasDecay, learningRate));
}

/**
 * Before the samples of a block: their weighted sums and inner products, these without bias, become what the equation above
 * asks for. False where k or m are below -1: powers may then be beyond float32, where training one by one just diverges.
 */
export function decayBlock(layer: Layer, rows: i32, batch: i32, gram: usize, learningRate: f32): bool {
  const k = kept(layer.weightDecay, learningRate);
  const m = kept(layer.biasDecay, learningRate);
  let ofWeights: f64 = 1;
  let ofBiases: f64 = 1;
  for (let t = batch; t < rows; t++) {
    if (t % batch == 0) {
      ofWeights *= k;
      ofBiases *= m;
    }
    const z = layer.rowOfOutputs(t);
    multiply(z, layer.rowBytes, <f32>ofWeights);
    addScaled(z, layer.biases, layer.rowBytes, <f32>(ofBiases - ofWeights));
    let ofProduct: f64 = 1;
    let ofOne: f64 = layer.hasBias;
    for (let s = t - t % batch - 1; s >= 0; s--) {
      const product = gram + (<usize>(s * GRAM_ROWS + t) << 2);
      f32.store(product, <f32>(ofProduct * f32.load(product) + ofOne));
      if (s % batch == 0) {
        ofProduct *= k;
        ofOne *= m;
      }
    }
  }
  return min(k, m) >= -1;
}

/** After them: biases with their steps, weights and D such that W += X^T D is all that is left. */
export function decaySteps(layer: Layer, rows: i32, batch: i32, learningRate: f32): void {
  const k = kept(layer.weightDecay, learningRate);
  const m = kept(layer.biasDecay, learningRate);
  let ofWeights: f64 = 1;
  let ofBiases: f64 = 1;
  for (let s = 0; s < rows; s += batch) {
    ofWeights *= k;
    ofBiases *= m;
  }
  keep(layer, ofWeights, ofBiases);
  let ofProduct: f64 = 1;
  let ofOne: f64 = layer.hasBias;
  for (let s = rows - 1; s >= 0; s--) {
    const d = layer.rowOfDeltas(s);
    addScaled(layer.biases, d, layer.rowBytes, <f32>ofOne);
    multiply(d, layer.rowBytes, <f32>ofProduct);
    if (s % batch == 0) {
      ofProduct *= k;
      ofOne *= m;
    }
  }
}

/** What one step leaves. */
// @ts-ignore: decorator
@inline
function kept(decay: f32, learningRate: f32): f64 {
  return 1 - <f64>learningRate * decay;
}

function keep(layer: Layer, ofWeights: f64, ofBiases: f64): void {
  multiplyExactly(layer.weights, layer.weightBytes, ofWeights);
  multiplyExactly(layer.biases, layer.rowBytes, ofBiases);
}

/** Near 1 float32 has no number as near as the factor, but one as near as its distance from 1: added, not multiplied. */
function multiplyExactly(values: usize, bytes: usize, factor: f64): void {
  if (factor > 0.5) addScaled(values, values, bytes, <f32>(factor - 1));
  else multiply(values, bytes, <f32>factor);
}

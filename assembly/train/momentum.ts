/**
 * Momentum in blocks of per-sample training (blocks.ts): velocities are linear in gradients, so this file computes what they add up to.
 *
 * Let m be the momentum, r the learning rate, V and W the velocities and weights at the start of the block, and d the deltas. A step
 * is V := m V + x^T d, then W -= r V, so
 *
 *   V_t = m^t V + sum over s < t of m^(t-1-s) x_s^T d_s
 *   W_t = W - r p_t V - r sum over s < t of c_(t-1-s) x_s^T d_s,   c_n = 1 + m + .. + m^n,   p_t = m + .. + m^t
 *
 * and the same for biases, whose input is 1. So
 *
 *   z_t = x_t W + b - r p_t (x_t V + v) - r sum over s < t of c_(t-1-s) (x_s . x_t + 1) d_s.
 *
 * That is twice the work of plain descent. Nesterov's step is W -= r (x^T d + m V) with the V after it: c_n is then the c_(n+1) above,
 * and p_t is m times as large.
 *
 * The rows of D are free until their sample has had its turn. Until then they hold x_t V + v, and the diagonal of G holds -r p_t: to
 * gramActivate it is one more sample before t. Steps of layers above go straight into their weights and velocities, sample by sample.
 */
import { GRAM_ROWS, OPTIMIZER_MOMENTUM, OPTIMIZER_NESTEROV } from '../abi';
import { activationBackward } from '../kernels/activation';
import { denseBackwardInput } from '../kernels/dense/backward-input';
import { denseMomentumBiases, denseMomentumSteps } from '../kernels/dense/momentum';
import { largest, momentumStep, scaled } from '../kernels/optimizer';
import { rowMomentumStep } from '../kernels/row/momentum';
import { Layer, Network } from '../records';

/**
 * Velocities that nothing feeds fade to denormal numbers, which are slow. Each block that begins with a multiple of so many samples of
 * an epoch sets those below 1e-30 to 0: to do it in every block costs 5% of the speed.
 */
const FLUSH_SAMPLES = 32;

/** Whether steps have momentum. */
// @ts-ignore: decorator
@inline
export function moves(network: Network): bool {
  return FULL && (network.optimizer == OPTIMIZER_MOMENTUM || network.optimizer == OPTIMIZER_NESTEROV);
}

// @ts-ignore: decorator
@inline
function isNesterov(network: Network): bool {
  return network.optimizer == OPTIMIZER_NESTEROV;
}

/** What the velocities at the start add to the weights in `steps` steps: -r p. */
function reachOf(network: Network, steps: i32, learningRate: f32): f32 {
  const m: f64 = network.momentum;
  let p: f64 = 0;
  for (let n = 0; n < steps; n++) p = m * (1 + p);
  return <f32>(-learningRate * (isNesterov(network) ? m * p : p));
}

/** What is left of the velocities at the start after `steps` steps: m to the power of these. */
function keptOf(network: Network, steps: i32): f32 {
  const m: f64 = network.momentum;
  let kept: f64 = 1;
  for (let n = 0; n < steps; n++) kept *= m;
  return <f32>kept;
}

/** Whether the block that this pass holds sets tiny velocities to 0. */
function flushes(network: Network): bool {
  return network.firstRow % FLUSH_SAMPLES == 0;
}

/**
 * Call it before the samples of a block are trained, with x_t V + v in D. Changes their inner products into what the equation above
 * needs. Returns false if numbers may be too large for float32: G times the largest factor, or x_t V.
 */
export function momentumBlock(network: Network, layer: Layer, rows: i32, learningRate: f32): bool {
  const gram = network.gram;
  const nesterov = isNesterov(network);
  const m: f64 = network.momentum;
  let squares: f64 = 0;
  for (let t = 0; t < rows; t++) squares += f32.load(gram + (<usize>(t * (GRAM_ROWS + 1)) << 2));
  let p: f64 = 0;
  let factor: f64 = 0;
  for (let n = 0; n < rows; n++) {
    // The samples s and s + n.
    let product = gram + (<usize>n << 2);
    for (let s = n == 0 ? rows : n; s < rows; s++) {
      f32.store(product, <f32>(factor * f32.load(product)));
      product += (GRAM_ROWS + 1) << 2;
    }
    f32.store(gram + (<usize>(n * (GRAM_ROWS + 1)) << 2), <f32>(-learningRate * (nesterov ? m * p : p)));
    const next = m * (1 + p);
    factor = -learningRate * (1 + (nesterov ? next : p));
    p = next;
  }
  return isFinite(<f32>(factor * squares)) && largest(layer.deltas, <usize>rows * layer.rowBytes) < Infinity;
}

/**
 * Call it after the samples of a block. Takes the steps of the biases, and leaves in A what the deltas add to the weights, in D what
 * they add to the velocities.
 */
export function momentumSteps(network: Network, layer: Layer, rows: i32, learningRate: f32): void {
  const nesterov = isNesterov(network);
  const m: f64 = network.momentum;
  let p: f64 = 0;
  let kept: f64 = 1;
  for (let s = rows - 1; s >= 0; s--) {
    const d = layer.rowOfDeltas(s);
    const next = m * (1 + p);
    scaled(layer.rowOfOutputs(s), d, layer.rowBytes, <f32>(-learningRate * (1 + (nesterov ? next : p))));
    scaled(d, d, layer.rowBytes, <f32>kept);
    p = next;
    kept *= m;
  }
  if (layer.hasBias) {
    denseMomentumBiases(
      rows, layer.units, layer.outputs, layer.deltas, layer.rowBytes, layer.biases, layer.biasState,
      reachOf(network, rows, learningRate), keptOf(network, rows),
    );
  }
}

/**
 * Call it then. Takes the steps of the weights of layer `l`, for `units` units from `o` on and `inputs` inputs from `i` on: of all
 * weights, or of a part of one panel, which is `bytes` bytes, `start` bytes from the first.
 */
export function momentumStepsOf(
  network: Network, l: i32, rows: i32, learningRate: f32, o: i32, units: i32, i: i32, inputs: i32, start: usize, bytes: usize,
): void {
  const layer = network.layer(l);
  const skipped = <usize>o << 2;
  const velocities = layer.weightState + start;
  denseMomentumSteps(
    rows, inputs, units, network.inputsOf(l) + (<usize>i << 2), network.inputRowBytesOf(l), layer.outputs + skipped,
    layer.deltas + skipped, layer.rowBytes, layer.weights + start, velocities, reachOf(network, rows, learningRate),
    keptOf(network, rows),
  );
  if (flushes(network)) scaled(velocities, velocities, bytes, 1);
}

/** As backwardRow of blocks.ts: computes the delta of the layer below from that of this layer, and takes this layer's own step. */
export function backwardRowWithMomentum(network: Network, layer: Layer, below: Layer, t: i32, learningRate: f32): void {
  const d = layer.rowOfDeltas(t);
  const dx = below.rowOfDeltas(t);
  denseBackwardInput(1, layer.inputs, layer.units, d, layer.rowBytes, layer.weights, dx, below.rowBytes, 0);
  if (layer.trainable) {
    const m = network.momentum;
    const nesterov = isNesterov(network);
    const v = layer.weightState;
    if (t == 0 && flushes(network)) scaled(v, v, layer.weightBytes, 1);
    rowMomentumStep(layer.inputs, layer.units, below.rowOfOutputs(t), d, layer.weights, v, learningRate, m, nesterov);
    if (layer.hasBias) {
      momentumStep(layer.biases, d, layer.biasState, layer.rowBytes, learningRate, 1, 0, m, nesterov);
    }
  }
  activationBackward(below.derivative, 1, below.units, below.rowOfSlopes(t), dx, below.rowBytes);
}

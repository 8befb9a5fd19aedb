/**
 * Stochastic gradient descent one sample at a time, for networks that fit the registers: at most 4 inputs, one hidden layer of at
 * most 4 units and at most 4 outputs, as in tutorials.
 *
 * Such a network computes for a few nanoseconds and then waits: for the weights of the sample before, and for two sigmoids, one
 * after the other. So a layer is one vector, all weights are local variables, and no function is called. Work that the next link
 * of this chain does not need is done while it waits. Padding is masked where weights change, not before. Tiny deltas and large
 * sums are branches, which the CPU predicts. The sums of the next sample start with the weights before this sample's step, and the
 * step is then added as one product (the equation of kernels/gram.ts, for a block of two). 2-2-1 trains 2.4 times as fast as by
 * blocks.ts.
 */
import {
  ACTIVATION_LINEAR, ACTIVATION_RELU, ACTIVATION_SIGMOID, ACTIVATION_TANH, LOSS_CATEGORICAL_CROSS_ENTROPY, LOSS_MEAN_SQUARED_ERROR,
  METRIC_NONE, BLOCK_ROWS, TARGETS_CLASSES,
} from '../abi';
import { decays } from './decay';
import { activationForward, flushTiny, laneMask } from '../kernels/activation';
import { correctSum, isCrossEntropy, lossSum } from '../kernels/loss';
import { multiplyAdd, sigmoid4, sigmoidNear4, sumLanesOf4, sumToLanes } from '../kernels/math';
import { Dataset, Network } from '../records';

/** Whether trainInRegisters can train a network. It takes none with weight decay, which is rare in networks this small. */
export function fitsRegisters(network: Network): bool {
  if (network.layerCount != 2 || network.inputs > 4) return false;
  const hidden = network.layer(0);
  const output = network.layer(1);
  return (
    network.passWeights == 0 && hidden.dropoutThreshold == 0 && hidden.units <= 4 && output.units <= 4 &&
    hidden.trainable != 0 && output.trainable != 0 && !decays(hidden) && !decays(output) && suits(hidden.activation) &&
    (isCrossEntropy(network.loss) || network.loss == LOSS_MEAN_SQUARED_ERROR && suits(output.activation))
  );
}

/** Whether this file can compute the derivative of an activation. The output layer of a cross-entropy needs none: it cancels. */
function suits(activation: i32): bool {
  return (
    activation == ACTIVATION_LINEAR || activation == ACTIVATION_SIGMOID || activation == ACTIVATION_TANH ||
    activation == ACTIVATION_RELU
  );
}

/**
 * Trains on the samples order[from] .. order[from + count - 1] one by one. Stops before the step of the first sample whose loss is
 * not finite. Returns how many samples it trained on.
 *
 * Lanes past the units of a layer may hold anything. The weights that read them are 0 and stay 0.
 */
export function trainInRegisters(network: Network, dataset: Dataset, from: i32, count: i32, learningRate: f32): i32 {
  assert(count > 0 && fitsRegisters(network));
  const hidden = network.layer(0);
  const output = network.layer(1);
  const I = network.inputs;
  const H = hidden.units;
  const O = output.units;
  const inputMask = laneMask(I);
  const hiddenMask = laneMask(H);
  const outputMask = laneMask(O);
  const hiddenBias = f32x4.splat(<f32>hidden.hasBias);
  const outputBias = f32x4.splat(<f32>output.hasBias);
  const rate = f32x4.splat(-learningRate);
  const squared = network.loss == LOSS_MEAN_SQUARED_ERROR;
  const factor = f32x4.splat(
    network.loss == LOSS_CATEGORICAL_CROSS_ENTROPY ? 1 : squared ? 2 / <f32>O : 1 / <f32>O,
  );
  const row = output.outputs;
  const targets = network.passTargets;

  // V and c are the weights and biases of the hidden layer, W and b those of the output layer. A vector holds the weights from one
  // input to all units.
  let v0 = loadUsed(hidden.weights, 0, I);
  let v1 = loadUsed(hidden.weights, 1, I);
  let v2 = loadUsed(hidden.weights, 2, I);
  let v3 = loadUsed(hidden.weights, 3, I);
  let c = v128.load(hidden.biases);
  let w0 = loadUsed(output.weights, 0, H);
  let w1 = loadUsed(output.weights, 1, H);
  let w2 = loadUsed(output.weights, 2, H);
  let w3 = loadUsed(output.weights, 3, H);
  let b = v128.load(output.biases);

  let order = dataset.order + ((<usize>from) << 2);
  let lossTotal = network.lossSum;
  let done = 0;
  let x = inputsOf(dataset, order, I, inputMask);
  let z = f32x4.add(c, dot(x, v0, v1, v2, v3));
  while (done < count) {
    const sample = <usize>load<u32>(order);
    const t = dataset.targetKind == TARGETS_CLASSES
      ? oneHot(load<u32>(dataset.targets + (sample << 2)))
      : v128.and(v128.load(dataset.targets + ((sample * O) << 2)), outputMask);

    const h = activate(hidden.activation, z, H, hidden.outputs);
    const y = activate(output.activation, f32x4.add(b, dot(h, w0, w1, w2, w3)), O, row);
    const difference = f32x4.sub(y, t);
    let loss: f64;
    if (squared) {
      loss = sumOfSquares(v128.and(difference, outputMask)) / <f64>O;
    } else {
      v128.store(row, v128.and(y, outputMask));
      v128.store(targets, t);
      loss = lossSum(network.loss, 1, O, row, targets, 16);
    }
    lossTotal += loss;
    if (!isFinite(loss)) break;
    if (network.metric != METRIC_NONE) {
      v128.store(row, y);
      v128.store(targets, t);
      network.correctSum += correctSum(network.metric, 1, O, row, targets, 16);
    }

    // The deltas: d of the output layer, e of the hidden layer.
    let d = f32x4.mul(factor, difference);
    if (squared) d = differentiate(output.activation, y, d);
    if (anyTiny(d)) d = flushTiny(d);
    // One output is common. A single product then takes 7 cycles less than sums across lanes: 1.06 times the speed.
    const down = O == 1
      ? f32x4.mul(lane0(d), firstLanes(w0, w1, w2, w3))
      : sumLanesOf4(f32x4.mul(w0, d), f32x4.mul(w1, d), f32x4.mul(w2, d), f32x4.mul(w3, d));
    let e = differentiate(hidden.activation, h, down);
    if (anyTiny(e)) e = flushTiny(e);

    const step = v128.and(f32x4.mul(rate, d), outputMask);
    const used = v128.and(h, hiddenMask);
    w0 = multiplyAdd(lane0(used), step, w0);
    w1 = multiplyAdd(lane1(used), step, w1);
    w2 = multiplyAdd(lane2(used), step, w2);
    w3 = multiplyAdd(lane3(used), step, w3);
    b = multiplyAdd(outputBias, step, b);

    done++;
    order += 4;
    const last = x;
    if (done < count) x = inputsOf(dataset, order, I, inputMask);
    const begun = f32x4.add(c, dot(x, v0, v1, v2, v3));
    const owed = f32x4.mul(rate, f32x4.add(sumToLanes(f32x4.mul(x, last)), hiddenBias));
    const hiddenStep = f32x4.mul(rate, e);
    v0 = multiplyAdd(lane0(last), hiddenStep, v0);
    v1 = multiplyAdd(lane1(last), hiddenStep, v1);
    v2 = multiplyAdd(lane2(last), hiddenStep, v2);
    v3 = multiplyAdd(lane3(last), hiddenStep, v3);
    c = multiplyAdd(hiddenBias, hiddenStep, c);
    // A block ends where blocks.ts would end it, so calls that begin at a block give the same bits as a single call. The second
    // condition is for inputs of about 10^19 and more, whose product is too large for float32.
    if (done % BLOCK_ROWS == 0 || !isFinite(f32x4.extract_lane(owed, 0))) z = f32x4.add(c, dot(x, v0, v1, v2, v3));
    else z = multiplyAdd(owed, e, begun);
  }

  network.lossSum = lossTotal;
  storeUsed(hidden.weights, 0, I, v0);
  storeUsed(hidden.weights, 1, I, v1);
  storeUsed(hidden.weights, 2, I, v2);
  storeUsed(hidden.weights, 3, I, v3);
  v128.store(hidden.biases, c);
  storeUsed(output.weights, 0, H, w0);
  storeUsed(output.weights, 1, H, w1);
  storeUsed(output.weights, 2, H, w2);
  storeUsed(output.weights, 3, H, w3);
  v128.store(output.biases, b);
  return done;
}

/** Input `i` of a panel of 4, or 0 if the layer has no such input. */
// @ts-ignore: decorator
@inline
function loadUsed(weights: usize, i: i32, inputs: i32): v128 {
  return i < inputs ? v128.load(weights + (<usize>i << 4)) : f32x4.splat(0);
}

// @ts-ignore: decorator
@inline
function storeUsed(weights: usize, i: i32, inputs: i32, value: v128): void {
  if (i < inputs) v128.store(weights + (<usize>i << 4), value);
}

/**
 * The sample that `order` points at. Always reads a whole vector. If the sample is shorter, the rest comes from the next sample or
 * the targets, and the mask clears it.
 */
// @ts-ignore: decorator
@inline
function inputsOf(dataset: Dataset, order: usize, I: i32, mask: v128): v128 {
  return v128.and(v128.load(dataset.inputs + ((<usize>load<u32>(order) * I) << 2)), mask);
}

/** 1 in lane `index`, 0 in the others. */
// @ts-ignore: decorator
@inline
function oneHot(index: u32): v128 {
  return v128.and(i32x4.eq(i32x4(0, 1, 2, 3), i32x4.splat(index)), f32x4.splat(1));
}

/** Copies one lane to all four. A shuffle needs constant lane numbers, so each lane has its own function. */
// @ts-ignore: decorator
@inline
function lane0(v: v128): v128 {
  return v128.shuffle<f32>(v, v, 0, 0, 0, 0);
}

// @ts-ignore: decorator
@inline
function lane1(v: v128): v128 {
  return v128.shuffle<f32>(v, v, 1, 1, 1, 1);
}

// @ts-ignore: decorator
@inline
function lane2(v: v128): v128 {
  return v128.shuffle<f32>(v, v, 2, 2, 2, 2);
}

// @ts-ignore: decorator
@inline
function lane3(v: v128): v128 {
  return v128.shuffle<f32>(v, v, 3, 3, 3, 3);
}

/** The first lane of each vector. */
// @ts-ignore: decorator
@inline
function firstLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.shuffle<f32>(v128.shuffle<f32>(a, b, 0, 4, 0, 4), v128.shuffle<f32>(c, d, 0, 4, 0, 4), 0, 1, 4, 5);
}

/** Sum over i of x_i w_i. */
// @ts-ignore: decorator
@inline
function dot(x: v128, w0: v128, w1: v128, w2: v128, w3: v128): v128 {
  return f32x4.add(
    multiplyAdd(lane0(x), w0, f32x4.mul(lane1(x), w1)),
    multiplyAdd(lane2(x), w2, f32x4.mul(lane3(x), w3)),
  );
}

/** Sum of the squares of the lanes, in float64. */
// @ts-ignore: decorator
@inline
function sumOfSquares(v: v128): f64 {
  const low = f64x2.promote_low_f32x4(v);
  const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  const squares = f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high));
  return f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
}

/** f(z). Activations other than sigmoid go through memory, at `row`. */
// @ts-ignore: decorator
@inline
function activate(activation: i32, z: v128, units: i32, row: usize): v128 {
  if (activation == ACTIVATION_SIGMOID) {
    if (v128.any_true(f32x4.gt(f32x4.abs(z), f32x4.splat(40)))) return sigmoidFar(z);
    return sigmoidNear4(z);
  }
  v128.store(row, z);
  activationForward(activation, 0, 1, units, row, row, 16);
  return v128.load(row);
}

/** Not inlined, so that the code for this rare case stays out of the loop. */
function sigmoidFar(z: v128): v128 {
  return sigmoid4(z);
}

/** d f'(y). */
// @ts-ignore: decorator
@inline
function differentiate(activation: i32, y: v128, d: v128): v128 {
  const one = f32x4.splat(1);
  if (activation == ACTIVATION_SIGMOID) return f32x4.mul(d, f32x4.mul(y, f32x4.sub(one, y)));
  if (activation == ACTIVATION_TANH) return f32x4.mul(d, f32x4.sub(one, f32x4.mul(y, y)));
  if (activation == ACTIVATION_RELU) return v128.and(d, f32x4.gt(y, f32x4.splat(0)));
  assert(activation == ACTIVATION_LINEAR);
  return d;
}

/** Whether some lane is nonzero and below 1e-30 in magnitude. */
// @ts-ignore: decorator
@inline
function anyTiny(v: v128): bool {
  return v128.any_true(v128.and(f32x4.lt(f32x4.abs(v), f32x4.splat(1e-30)), f32x4.ne(v, f32x4.splat(0))));
}

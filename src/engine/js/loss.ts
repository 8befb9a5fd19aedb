/**
 * Losses: their value, their derivative, and how many predictions are right. Shapes: B rows, O outputs; y, z, t, d (B, O).
 *
 * z holds the weighted sums of the output layer. Only cross-entropies read it: a probability that is rounded to 0 or 1 does not tell
 * its logarithm, the sum does.
 */
import { exp, log, sigmoid } from '../../foundation/math.js';
import type { Metric } from '../../options/losses.js';
import type { Loss } from '../../options/types.js';
import { activationBackward, activationDelta, type Derivative } from './activation.js';

/** The sum from which on 1 - sigmoid has lost too many bits: up to here its relative error is below 1e-10. */
const FAR = 13;

/** Below this a probability of softmax is computed from the sums: e^x stops at e^-708. */
const TINY_PROBABILITY = 1e-30;

/** Losses whose derivative by an error is bounded: its sign, or the error cut to -1 .. 1. */
type Bounded = 'meanAbsoluteError' | 'huber';

/** Sums the losses of the rows. Rows of y and z start at `yAt`, those of t at `tAt`. */
export function lossSum(
  loss: Loss,
  B: number,
  O: number,
  y: Float64Array,
  z: Float64Array,
  yAt: number,
  t: Float64Array,
  tAt: number,
): number {
  switch (loss) {
    case 'meanSquaredError':
      return squaredError(B * O, y, yAt, t, tAt) / O;
    case 'meanAbsoluteError':
    case 'huber':
      return absoluteError(loss, B * O, y, yAt, t, tAt) / O;
    case 'binaryCrossEntropy':
      return binaryCrossEntropy(B * O, y, z, yAt, t, tAt) / O;
    default:
      loss satisfies 'categoricalCrossEntropy';
      return categoricalCrossEntropy(B * O, O, y, z, yAt, t, tAt);
  }
}

/**
 * Sums the losses of rows, each multiplied by its sample weight. Rows of y and z start at 0, weights w at `wAt`. A row of weight 0 is
 * skipped: its loss may be infinite.
 */
export function weightedLossSum(
  loss: Loss,
  B: number,
  O: number,
  y: Float64Array,
  z: Float64Array,
  t: Float64Array,
  tAt: number,
  w: Float64Array,
  wAt: number,
): number {
  let sum = 0;
  for (let row = 0; row < B; row++) {
    const weight = w[wAt + row] as number;
    if (weight !== 0) sum += weight * lossSum(loss, 1, O, y, z, row * O, t, tAt + row * O);
  }
  return sum;
}

/**
 * Multiplies each row of d (B, O) by its sample weight; weights w start at `wAt`. A weight of 0 clears the row, which may be
 * infinite.
 */
export function weightDeltas(B: number, O: number, d: Float64Array, w: Float64Array, wAt: number): void {
  for (let row = 0, i = 0; row < B; row++) {
    const weight = w[wAt + row] as number;
    for (let o = 0; o < O; o++, i++) d[i] = weight === 0 ? 0 : (d[i] as number) * weight;
  }
}

function squaredError(count: number, y: Float64Array, yAt: number, t: Float64Array, tAt: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const difference = (y[yAt + i] as number) - (t[tAt + i] as number);
    sum += difference * difference;
  }
  return sum;
}

/** Sums |e|. For Huber's loss sums e^2 / 2 if |e| <= 1, else |e| - 1/2 (delta 1; P. Huber, 1964). */
function absoluteError(
  loss: Bounded,
  count: number,
  y: Float64Array,
  yAt: number,
  t: Float64Array,
  tAt: number,
): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const error = Math.abs((y[yAt + i] as number) - (t[tAt + i] as number));
    if (loss === 'huber') sum += error > 1 ? error - 0.5 : 0.5 * error * error;
    else sum += error;
  }
  return sum;
}

/**
 * Sums -t ln p - (1 - t) ln(1 - p) with p = sigmoid(z): the part of the target that lies on the other side times the distance |z|,
 * and ln(1 + e^-|z|). As exact for a target of 0 as for 1, and without a bound.
 */
function binaryCrossEntropy(
  count: number,
  y: Float64Array,
  z: Float64Array,
  yAt: number,
  t: Float64Array,
  tAt: number,
): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const logit = z[yAt + i] as number;
    const target = t[tAt + i] as number;
    const missed = logit > 0 ? 1 - target : target;
    const distance = logit < 0 ? -logit : logit;
    // Not multiplied by 0: an infinite sum only counts if the target lies on the other side.
    if (missed !== 0) sum += missed * distance;
    if (distance > FAR) {
      const e = exp(-distance);
      sum += e - 0.5 * e * e;
    } else {
      // ln(1 + e^-|z|) without another exponential.
      const p = y[yAt + i] as number;
      sum -= log(logit > 0 ? p : 1 - p);
    }
  }
  return sum;
}

/** Sums -t ln p. */
function categoricalCrossEntropy(
  count: number,
  O: number,
  y: Float64Array,
  z: Float64Array,
  yAt: number,
  t: Float64Array,
  tAt: number,
): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const target = t[tAt + i] as number;
    const p = y[yAt + i] as number;
    if (target === 0 && !Number.isNaN(p)) continue;
    if (!(p < TINY_PROBABILITY)) {
      sum -= target * log(p);
      continue;
    }
    // That of the largest output, less the distance of the sums.
    const row = yAt + i - (i % O);
    const top = row + indexOfLargest(z, row, O);
    sum -= target * ((z[yAt + i] as number) - (z[top] as number) + log(y[top] as number));
  }
  return sum;
}

/**
 * Returns lossSum, and sets d, which holds z before, to the derivative of the mean loss of a batch with respect to the weighted sums. The batch has
 * `batch` rows; these are B of them. The mean squared error does both in one loop: with two loops, 2-2-1 takes 1.07 times as long
 * per sample.
 */
export function lossBackward(
  loss: Loss,
  derivative: Derivative,
  B: number,
  O: number,
  y: Float64Array,
  s: Float64Array,
  t: Float64Array,
  tAt: number,
  d: Float64Array,
  batch: number,
): number {
  if (loss !== 'meanSquaredError') return otherBackward(loss, derivative, B, O, y, s, t, tAt, d, batch);
  const scale = 2 / (batch * O);
  let sum = 0;
  for (let i = 0; i < B * O; i++) {
    const difference = (y[i] as number) - (t[tAt + i] as number);
    sum += difference * difference;
    d[i] = activationDelta(derivative, s[i] as number, scale * difference);
  }
  if (derivative === 'softmax') activationBackward(derivative, B, O, s, d);
  return sum / O;
}

function otherBackward(
  loss: Exclude<Loss, 'meanSquaredError'>,
  derivative: Derivative,
  B: number,
  O: number,
  y: Float64Array,
  s: Float64Array,
  t: Float64Array,
  tAt: number,
  d: Float64Array,
  batch: number,
): number {
  const sum = lossSum(loss, B, O, y, d, 0, t, tAt);
  switch (loss) {
    // A cross-entropy only goes with the activation whose derivative cancels its own, so y - t is the whole derivative.
    case 'categoricalCrossEntropy':
      subtract(B * O, y, t, tAt, d, 1 / batch);
      break;
    case 'binaryCrossEntropy':
      binaryBackward(B * O, y, t, tAt, d, 1 / (batch * O));
      break;
    default:
      subtract(B * O, y, t, tAt, d, 1 / (batch * O));
      boundedBackward(loss satisfies Bounded, derivative, B, O, s, d, 1 / (batch * O));
  }
  return sum;
}

/**
 * d := scale (y - t). On entry d holds the weighted sums. If t is 1 and y near it, their difference has few bits or none: there it is
 * -sigmoid(-z), as exact as y is if t is 0.
 */
function binaryBackward(
  count: number,
  y: Float64Array,
  t: Float64Array,
  tAt: number,
  d: Float64Array,
  scale: number,
): void {
  for (let i = 0; i < count; i++) {
    const z = d[i] as number;
    const target = t[tAt + i] as number;
    d[i] = scale * (target === 1 && z > FAR ? -sigmoid(-z) : (y[i] as number) - target);
  }
}

/** d := scale (y - t). */
function subtract(count: number, y: Float64Array, t: Float64Array, tAt: number, d: Float64Array, scale: number): void {
  for (let i = 0; i < count; i++) d[i] = scale * ((y[i] as number) - (t[tAt + i] as number));
}

/** On entry d holds errors times `scale`, on return the derivative of the loss with respect to the weighted sums. */
function boundedBackward(
  loss: Bounded,
  derivative: Derivative,
  B: number,
  O: number,
  s: Float64Array,
  d: Float64Array,
  scale: number,
): void {
  for (let i = 0; i < B * O; i++) {
    const delta = d[i] as number;
    if (loss === 'meanAbsoluteError') d[i] = scale * Math.sign(delta);
    else if (delta > scale) d[i] = scale;
    else if (delta < -scale) d[i] = -scale;
  }
  activationBackward(derivative, B, O, s, d);
}

/**
 * Sums over the rows how right each row is, from 0 to 1: 1 if the largest output is where the largest target is, or the share of
 * outputs on their target's side of one half.
 */
export function correctSum(
  metric: Exclude<Metric, 'none'>,
  B: number,
  O: number,
  y: Float64Array,
  t: Float64Array,
  tAt: number,
): number {
  const count = B * O;
  let right = 0;
  switch (metric) {
    case 'argmax':
      for (let at = 0; at < count; at += O) if (indexOfLargest(y, at, O) === indexOfLargest(t, tAt + at, O)) right++;
      return right;
    default:
      metric satisfies 'threshold';
      for (let i = 0; i < count; i++) if ((y[i] as number) >= 0.5 === (t[tAt + i] as number) >= 0.5) right++;
      return right / O;
  }
}

function indexOfLargest(values: Float64Array, at: number, O: number): number {
  let index = 0;
  for (let o = 1; o < O; o++) if ((values[at + o] as number) > (values[at + index] as number)) index = o;
  return index;
}

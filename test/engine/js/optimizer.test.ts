/** What the js engine does to whole tensors, against the formulas in float64, a number at a time. */
import { describe, expect, it } from 'vitest';
import {
  type AdaptiveRates,
  adaptiveStep,
  addScaled,
  clip,
  momentumStep,
  multiply,
  penalize,
  sgdStep,
  squareSum,
} from '../../../src/engine/js/optimizer.js';
import { SeededRandom } from '../../support/seeded.js';

const LENGTH = 67;
const random = new SeededRandom('optimizers of the js engine');
const weights = random.floats(LENGTH);
const gradients = random.floats(LENGTH);
const first = random.floats(LENGTH, 0.1);
const second = random.floats(LENGTH, 0.1).map(Math.abs);
const at = (values: Float32Array, i: number): number => values[i] as number;
/** float32 numbers of a formula, which is what tensors hold. */
const rounded = (formula: (i: number) => number): Float32Array =>
  Float32Array.from({ length: LENGTH }, (_, i) => formula(i));

describe('tensors', () => {
  it('are multiplied, and others added to them', () => {
    const values = weights.slice();
    multiply(values, 0.7);
    expect(values).toEqual(rounded((i) => at(weights, i) * 0.7));
    addScaled(values, gradients, -0.1);
    expect(values).toEqual(rounded((i) => Math.fround(at(weights, i) * 0.7) - 0.1 * at(gradients, i)));
  });

  it('squareSum adds squares', () => {
    const expected = Array.from(gradients).reduce((sum, value) => sum + value * value, 0);
    expect(squareSum(gradients)).toBeCloseTo(expected, 12);
  });

  it('clip cuts what is beyond the limit, infinities too, and lets NaN be', () => {
    const values = Float32Array.of(
      0.5,
      -0.5,
      2,
      -2,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      -0,
    );
    clip(values, 1.5);
    expect(values).toEqual(Float32Array.of(0.5, -0.5, 1.5, -1.5, 1.5, -1.5, Number.NaN, -0));
  });

  it('penalize adds l1 sign(w) + 2 l2 w, nothing where a weight is 0', () => {
    const w = Float32Array.of(0.5, -0.5, 0, -0);
    const g = Float32Array.of(1, 1, 1, 1);
    penalize(w, g, 0.25, 0.125);
    expect(g).toEqual(Float32Array.of(1.375, 0.625, 1, 1));
  });
});

describe('steps', () => {
  const [rate, scale, decay, momentum] = [0.05, 0.3, 0.02, 0.9] as const;
  const gradient = (i: number): number => scale * at(gradients, i) + decay * at(weights, i);

  it('sgd', () => {
    const w = weights.slice();
    sgdStep(w, gradients, rate, scale, decay);
    expect(w).toEqual(rounded((i) => at(weights, i) - rate * gradient(i)));
  });

  it.each([false, true])('momentum, nesterov %s', (nesterov) => {
    const [w, v] = [weights.slice(), first.slice()];
    momentumStep(w, gradients, v, rate, scale, decay, momentum, nesterov);
    const velocity = (i: number): number => momentum * at(first, i) + gradient(i);
    expect(v).toEqual(rounded(velocity));
    const direction = (i: number): number => (nesterov ? gradient(i) + momentum * velocity(i) : velocity(i));
    expect(w).toEqual(rounded((i) => at(weights, i) - rate * direction(i)));
  });

  const RATES: AdaptiveRates = {
    rate,
    decay,
    decayFactor: 0.96,
    beta1: momentum,
    beta2: 0.99,
    share: 0.01,
    rootScale: 1.5,
    epsilon: 1e-3,
  };
  const variance = (i: number): number => RATES.beta2 * at(second, i) + RATES.share * gradient(i) ** 2;
  const root = (i: number): number => RATES.rootScale * Math.sqrt(variance(i)) + RATES.epsilon;

  it('of the mean over the root of the variance: adam and adamw', () => {
    const [w, m, v] = [weights.slice(), first.slice(), second.slice()];
    adaptiveStep(w, gradients, m, v, scale, RATES);
    const mean = (i: number): number => momentum * at(first, i) + (1 - momentum) * gradient(i);
    expect(v).toEqual(rounded(variance));
    expect(m).toEqual(rounded(mean));
    expect(w).toEqual(rounded((i) => RATES.decayFactor * at(weights, i) - (rate * mean(i)) / root(i)));
  });

  it('of the gradient over the root of the variance: rmsprop and adagrad', () => {
    const [w, v] = [weights.slice(), second.slice()];
    adaptiveStep(w, gradients, undefined, v, scale, RATES);
    expect(v).toEqual(rounded(variance));
    expect(w).toEqual(rounded((i) => RATES.decayFactor * at(weights, i) - (rate * gradient(i)) / root(i)));
  });

  it('remember no denormal number, but NaN', () => {
    const [w, v, m] = [new Float32Array(3), Float32Array.of(1e-38, -1e-38, Number.NaN), new Float32Array(3)];
    momentumStep(w, new Float32Array(3), v, rate, 1, 0, momentum, false);
    expect(v).toEqual(Float32Array.of(0, 0, Number.NaN));
    m.set([1e-38, -1e-38, Number.NaN]);
    adaptiveStep(w, new Float32Array(3), m, v, 1, RATES);
    expect(m).toEqual(Float32Array.of(0, 0, Number.NaN));
  });
});

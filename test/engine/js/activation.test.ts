/** Activations of the js engine against their twins: outputs, what the forward pass keeps, and deltas. */
import { describe, expect, it } from 'vitest';
import {
  activate,
  activationBackward,
  activationDelta,
  activationForward,
  keepsDerivative,
} from '../../../src/engine/js/activation.js';
import { HIDDEN } from '../../support/engine/problems.js';
import * as twin from '../../support/engine/reference.js';
import { beyondBound } from '../../support/findings.js';
import { SeededRandom } from '../../support/seeded.js';

const KEEPING = ['leakyRelu', 'elu', 'selu', 'gelu', 'silu', 'softplus'];
const random = new SeededRandom('activations of the js engine');
/** Sums of any size, and the places where formulas change. */
const SUMS = [...random.floats(300, 4), ...random.floats(100, 60), ...random.floats(50, 1e-4), 0, -0, 800, -800];
const UNTOUCHED = 17;

function forward(activation: (typeof HIDDEN)[number], slope = 0.01) {
  const y = Float64Array.from(SUMS);
  const s = new Float64Array(y.length).fill(UNTOUCHED);
  activationForward(activation, slope, 2, y.length / 2, y, s);
  return { y, s };
}

describe.each(HIDDEN)('%s', (activation) => {
  const expected = twin.activationForward(activation, SUMS.length, SUMS);
  const slopes = twin.activationSlopes(activation as 'linear', SUMS);
  const near = (i: number): number => 1e-12 * Math.abs(expected[i] as number) + 1e-290;

  it('gives what its twin gives', () => {
    expect(beyondBound('y', forward(activation).y, expected, near)).toBeUndefined();
  });

  it('keeps derivatives where its outputs do not tell them at little cost, and else leaves s alone', () => {
    const { s } = forward(activation);
    expect(keepsDerivative(activation)).toBe(KEEPING.includes(activation));
    if (keepsDerivative(activation)) expect(beyondBound('s', s, slopes, () => 1e-12)).toBeUndefined();
    else expect(s.every((value) => value === UNTOUCHED)).toBe(true);
  });

  it('multiplies deltas by the derivative', () => {
    const { y, s } = forward(activation);
    const d = Float64Array.from(SUMS, (_, i) => (i % 7) - 3);
    const products = d.map((delta, i) => delta * (slopes[i] as number));
    if (keepsDerivative(activation)) activationBackward('kept', 2, SUMS.length / 2, s, d);
    else activationBackward(activation, 2, SUMS.length / 2, y, d);
    expect(beyondBound('d', d, products, () => 1e-11)).toBeUndefined();
  });

  it('passes NaN on', () => {
    const y = Float64Array.of(Number.NaN);
    activationForward(activation, 0.01, 1, 1, y, new Float64Array(1));
    expect(y[0]).toBeNaN();
  });
});

it.each([0, 0.2, 1, 3, -0.3])('leakyRelu has the slope %f below 0', (slope) => {
  const { y, s } = forward('leakyRelu', slope);
  expect(y).toEqual(Float64Array.from(SUMS, (z) => (z > 0 ? z : slope * z)));
  expect(s).toEqual(Float64Array.from(SUMS, (z) => (z > 0 ? 1 : slope)));
});

describe('one unit at a time', () => {
  it.each(HIDDEN.filter((activation) => !keepsDerivative(activation)))('%s gives the same bits', (activation) => {
    expect(SUMS.map((sum) => activate(activation, sum))).toEqual([...forward(activation).y]);
  });

  it('deltas below 1e-30 are 0, NaN stays NaN', () => {
    expect(activationDelta('kept', 1e-16, 1e-15)).toBe(0);
    expect(activationDelta('kept', 1e-14, -1e-15)).toBeCloseTo(-1e-29, 40);
    expect(activationDelta('kept', Number.NaN, 1)).toBeNaN();
  });
});

/** Compares the ranges of outputs with the formulas. */
import { describe, expect, it } from 'vitest';
import { givesProbabilities, OUTPUT_RANGES } from '../../src/options/activations.js';
import { ACTIVATIONS } from '../../src/options/names.js';
import * as twin from '../support/engine/reference.js';

/** Weighted sums of every size and both signs. Two units, because softmax needs two. */
const SIZES = [0, 1e-3, 0.01, 0.1, 0.3, 0.5, 0.75, 1, 1.25, 1.3, 2, 3, 5, 10, 40, 1e3, 1e6];
const SUMS = SIZES.flatMap((size) => [size, -size, -size, size]);
/** How far outputs may stay away from a finite bound. */
const NEAR = 1e-3;

describe.each(ACTIVATIONS)('%s', (activation) => {
  const [lowest, highest] = OUTPUT_RANGES[activation];
  const outputs = [...twin.activationForward(activation, 2, SUMS)];

  it('stays in its range', () => {
    for (const output of outputs) expect([output >= lowest, output <= highest]).toEqual([true, true]);
  });

  it('reaches both ends of it', () => {
    const [least, most] = [Math.min(...outputs), Math.max(...outputs)];
    if (Number.isFinite(lowest)) expect(least - lowest).toBeLessThan(NEAR);
    else expect(least).toBeLessThanOrEqual(-1e4);
    if (Number.isFinite(highest)) expect(highest - most).toBeLessThan(NEAR);
    else expect(most).toBeGreaterThanOrEqual(1e4);
  });
});

it('sigmoid and softmax give probabilities, and no other activation', () => {
  expect(ACTIVATIONS.filter(givesProbabilities)).toEqual(['sigmoid', 'softmax']);
});

/** Normal random numbers. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/foundation/random.js';
import { normals } from '../../src/model/rare-weights.js';

const DRAWS = 100_000;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('normal numbers', () => {
  it('have mean 0, variance 1, kurtosis 3, no neighbours alike', () => {
    const values = Array.from({ length: DRAWS }, normals(new Random(2, 'initialize')));
    expect(mean(values)).toBeCloseTo(0, 1);
    expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1);
    expect(Math.abs(mean(values.map((value) => value ** 4)) - 3)).toBeLessThan(0.15);
    expect(Math.abs(mean(values.slice(1).map((value, i) => value * (values[i] as number))))).toBeLessThan(0.02);
  });
});

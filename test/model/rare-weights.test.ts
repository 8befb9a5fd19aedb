/** Normal random numbers, and the first weights of columns. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/foundation/random.js';
import { Network } from '../../src/index.js';
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

it('inputs that say other or missing begin with weights of 0, all others as they were', async () => {
  const create = async (flags: { other?: boolean; missing?: boolean }) => {
    const inputs = {
      age: { type: 'number', missing: true },
      city: { type: 'category', values: ['a', 'b'], ...flags },
    } as const;
    return await Network.create({ inputs, layers: [{ units: 5 }, { units: 1 }], engine: 'js', seed: 3 });
  };
  const network = await create({ other: true, missing: true });
  const { weights } = network.getParameters(0);
  // age, age (missing), city=a, city=b, city (other), city (missing)
  for (let unit = 0; unit < 5; unit++) {
    const zeros = Array.from(weights.subarray(6 * unit, 6 * unit + 6), (weight) => weight === 0);
    expect(zeros).toEqual([false, true, false, false, true, true]);
  }
  expect(network.getParameters(1).weights).not.toContain(0);
  // What was never seen counts as nothing, also after a fit.
  const rows = ['a', 'b', 'a', 'b'].map((city, age) => ({ age, city }));
  await network.fit(rows, [0, 1, 0, 1], { epochs: 5 });
  expect(network.predict({ age: 1, city: 'new' })).toEqual(network.predict({ age: 1, city: '' }));
  expect(network.getParameters(0).weights[4]).toBe(0);
});

/** Columns that take what the rows of training do not have. */
import { expect, it } from 'vitest';
import { clearFlags } from '../../src/cli/open-columns.js';
import { Network } from '../../src/index.js';

it('inputs that say other or missing begin with weights of 0, all others as they were', async () => {
  const inputs = {
    age: { type: 'number', missing: true },
    city: { type: 'category', values: ['a', 'b'], other: true, missing: true },
  } as const;
  const network = await Network.create({ inputs, layers: [{ units: 5 }, { units: 1 }], engine: 'js', seed: 3 });
  clearFlags(network);
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

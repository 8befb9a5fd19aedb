/** The loops on sparse rows, to the last bit of float64: which entries they take, and in which order they add them. */
import { expect, it } from 'vitest';
import { sparseBackwardWeights, sparseForward } from '../../../src/engine/js/sparse.js';
import { SeededRandom } from '../../support/seeded.js';
import { randomSparse } from '../../support/sparse.js';

const [I, O, B, COUNT] = [9, 3, 4, 12];
const SCALE = -0.1;

it.each([
  ['in an order', new SeededRandom('js order').order(COUNT)],
  ['without an order', undefined],
])('rows from the third on, %s', (_, order) => {
  const random = new SeededRandom('js sparse');
  const { starts, columns } = randomSparse(random, COUNT, I, I);
  // Of many sizes: sums of numbers of one size are exact in float64, whatever the order.
  const values = random.floats(columns.length).map((value) => value * 2 ** random.integer(-25, 25));
  const from = 2;
  const [weights, biases] = [random.floats(O * I), random.floats(O)];
  const d = Float64Array.from({ length: B * O }, () => random.uniform() - 0.5);
  const y = new Float64Array(B * O).fill(Number.NaN);
  const x = { starts, columns, values, order, from };
  sparseForward(B, I, O, x, weights, biases, y);
  const expected = weights.slice();
  for (let row = 0; row < B; row++) {
    const sample = order?.[from + row] ?? from + row;
    const entries = Array.from(columns.keys()).slice(starts[sample], starts[sample + 1]);
    for (let o = 0; o < O; o++) {
      const place = (at: number): number => o * I + (columns[at] as number);
      const product = (at: number): number => (values[at] as number) * (weights[place(at)] as number);
      const sum = entries.reduce((before, at) => before + product(at), biases[o] as number);
      expect(y[row * O + o], `row ${row}, unit ${o}`).toBe(sum);
      for (const at of entries) {
        const step = SCALE * (d[row * O + o] as number) * (values[at] as number);
        expected[place(at)] = (expected[place(at)] as number) + step;
      }
    }
  }
  sparseBackwardWeights(B, I, O, x, d, weights, SCALE);
  expect(weights).toEqual(expected);
});

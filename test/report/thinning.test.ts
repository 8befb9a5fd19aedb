/** What charts show of many samples and epochs. */
import { expect, it } from 'vitest';
import { lossCurve, predictedAgainstTrue } from '../../src/report/thinning.js';
import { expectRefused } from '../support/refusals.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

it('points are all of few samples', () => {
  expect(predictedAgainstTrue([1, 2], Float32Array.of(3, 4))).toEqual([
    { truth: 3, predicted: 1 },
    { truth: 4, predicted: 2 },
  ]);
  expect(predictedAgainstTrue(range(500), range(500))).toHaveLength(500);
});

it('points are drawn by the seed from many samples, in their order', () => {
  const truth = range(10_000);
  const of = (seed: number) =>
    predictedAgainstTrue(
      truth.map((y) => -y),
      truth,
      { seed, most: 100 },
    );
  expect(of(1)).toHaveLength(100);
  expect(of(1)).toEqual(of(1));
  expect(of(1)).not.toEqual(of(2));
  const drawn = of(1).map((point) => point.truth);
  expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
  for (const { truth: y, predicted } of of(3)) expect(predicted).toBe(-y);
});

it('a curve has all of few epochs, and of many every so many, the last one and the best one', () => {
  const epochs = range(2001).map((i) => ({
    epoch: i + 1,
    loss: 1 / (i + 1),
    validationLoss: Math.abs(i - 777),
    seconds: 1,
  }));
  const few = lossCurve(epochs.slice(0, 3));
  expect(few).toEqual(epochs.slice(0, 3).map(({ seconds, ...rest }) => rest));
  const many = lossCurve(epochs, 100).map(({ epoch }) => epoch);
  expect(many.length).toBeLessThanOrEqual(102);
  expect(many).toEqual(expect.arrayContaining([1, 778, 2001]));
  expect(lossCurve([])).toEqual([]);
  expect(lossCurve([{ epoch: 1, loss: 2 }])).toEqual([{ epoch: 1, loss: 2 }]);
});

it('wrong options are refused', async () => {
  await expectRefused(() => predictedAgainstTrue([1], [1, 2]), 'ERR_SHAPE', /: 1 answer and 2 numbers/);
  await expectRefused(() => predictedAgainstTrue([], []), 'ERR_SHAPE', /at least 1/);
  const unknown = { max: 3 } as object;
  await expectRefused(() => predictedAgainstTrue([1], [1], unknown), 'ERR_INVALID_OPTION', /unknown option "max"/);
  await expectRefused(() => predictedAgainstTrue([1], [1], { most: 0 }), 'ERR_INVALID_OPTION', /most is 0/);
  await expectRefused(() => lossCurve([], 1), 'ERR_INVALID_OPTION', /lossCurve: most is 1/);
});

/** Calibration and thresholds of yes-or-no answers: what scikit-learn.test.ts does not say, and what is refused. */
import { describe, expect, it } from 'vitest';
import { calibration } from '../../src/report/calibration.js';
import { bestThreshold } from '../../src/report/threshold.js';
import { expectRefused } from '../support/refusals.js';

describe('the best threshold', () => {
  it('is the lowest of equally good ones', () => {
    expect(bestThreshold([0.9, 0.8, 0.4], [1, 0, 0]).threshold).toBe(0.9);
    // From 0.7 on F1 is 2/3, and from 0.4 on too.
    const { threshold, f1 } = bestThreshold([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], [1, 0, 1, 0, 0, 1]);
    expect(threshold).toBe(0.4);
    expect(f1).toBeCloseTo(2 / 3, 15);
    expect(bestThreshold([0.5, 0.5], [true, false])).toEqual({ threshold: 0.5, f1: 2 / 3, precision: 0.5, recall: 1 });
  });

  it('does not change what it is given, and takes float32', () => {
    const probabilities = Float32Array.of(0.7, 0.1, 0.3);
    expect(bestThreshold(probabilities, Uint8Array.of(1, 0, 1)).threshold).toBe(Math.fround(0.3));
    expect([...probabilities]).toEqual([0.7, 0.1, 0.3].map(Math.fround));
  });

  it('needs a positive sample', async () => {
    const message = /^bestThreshold: none of 2 samples is positive\. Without one no threshold is better/;
    await expectRefused(() => bestThreshold([0.1, 0.2], [0, 0]), 'ERR_INVALID_OPTION', message);
  });
});

describe('calibration', () => {
  it('leaves out bins without samples, and counts the others', () => {
    expect(calibration([0, 0.1, 0.95, 1], [0, 1, 1, 1])).toEqual([
      { predicted: 0.05, observed: 0.5, samples: 2 },
      { predicted: 0.975, observed: 1, samples: 2 },
    ]);
    expect(calibration([0.3, 0.6], [false, true], { bins: 1 })).toEqual([
      { predicted: expect.closeTo(0.45, 15), observed: 0.5, samples: 2 },
    ]);
  });

  it('has bins of equally many samples where asked', () => {
    const probabilities = Array.from({ length: 100 }, (_, i) => (i / 100) ** 3);
    const bins = calibration(probabilities, new Uint8Array(100), { bins: 4, strategy: 'quantile' });
    expect(bins.map(({ samples }) => samples)).toEqual([25, 25, 25, 25]);
  });

  it('refuses options that do not exist', async () => {
    const strategy = 'uniforn' as 'uniform';
    const of = (options: object) => () => calibration([0.5], [1], options);
    await expectRefused(
      of({ strategy }),
      'ERR_INVALID_OPTION',
      /strategy is "uniforn"\. Expected one of: uniform, quantile/,
    );
    await expectRefused(
      of({ bins: 1.5 }),
      'ERR_INVALID_OPTION',
      /bins is 1\.5, expected a whole number from 1 to 1000/,
    );
    await expectRefused(of({ n_bins: 3 }), 'ERR_INVALID_OPTION', /unknown option "n_bins"\. Known: bins, strategy/);
  });
});

describe.each([calibration, bestThreshold])('%o', (judge) => {
  it('refuses what is no probability, and no yes or no', async () => {
    const range = /row 1 \(counted from 0\) has the probability 1\.5, expected a number from 0 to 1/;
    await expectRefused(() => judge([0.5, 1.5], [0, 1]), 'ERR_INVALID_OPTION', range);
    await expectRefused(() => judge([Number.NaN], [1]), 'ERR_INVALID_OPTION', /row 0 .* has the probability NaN/);
    await expectRefused(
      () => judge([0.5], [2]),
      'ERR_INVALID_OPTION',
      /row 0 .* of positives is 2, expected 1 or true/,
    );
    await expectRefused(
      () => judge([0.5], [0, 1]),
      'ERR_SHAPE',
      /^(calibration|bestThreshold): 1 answer and 2 positives, expected equally many/,
    );
    await expectRefused(() => judge([], []), 'ERR_SHAPE', /at least 1/);
  });
});

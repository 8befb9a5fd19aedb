/** Figures against those of scikit-learn, in golden/: within 1e-12 of 1, or of a larger number. generate.py there says what differs between versions. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calibration } from '../../src/report/calibration.js';
import { reportOfNumbers } from '../../src/report/numbers.js';
import { reportOfClasses } from '../../src/report/report.js';
import { bestThreshold } from '../../src/report/threshold.js';

/** JSON has no NaN: null is a figure that does not exist. */
type Figure = number | null | Figure[];

interface Case {
  name: string;
  task: 'classes' | 'numbers';
  width: number;
  truth: number[];
  outputs: number[];
  figures: Record<string, Figure>;
}

const { cases }: { cases: Case[] } = JSON.parse(readFileSync(new URL('golden/figures.json', import.meta.url), 'utf8'));

function expectNear(value: unknown, expected: Figure | undefined, name: string): void {
  if (Array.isArray(expected)) {
    expect((value as unknown[]).length, name).toBe(expected.length);
    expected.forEach((one, i) => {
      expectNear((value as unknown[])[i], one, `${name}[${i}]`);
    });
  } else if (expected === null) expect(value, name).toBeNaN();
  else {
    const error = Math.abs((value as number) - (expected as number));
    expect(error, `${name}: ${value}, expected ${expected}`).toBeLessThanOrEqual(
      1e-12 * Math.max(1, Math.abs(expected as number)),
    );
  }
}

const ofTask = (task: Case['task']): (readonly [string, Case])[] =>
  cases.filter((one) => one.task === task).map((one) => [one.name, one] as const);

it('there are cases', () => {
  expect(cases.length).toBeGreaterThan(30);
});

describe.each(ofTask('classes'))('%s', (_, { width, truth, outputs, figures }) => {
  const positives = truth.map((c) => c === 1);
  const seconds = outputs.filter((_, i) => i % 2 === 1);

  it('has the figures of classes', () => {
    const report = reportOfClasses(outputs, width, truth, undefined);
    for (const key of [
      'confusion',
      'accuracy',
      'balancedAccuracy',
      'macroF1',
      'weightedF1',
      'logLoss',
      'brier',
    ] as const) {
      expectNear(report[key], figures[key], key);
    }
    report.classes.forEach((one, c) => {
      const of = (key: string): Figure => (figures[key] as Figure[])[c] as Figure;
      // Where scikit-learn warns and says 0, a class without samples has no figure here.
      for (const key of ['precision', 'recall', 'f1'] as const) {
        if (one.support > 0) expectNear(one[key], of(key), `${key} of ${c}`);
        else if (Number.isNaN(one[key])) expect(of(key)).toBe(0);
        else expectNear(one[key], of(key), `${key} of ${c}`);
      }
      for (const key of ['rocAuc', 'averagePrecision'] as const) expectNear(one[key], of(key), `${key} of ${c}`);
    });
    for (const key of ['rocAuc', 'averagePrecision'] as const) {
      const each = (figures[key] as (number | null)[]).map((one) => one ?? Number.NaN);
      const expected = width === 2 ? (each[1] as number) : each.reduce((a, b) => a + b) / width;
      expectNear(report[key], Number.isNaN(expected) ? null : expected, key);
    }
  });

  if (width === 2) {
    it('is the same for a single output', () => {
      const whole = reportOfClasses(outputs, 2, truth, undefined);
      const single = reportOfClasses(seconds, 1, truth, undefined);
      expectNear(single.rocAuc, Number.isNaN(whole.rocAuc) ? null : whole.rocAuc, 'rocAuc');
      expectNear(single.brier, whole.brier, 'brier');
    });

    it('has the bins of calibration_curve', () => {
      for (const [strategy, bins] of [
        ['uniform', 10],
        ['quantile', 5],
      ] as const) {
        const found = calibration(seconds, positives, { bins, strategy });
        expectNear(
          found.map(({ predicted, observed }) => [predicted, observed]),
          figures[strategy],
          strategy,
        );
        expect(found.reduce((sum, { samples }) => sum + samples, 0)).toBe(truth.length);
      }
    });
  }

  if (figures.threshold !== undefined) {
    it('has the threshold with the best F1 of precision_recall_curve, and a report agrees', () => {
      const { threshold, f1, precision, recall } = bestThreshold(seconds, positives);
      expectNear([threshold, f1, precision, recall], figures.threshold, 'threshold');
      const second = reportOfClasses(outputs, 2, truth, undefined, true, threshold).classes[1];
      expectNear([second?.f1, second?.precision, second?.recall], [f1, precision, recall], 'report');
    });
  }
});

it.each(ofTask('numbers'))('%s', (_, { truth, outputs, figures }) => {
  const [output] = reportOfNumbers(outputs, 1, truth).outputs;
  for (const key of ['r2', 'rmse', 'mae', 'medianError'] as const)
    expectNear(output?.[key], figures[key] as Figure, key);
});

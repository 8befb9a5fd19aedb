/** The figures of a report: against formulas written another way, against published examples, and where they do not exist. */
import { describe, expect, it } from 'vitest';
import { type ClassReport, Network, type NumberReport } from '../../src/index.js';
import { reportOfNumbers } from '../../src/report/numbers.js';
import { reportOfClasses } from '../../src/report/report.js';
import { ENGINES } from '../support/networks.js';
import { expectRefused } from '../support/refusals.js';
import { SeededRandom } from '../support/seeded.js';

/** Within 1e-12: of 1, or of a larger number. */
const near = (value: number, expected: number): void => {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
};

describe('classes', () => {
  it('are counted as in the example of classification_report', () => {
    // https://scikit-learn.org/stable/modules/generated/sklearn.metrics.classification_report.html
    const predicted = [0, 0, 2, 1, 0];
    const outputs = predicted.flatMap((index) => [0, 1, 2].map((c) => Number(c === index)));
    const report = reportOfClasses(outputs, 3, [0, 1, 2, 2, 0], ['class 0', 'class 1', 'class 2']);
    const rounded = report.classes.map(({ precision, recall, f1, support }) => [
      precision.toFixed(2),
      recall.toFixed(2),
      f1.toFixed(2),
      support,
    ]);
    expect(rounded).toEqual([
      ['0.67', '1.00', '0.80', 2],
      ['0.00', '0.00', '0.00', 1],
      ['1.00', '0.50', '0.67', 2],
    ]);
    expect(report.accuracy).toBe(0.6);
    expect(report.macroF1.toFixed(2)).toBe('0.49');
    expect(report.weightedF1.toFixed(2)).toBe('0.59');
    expect(report.confusion).toEqual([
      [2, 0, 0],
      [1, 0, 0],
      [0, 1, 1],
    ]);
    near(report.balancedAccuracy, (1 + 0 + 0.5) / 3);
    expect(report.baseline).toEqual({ label: 'class 0', accuracy: 0.4 });
  });

  it('have the area, the log loss and the Brier score of the examples of scikit-learn', () => {
    // roc_auc_score, log_loss and brier_score_loss, in its reference.
    near(reportOfClasses([0.1, 0.4, 0.35, 0.8], 1, [0, 0, 1, 1], undefined).rocAuc, 0.75);
    const spam = [0.9, 0.1, 0.8, 0.35];
    expect(reportOfClasses(spam, 1, [1, 0, 0, 1], undefined).logLoss).toBeCloseTo(
      -(Math.log(0.9) + Math.log(0.9) + Math.log(0.2) + Math.log(0.35)) / 4,
      12,
    );
    near(reportOfClasses([0.1, 0.9, 0.8, 0.3], 1, [0, 1, 1, 0], undefined).brier, 0.0375);
  });

  it.each([2, 3, 7])('%i of them have figures that agree with their definitions', (count) => {
    const seeded = new SeededRandom(`report of ${count}`);
    const random = (): number => seeded.uniform();
    const samples = 300;
    const truth = Array.from({ length: samples }, (_, row) => (row < count ? row : Math.floor(random() * count)));
    // Few different numbers, so that there are ties.
    const rows = truth.map(() => {
      const draws = Array.from({ length: count }, () => Math.fround(Math.ceil(random() * 6) / 6));
      const total = draws.reduce((a, b) => a + b);
      return draws.map((value) => Math.fround(value / total));
    });
    const report = reportOfClasses(rows.flat(), count, truth, undefined);
    const predicted = rows.map((row) => row.indexOf(Math.max(...row)));
    const areas = Array.from({ length: count }, (_, c) => {
      let wins = 0;
      let pairs = 0;
      const column = count === 2 ? 1 : c;
      rows.forEach((one, i) => {
        rows.forEach((other, j) => {
          if (truth[i] !== column || truth[j] === column) return;
          const [a, b] = [one[column] as number, other[column] as number];
          pairs++;
          wins += a > b ? 1 : a === b ? 0.5 : 0;
        });
      });
      return wins / pairs;
    });
    report.classes.forEach(({ precision, recall, f1, support, rocAuc, label }, c) => {
      expect(label).toBe(`${c}`);
      const hits = truth.filter((t, i) => t === c && predicted[i] === c).length;
      const named = predicted.filter((p) => p === c).length;
      expect(support).toBe(truth.filter((t) => t === c).length);
      near(precision, named === 0 ? 0 : hits / named);
      near(recall, hits / support);
      near(f1, hits === 0 ? 0 : (2 * precision * recall) / (precision + recall));
      near(rocAuc, areas[c] as number);
    });
    near(report.rocAuc, areas.reduce((a, b) => a + b) / count);
    near(report.macroF1, report.classes.reduce((sum, { f1 }) => sum + f1, 0) / count);
    near(report.accuracy, truth.filter((t, i) => t === predicted[i]).length / samples);
    const squares = rows.map((row, i) =>
      count === 2
        ? ((row[1] as number) - Number(truth[i] === 1)) ** 2
        : row.reduce((sum, p, c) => sum + (p - Number(truth[i] === c)) ** 2, 0),
    );
    near(report.brier, squares.reduce((a, b) => a + b) / samples);
    near(report.logLoss, -rows.reduce((sum, row, i) => sum + Math.log(row[truth[i] as number] as number), 0) / samples);
  });

  it('without samples have no recall, f1 and area; the averages are of those that have', () => {
    const report = reportOfClasses([1, 0, 0, 0, 0, 1, 0, 1, 0], 3, [0, 0, 1], ['a', 'b', 'c']);
    expect(report.classes[2]).toEqual({
      label: 'c',
      precision: 0,
      recall: Number.NaN,
      f1: Number.NaN,
      support: 0,
      rocAuc: Number.NaN,
      averagePrecision: Number.NaN,
    });
    near(report.balancedAccuracy, 0.75);
    // scikit-learn counts an f1 of 0 for a class that was predicted.
    near(report.macroF1, (2 / 3 + 1 + 0) / 3);
    expect(report.rocAuc).toBeNaN();
    expect(String(report)).toMatch(/^c +0 +- +- +0 +-$/m);
    const unnamed = reportOfClasses([1, 0, 0, 1, 0, 0, 0, 1, 0], 3, [0, 0, 1], undefined);
    expect(unnamed.classes[2]?.precision).toBeNaN();
    near(unnamed.macroF1, 1);
    expect(String(unnamed)).not.toContain('No more accurate');
  });

  it('are counted as exactly for a million samples as for ten', () => {
    const samples = 1_000_000;
    const outputs = new Float64Array(samples).fill(0.1);
    const report = reportOfClasses(outputs, 1, new Uint8Array(samples), undefined);
    near(report.brier, 0.1 ** 2);
    near(report.logLoss, -Math.log(0.9));
    // A plain sum of the squares would be off by 1e-11.
    expect(Math.abs(outputs.reduce((a, p) => a + p ** 2, 0) / samples / 0.1 ** 2 - 1)).toBeGreaterThan(1e-12);
  });

  it('of many samples without a tie, with one, and all equal have areas between 0 and 1', () => {
    for (const digits of [0, 1, 6]) {
      const seeded = new SeededRandom(`ties ${digits}`);
      const outputs = Array.from({ length: 2000 }, () => Number(seeded.uniform().toFixed(digits)));
      const truth = outputs.map(() => Number(seeded.chance(0.01)));
      const { rocAuc, averagePrecision } = reportOfClasses(outputs, 1, truth, undefined);
      expect(rocAuc).toBeGreaterThan(0.2);
      expect(rocAuc).toBeLessThan(0.8);
      expect(averagePrecision).toBeGreaterThan(0);
      expect(averagePrecision).toBeLessThan(0.2);
    }
  });

  it('that are certain and wrong cost -log 2^-52, not infinity', () => {
    near(reportOfClasses([1, 0], 2, [1], undefined).logLoss, 52 * Math.LN2);
  });
});

describe('numbers', () => {
  it('have the figures of the examples of scikit-learn', () => {
    // r2_score, mean_absolute_error, median_absolute_error, in its reference.
    const [output] = reportOfNumbers([2.5, 0, 2, 8], 1, [3, -0.5, 2, 7]).outputs;
    near(output?.r2 as number, 0.9486081370449679);
    near(output?.mae as number, 0.5);
    near(output?.medianError as number, 0.5);
    near(output?.rmse as number, Math.sqrt(0.375));
    near(output?.baseline.rmse as number, Math.sqrt([3, -0.5, 2, 7].reduce((s, y) => s + (y - 2.875) ** 2, 0) / 4));
    near(output?.baseline.mae as number, (0.125 + 3.375 + 0.875 + 4.125) / 4);
  });

  it('say where they are no better than the mean', () => {
    const said = (outputs: number[], width = 1): string =>
      String(reportOfNumbers(outputs, width, [1, 1, 2, 2, 3, 3].slice(0, 3 * width)));
    expect(String(reportOfNumbers([1, 2, 3], 1, [1, 2, 4]))).not.toContain('No better');
    expect(said([5, 5, 5])).toContain('\nNo better than always the mean.');
    expect(said([1, 9, 2, 9, 3, 9], 2)).toContain('\nNo better than always the mean for output 1.');
  });

  it('have no r2 for one sample; for equal targets it is 1 or 0', () => {
    const r2 = (outputs: number[], truth: number[]): number | undefined =>
      reportOfNumbers(outputs, 1, truth).outputs[0]?.r2;
    expect(r2([1], [1])).toBeNaN();
    expect(r2([2, 2], [2, 2])).toBe(1);
    expect(r2([2, 3], [2, 2])).toBe(0);
  });
});

describe.each(ENGINES)('report of a network on %s', (engine) => {
  it('is not impressed by 95.4% where 4.6% are positive and none is found', async () => {
    const options = { inputs: 1, layers: [{ units: 1, initializer: 'zeros' }], labels: ['no', 'yes'], engine } as const;
    const network = await Network.create(options);
    network.setParameters(0, { biases: [-3] });
    const targets = new Uint8Array(1000).fill(1, 0, 46);
    const report = network.report(new Float32Array(1000), targets) as ClassReport;
    expect(report.accuracy).toBe(0.954);
    expect(report.accuracy).toBe(network.evaluate(new Float32Array(1000), targets).accuracy);
    expect(report.baseline).toEqual({ label: 'no', accuracy: 0.954 });
    expect(report.classes[1]).toMatchObject({ label: 'yes', precision: 0, recall: 0, f1: 0, support: 46, rocAuc: 0.5 });
    const text = String(report);
    expect(text).toMatch(/^accuracy +0\.954\nbaseline accuracy +0\.954\nbaseline label +no$/m);
    expect(text.endsWith('\nNo more accurate than always "no".')).toBe(true);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('says the same for names, indexes, one-hot rows and probabilities', async () => {
    const labels = ['a', 'b', 'c'];
    const network = await Network.create({ inputs: 2, layers: [{ units: 3, activation: 'softmax' }], labels, engine });
    const inputs = [
      [1, 2],
      [-2, 0.5],
      [0.1, -1],
    ];
    const expected = network.report(inputs, ['a', 'c', 'b']);
    expect(network.report(inputs, Uint8Array.of(0, 2, 1))).toEqual(expected);
    const rows = [
      [1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ];
    expect(network.report(inputs, rows)).toEqual(expected);
    const soft = rows.map((row) => row.map((p) => (p + 0.1) / 1.3));
    expect(network.report(inputs, soft)).toEqual(expected);
    expect(JSON.parse(JSON.stringify(expected))).toMatchObject({ kind: 'classes', samples: 3, labels });
    expect(Object.keys(structuredClone(expected))).not.toContain('toString');
  });

  it('compares numbers in the units of the targets, as they were given', async () => {
    const options = {
      inputs: 1,
      layers: [{ units: 2, activation: 'linear' }],
      normalizeTargets: 'standard',
      engine,
    } as const;
    const network = await Network.create({ ...options, normalize: 'standard' });
    const inputs = [[0], [1], [2], [3]];
    const targets = inputs.map(([x]) => [100.1 + 50 * (x as number), 0.3 - (x as number)]);
    await network.fit(inputs, targets, { epochs: 20 });
    const report = network.report(inputs, targets) as NumberReport;
    const answers = network.predict(inputs);
    for (const column of [0, 1]) {
      const errors = answers.map((row, i) => Math.abs((row[column] as number) - (targets[i]?.[column] as number)));
      near(report.outputs[column]?.mae as number, errors.reduce((a, b) => a + b) / 4);
    }
    for (const line of String(report).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(
      network.report(
        inputs,
        targets.map((row) => Float32Array.from(row)),
      ).samples,
    ).toBe(4);
  });

  it('names the second of two classes from the threshold on', async () => {
    for (const units of [1, 2]) {
      const activation = units === 1 ? 'sigmoid' : 'softmax';
      const layers = [{ units, activation, initializer: 'zeros' }] as const;
      const network = await Network.create({ inputs: 1, layers, labels: ['no', 'yes'], engine });
      network.setParameters(0, { weights: units === 1 ? [1] : [0, 1] });
      const inputs = [[-2], [-1], [0], [1]];
      const targets = ['no', 'yes', 'no', 'yes'];
      const confusionAt = (threshold?: number): unknown =>
        (network.report(inputs, targets, { threshold }) as ClassReport).confusion;
      const { probability } = network.classify([1]);
      expect(confusionAt(probability)).toEqual([
        [2, 0],
        [1, 1],
      ]);
      expect(confusionAt(0.6)).toEqual(confusionAt(probability));
      expect(confusionAt(0.2)).toEqual([
        [1, 1],
        [0, 2],
      ]);
      expect(confusionAt(0)).toEqual([
        [0, 2],
        [0, 2],
      ]);
      expect(confusionAt(1)).toEqual([
        [2, 0],
        [2, 0],
      ]);
      expect(confusionAt()).toEqual((network.report(inputs, targets) as ClassReport).confusion);
      // Figures of probabilities do not depend on it.
      const [at, without] = [network.report(inputs, targets, { threshold: 0.2 }), network.report(inputs, targets)];
      for (const key of ['rocAuc', 'averagePrecision', 'logLoss', 'brier'] as const) {
        expect((at as ClassReport)[key]).toBe((without as ClassReport)[key]);
      }
    }
  });

  it('is refused for a threshold that cannot be, and for options that do not exist', async () => {
    const two = await Network.create({ inputs: 1, layers: [{ units: 1 }], engine });
    const refused = (threshold: unknown): Promise<void> =>
      expectRefused(
        () => two.report([[1]], [1], { threshold: threshold as number }),
        threshold === 'half' ? 'ERR_INVALID_TYPE' : 'ERR_INVALID_OPTION',
        /^report: threshold is .*, expected a number from 0 to 1, of two classes\.$/,
      );
    for (const threshold of [-0.1, 1.1, Number.NaN, 'half']) await refused(threshold);
    const unknown = { treshold: 0.5 } as object;
    await expectRefused(
      () => two.report([[1]], [1], unknown),
      'ERR_INVALID_OPTION',
      /unknown option "treshold"\. Known: threshold/,
    );
    const message = /^report: threshold is 0\.5, expected a number from 0 to 1, of two classes/;
    const layers = [{ units: 3, activation: 'softmax' }] as const;
    const three = await Network.create({ inputs: 1, layers, engine });
    await expectRefused(() => three.report([[1]], Uint8Array.of(2), { threshold: 0.5 }), 'ERR_INVALID_OPTION', message);
    const numbers = await Network.create({ inputs: 1, layers: [{ units: 1, activation: 'linear' }], engine });
    await expectRefused(() => numbers.report([[1]], [[2]], { threshold: 0.5 }), 'ERR_INVALID_OPTION', message);
  });

  it('is refused for samples of several classes, and for wrong samples', async () => {
    const network = await Network.create({ inputs: 1, layers: [{ units: 2 }], engine });
    const message = /^report: a sample may have several classes here\. Use evaluate/;
    await expectRefused(() => network.report([[1]], [[1, 1]]), 'ERR_UNSUPPORTED', message);
    expect(network.report([[1]], Uint8Array.of(1)).kind).toBe('classes');
    await expectRefused(() => network.report([[1, 2]], [[1, 1]]), 'ERR_SHAPE', /^report: inputs\[0\] has 2 values/);
    network.dispose();
    await expectRefused(() => network.report([[1]], Uint8Array.of(1)), 'ERR_DISPOSED', /^report: /);
  });
});

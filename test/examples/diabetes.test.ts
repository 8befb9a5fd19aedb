import { beforeAll, describe, expect, test } from 'vitest';
import { numberIn, numbersIn, runNode } from '../support/programs.js';

describe('examples/diabetes.js', () => {
  let output = '';
  beforeAll(async () => {
    output = await runNode('examples/diabetes.js');
  });

  test('explains at least 0.45 of the variance among the patients that were held out', () => {
    expect(numberIn(output, /held-out R2 ([\d.]+)/)).toBeGreaterThanOrEqual(0.45);
    expect(numberIn(output, /([\d.]+) over all patients together/)).toBeGreaterThanOrEqual(0.45);
    expect(numberIn(output, /to [\d.]+, ([\d.]+) on average/)).toBeGreaterThanOrEqual(0.45);
  });

  test('that is the mean of ten folds', () => {
    const folds = numbersIn(output, /fold +\d+ .* R2 (-?[\d.]+), off by/g);
    expect(folds).toHaveLength(10);
    const mean = folds.reduce((sum, r2) => sum + r2, 0) / 10;
    expect(mean).toBeCloseTo(numberIn(output, /held-out R2 ([\d.]+)/), 2);
  });

  test('answers are in the units of the targets: groups that it names as worse off are', () => {
    const said = numbersIn(output, /said +(\d+)/g);
    const was = numbersIn(output, /was +(\d+)/g);
    expect(said).toHaveLength(5);
    said.forEach((value, i) => {
      expect(Math.abs(value - (was[i] as number))).toBeLessThan(25);
      expect(was[i]).toBeGreaterThan(was[i - 1] ?? 0);
    });
  });

  test('writes plain lines of at most 80 columns if the output is not a terminal', () => {
    expect(output).not.toContain('\u001b');
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

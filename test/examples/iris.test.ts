import { beforeAll, describe, expect, test } from 'vitest';
import { numberIn, numbersIn, runNode } from '../support/programs.js';

describe('examples/iris.js', () => {
  let output = '';
  beforeAll(async () => {
    output = await runNode('examples/iris.js');
  });

  test('names the species of at least 95% of the flowers that were held out', () => {
    expect(numberIn(output, /held-out accuracy ([\d.]+)%/)).toBeGreaterThanOrEqual(95);
    expect(numberIn(output, /([\d.]+)% on average/)).toBeGreaterThanOrEqual(95);
  });

  test('the accuracy is the mean of ten folds, with every flower in one of them', () => {
    const folds = numbersIn(output, /fold +\d+ .* ([\d.]+)% of 15 flowers right/g);
    expect(folds).toHaveLength(10);
    const mean = folds.reduce((sum, accuracy) => sum + accuracy, 0) / 10;
    expect(mean).toBeCloseTo(numberIn(output, /held-out accuracy ([\d.]+)%/), 0);
  });

  test('the table has 50 flowers of each species, and the list below it those off the diagonal', () => {
    const table = ['setosa', 'versicolor', 'virginica'].map((species) =>
      (new RegExp(`^  ${species} +(\\d+) +(\\d+) +(\\d+)$`, 'm').exec(output) ?? []).slice(1).map(Number),
    );
    for (const row of table) expect(row.reduce((sum, count) => sum + count, 0)).toBe(50);
    const right = table.reduce((sum, row, i) => sum + (row[i] as number), 0);
    expect(output.match(/says \w+ \([\d.]+%\) +is \w+/g) ?? []).toHaveLength(150 - right);
  });

  test('writes plain lines of at most 80 columns if the output is not a terminal', () => {
    expect(output).not.toContain('\u001b');
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

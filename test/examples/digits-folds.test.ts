import { beforeAll, describe, expect, test } from 'vitest';
import { numberIn, numbersIn, runNode } from '../support/programs.js';

describe('examples/digits-folds.js', () => {
  let output = '';
  beforeAll(async () => {
    output = await runNode('examples/digits-folds.js');
  });

  test('reads at least 97% of the digits that were held out', () => {
    expect(numberIn(output, /held-out accuracy ([\d.]+)%/)).toBeGreaterThanOrEqual(97);
  });

  test('that is the mean of ten folds, with every image in one of them', () => {
    const folds = numbersIn(output, /fold +\d+ .* ([\d.]+)% of \d+ images right/g);
    expect(folds).toHaveLength(10);
    const mean = folds.reduce((sum, accuracy) => sum + accuracy, 0) / 10;
    expect(Math.abs(mean - numberIn(output, /held-out accuracy ([\d.]+)%/))).toBeLessThanOrEqual(0.1);
    const images = numbersIn(output, /% of (\d+) images right/g);
    expect(images.reduce((sum, count) => sum + count, 0)).toBe(1797);
  });

  test('writes plain lines of at most 80 columns if the output is not a terminal', () => {
    expect(output).not.toContain('\u001b');
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { Network } from 'wasmlp';
import { shuffled } from '../../../examples/data/shuffle.js';
import { drawPoints, readDigits, sampleAt } from '../../../examples/playground/datasets.js';
import { defaultsOf, networkOptions } from '../../../examples/playground/settings.js';

const SHAPES = ['moons', 'circles', 'spirals', 'xor'] as const;

describe.each(SHAPES)('%s', (name) => {
  test('are the same from the same seed, others from another', () => {
    expect(drawPoints(name, 3)).toEqual(drawPoints(name, 3));
    expect(drawPoints(name, 3).training).not.toEqual(drawPoints(name, 4).training);
  });

  test('have as many of each class, within the picture', () => {
    const { training, validation } = drawPoints(name, 1);
    expect([training.targets.length, validation.targets.length]).toEqual([200, 100]);
    for (const { inputs, targets } of [training, validation]) {
      expect(inputs.length).toBe(2 * targets.length);
      expect(targets.reduce((sum, target) => sum + target, 0)).toBe(targets.length / 2);
      for (const value of inputs) expect(Math.abs(value)).toBeLessThan(1.15);
    }
  });

  test('are learned by their defaults in two seconds of steady frames', async () => {
    for (let seed = 1; seed <= (name === 'spirals' ? 12 : 3); seed++) {
      const { training, validation } = drawPoints(name, seed);
      const settings = { ...defaultsOf(name), seed };
      const network = await Network.create(networkOptions(settings));
      await network.fit(training.inputs, training.targets, { epochs: 120, batchSize: settings.batch });
      expect(network.evaluate(validation.inputs, validation.targets).accuracy, `seed ${seed}`).toBeGreaterThan(0.94);
    }
  });
});

describe('digits', async () => {
  const csv = await readFile(new URL('../../../examples/data/digits.csv', import.meta.url), 'utf8');

  test('are those of the table, a fifth for validation', () => {
    const { training, validation } = readDigits(csv, 1);
    expect([training.targets.length, validation.targets.length]).toEqual([1438, 359]);
    const first = csv.split('\n')[1 + (shuffled(1797, 1)[0] as number)]?.split(',').map(Number) as number[];
    const { row, target } = sampleAt(validation, 0);
    expect(row.map((pixel) => pixel * 16)).toEqual(first.slice(0, 64));
    expect(target).toBe(first[64]);
  });

  test.each(['', 'header', 'header\n1,2,3', `header\n${'x,'.repeat(64)}1`])('of %j are refused', (text) => {
    expect(() => readDigits(text, 1)).toThrow(RangeError);
    expect(() => readDigits(text, 1)).toThrow('The digits are not a table with 64 pixels and a digit in each row.');
  });
});

test('the order of the examples is what it was', () => {
  expect(shuffled(8, 1)).toEqual([2, 1, 6, 7, 4, 3, 0, 5]);
});

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { Network } from 'wasmlp';
import { shuffled } from '../../../examples/data/shuffle.js';
import { drawPoints, sampleAt, withExtra } from '../../../examples/playground/datasets.js';
import { readDigits } from '../../../examples/playground/digits.js';
import { defaultsOf, networkOptions } from '../../../examples/playground/settings.js';
import { dealt, drawValues } from '../../../examples/playground/values.js';

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
      expect([...targets].filter((target) => target === 1)).toHaveLength(targets.length / 2);
      for (const value of inputs) expect(Math.abs(value)).toBeLessThan(1.15);
    }
  });

  // The first network of the page is small enough to see every weight: from some seeds it stays below 90%.
  test('are learned by their defaults in two seconds of steady frames', async () => {
    for (let seed = 1; seed <= (name === 'spirals' ? 12 : 1); seed++) {
      const settings = { ...defaultsOf(name), seed };
      const { training, validation } = drawPoints(name, seed, settings);
      const network = await Network.create(networkOptions(settings));
      await network.fit(training.inputs, training.targets, { epochs: 120, batchSize: settings.batch });
      expect(network.evaluate(validation.inputs, validation.targets).accuracy, `seed ${seed}`).toBeGreaterThan(0.94);
    }
  });

  test('are the same points whatever their share of training, and lie farther from their shape with more noise', () => {
    const all = (share: number): number[] => {
      const { training, validation } = drawPoints(name, 1, { share });
      expect(training.targets).toHaveLength(3 * share);
      return [...training.inputs, ...validation.inputs];
    };
    expect(all(20)).toEqual(all(80));
    const spread = (noise: number): number => Math.max(...drawPoints(name, 1, { noise }).training.inputs.map(Math.abs));
    expect(spread(0.5)).toBeGreaterThan(spread(0) + 0.3);
    const still = drawPoints(name, 1, { noise: 0 }).training.inputs;
    for (const value of still) expect(Math.abs(value)).toBeLessThanOrEqual(1.05);
  });
});

describe.each(['plane', 'hills'] as const)('%s', (name) => {
  test('has values from -1 to 1, and is learned', async () => {
    const settings = { ...defaultsOf(name), layers: [8, 8] };
    const { training, validation } = drawValues(name, 1, settings);
    expect(training.targets).toBeInstanceOf(Float32Array);
    for (const value of training.targets) expect(Math.abs(value)).toBeLessThanOrEqual(1);
    const network = await Network.create(networkOptions(settings));
    await network.fit(training.inputs, training.targets, { epochs: 300, batchSize: 16 });
    expect(network.evaluate(validation.inputs, validation.targets).loss).toBeLessThan(0.02);
  });
});

test('extra inputs stand behind the place that they are made of', () => {
  const points = { inputs: Float32Array.of(0.5, -2, 1, 3), targets: Uint8Array.of(0, 1) };
  const { inputs, targets } = withExtra(points, ['x1x1', 'x1x2']);
  expect([...inputs]).toEqual([0.5, -2, 0.25, -1, 1, 3, 1, 3]);
  expect(targets).toBe(points.targets);
  expect(withExtra(points, []).inputs).toBe(points.inputs);
});

describe('points of the visitor', () => {
  const points = (count: number) => ({
    inputs: Float32Array.from({ length: 2 * count }, (_, i) => i / 100),
    targets: Uint8Array.from({ length: count }, (_, i) => i % 2),
  });

  test.each([10, 50, 90])('are dealt out, %i of 100 for training', (share) => {
    const { training, validation } = dealt(points(300), 1, share);
    expect(training.targets.length + validation.targets.length).toBe(300);
    expect(Math.abs(training.targets.length - 3 * share)).toBeLessThan(6);
    expect(training.inputs).toHaveLength(2 * training.targets.length);
  });

  test('keep their part when others are added', () => {
    const [few, more] = [dealt(points(40), 3, 67), dealt(points(60), 3, 67)];
    expect([...more.training.inputs].slice(0, few.training.inputs.length)).toEqual([...few.training.inputs]);
  });

  test('are in each part, however few', () => {
    for (const share of [10, 90]) {
      const { training, validation } = dealt(points(2), 5, share);
      expect([training.targets.length, validation.targets.length]).toEqual([1, 1]);
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

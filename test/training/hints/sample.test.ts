import { describe, expect, it } from 'vitest';
import { SparseValues } from '../../../src/data/sparse-values.js';
import type { EngineSamples } from '../../../src/engine/engine.js';
import { explained } from '../../../src/training/hints/explained.js';
import { joinInputs, numbersOf, sampleOf } from '../../../src/training/hints/sample.js';
import { StreamSample } from '../../../src/training/hints/stream-sample.js';
import { SeededRandom } from '../../support/seeded.js';
import { randomSparse } from '../../support/sparse.js';

/** `count` rows of two numbers, of which the first is the row; classes go round in turn. */
function samples(count: number, classes = 10): EngineSamples {
  return {
    count,
    metric: 'argmax',
    inputs: Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? i / 2 : 0)),
    targets: Uint32Array.from({ length: count }, (_, i) => i % classes),
    weights: Float32Array.from({ length: count }, (_, i) => i + 1),
  };
}

const rowsOf = ({ inputs }: EngineSamples): number[] => Array.from(inputs).filter((_, i) => i % 2 === 0);

describe('a sample', () => {
  it.each([1, 2, 7, 511, 512])('of %i samples is a copy of them', (count) => {
    const given = samples(count);
    const sample = sampleOf(given);
    expect(sample).toEqual(given);
    expect(sample.inputs).not.toBe(given.inputs);
  });

  it.each([513, 600, 1000, 5120, 100_003])(
    'of %i has 512 different ones, from end to end, each with its own numbers',
    (count) => {
      const sample = sampleOf(samples(count));
      const rows = rowsOf(sample);
      expect(sample.count).toBe(512);
      expect(new Set(rows).size).toBe(512);
      expect(rows.every((row, i) => row >= Math.floor((i * count) / 512) && row < ((i + 1) * count) / 512)).toBe(true);
      expect(Array.from(sample.targets)).toEqual(rows.map((row) => row % 10));
      expect(Array.from(sample.weights ?? [])).toEqual(rows.map((row) => row + 1));
    },
  );

  it.each([2, 4, 10, 16])('of classes that go round in turns of %i has all of them', (classes) => {
    const { targets } = sampleOf(samples(classes * 1000, classes));
    const counts = new Array<number>(classes).fill(0);
    for (const target of targets) counts[target] = (counts[target] as number) + 1;
    expect(Math.min(...counts)).toBeGreaterThan((0.7 * 512) / classes);
  });

  it('of wide samples has fewer', () => {
    const width = 2 ** 15;
    const inputs = new Float32Array(100 * width);
    const sample = sampleOf({ count: 100, metric: 'none', inputs, targets: new Float32Array(100) });
    expect(sample.count).toBe(32);
  });

  it('of a stream has samples of all its parts, and any kind of targets', () => {
    const stream = new StreamSample(3, 5);
    expect(stream.joined).toBeUndefined();
    for (let batch = 0; batch < 40; batch++) {
      const { count, inputs } = samples(200);
      const targets = batch % 2 === 0 ? Uint32Array.from({ length: 200 }, () => 2) : new Float32Array(600).fill(0.5);
      stream.add({ count, metric: 'argmax', inputs: inputs.map((value) => value + 200 * batch), targets });
    }
    const joined = stream.joined as EngineSamples;
    expect(joined.count).toBe(512);
    expect(joined.targets).toHaveLength(3 * 512);
    expect(new Set(Array.from(joined.targets))).toEqual(new Set([0, 1, 0.5]));
    expect(new Set(rowsOf(joined).map((row) => Math.floor(row / 200))).size).toBeGreaterThanOrEqual(6);
    expect(joined.weights).toBeUndefined();
  });
});

describe('a sample of sparse rows', () => {
  const WIDTH = 40;
  const random = new SeededRandom('sparse sample');

  /** Rows with up to 6 of WIDTH numbers, some with none. */
  function sparse(count: number): EngineSamples {
    const { values = new Float32Array(0), ...entries } = randomSparse(random, count, WIDTH, 6);
    const targets = Uint32Array.from({ length: count }, (_, i) => i % 3);
    return { count, metric: 'argmax', inputs: new SparseValues(values, entries), targets };
  }
  const written = (samples: EngineSamples): EngineSamples => ({ ...samples, inputs: numbersOf(samples, WIDTH) });

  it.each([1, 40, 700])('of %i is the same as of rows written out, without their zeros', (count) => {
    const given = sparse(count);
    const sample = sampleOf(given, 64);
    expect(written(sample)).toEqual(sampleOf(written(given), 64));
    expect(sample.inputs.starts).toHaveLength(sample.count + 1);
  });

  it.each([false, true])('joins batches, where one is written out %s', (isMixed) => {
    const batches = [sparse(5), sparse(1), sparse(9)];
    const given = batches.map((batch, i) => (isMixed && i === 1 ? written(batch) : batch));
    const inputs = joinInputs(given, WIDTH);
    expect(inputs.starts === undefined).toBe(isMixed);
    const joined = { count: 15, metric: 'none', inputs, targets: new Uint32Array(15) } as const;
    expect([...numbersOf(joined, WIDTH)]).toEqual(batches.flatMap((batch) => [...numbersOf(batch, WIDTH)]));
  });

  it('of a stream stays sparse', () => {
    const stream = new StreamSample(3, 5, 1e6);
    for (let i = 0; i < 20; i++) stream.add(sparse(50));
    expect(stream.joined?.inputs.length).toBeLessThan(8 * 50 * 6);
  });
});

describe('what outputs explain', () => {
  const given = (targets: number[], weights?: number[]): EngineSamples => ({
    count: targets.length,
    metric: 'none',
    inputs: new Float32Array(targets.length),
    targets: Float32Array.from(targets),
    weights: weights && Float32Array.from(weights),
  });

  it('is R squared: 1 for the targets, 0 for their mean, below 0 for worse', () => {
    expect(explained(given([1, 2, 6]), [1, 2, 6])).toBe(1);
    expect(explained(given([1, 2, 6]), [3, 3, 3])).toBe(0);
    expect(explained(given([1, 2, 6]), [6, 2, 1])).toBeLessThan(-1);
    expect(explained(given([0, 4]), [1, 3])).toBe(0.75);
    expect(explained(given([0, 4]), [1, 3], 1)).toBe(0.5);
  });

  it('counts sample weights, and each column alike', () => {
    expect(explained(given([0, 4, 100], [1, 1, 0]), [1, 3, 0])).toBe(0.75);
    const two = { ...given([0, 0, 4, 4000]), count: 2 };
    expect(explained(two, [2, 0, 2, 4000])).toBe(0.5);
  });

  it('is all where targets do not differ, also in the last bit', () => {
    expect(explained(given([0.1, 0.1, 0.1]), [5, 6, 7])).toBe(1);
  });
});

/** ScalingLearner, compared with formulas. scaling-networks.test.ts tests it in networks. */
import { describe, expect, it } from 'vitest';
import { learn, METHODS } from '../support/data/scalings.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

describe('ScalingLearner', () => {
  const random = new SeededRandom('scaling');
  const [count, width] = [257, 3];
  /** Columns far from 0, around 0, and tiny. */
  const values = random
    .floats(count * width)
    .map((value, i) => [1000 + value, 5 * value, 1e-30 * value][i % 3] as number);
  const columns = [0, 1, 2].map((c) => Array.from(values).filter((_, i) => i % 3 === c));

  it('standard: mean and standard deviation of the samples', () => {
    const { shift, scale } = learn('standard', width, values);
    columns.forEach((column, c) => {
      const mean = column.reduce((sum, value) => sum + value) / count;
      const deviation = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
      expect(Math.abs((shift[c] as number) / mean - 1), REPRODUCE).toBeLessThan(1e-12);
      expect(Math.abs((scale[c] as number) / deviation - 1), REPRODUCE).toBeLessThan(1e-12);
    });
  });

  it('minMax: the smallest, and how far the largest is from it', () => {
    const { shift, scale } = learn('minMax', width, values);
    expect([...shift]).toEqual(columns.map((column) => Math.min(...column)));
    expect([...scale]).toEqual(columns.map((column) => Math.max(...column) - Math.min(...column)));
  });

  it.each(METHODS)('%s: scales as its name says, and undo restores the numbers', (method) => {
    const scaling = learn(method, width, values);
    const scaled = scaling.apply('test', values);
    for (const c of [0, 1, 2]) {
      const column = Array.from(scaled).filter((_, i) => i % 3 === c);
      const mean = column.reduce((sum, value) => sum + value) / count;
      const square = column.reduce((sum, value) => sum + value * value, 0) / count;
      if (method === 'standard')
        expect([mean, square].map((value) => Math.round(value * 1e5) / 1e5 + 0)).toEqual([0, 1]);
      else expect([Math.min(...column), Math.max(...column)]).toEqual([0, 1]);
    }
    scaling.undo(scaled);
    scaled.forEach((value, i) => {
      const scale = scaling.scale[i % 3] as number;
      expect(Math.abs(value - (values[i] as number)) / scale, REPRODUCE).toBeLessThan(1e-3);
    });
  });

  it.each(METHODS)('%s: learns the same bits wherever the samples are cut', (method) => {
    const whole = learn(method, width, values);
    for (const parts of [[1], [100, 1, 99], [256]]) expect(learn(method, width, values, parts)).toEqual(whole);
  });

  it.each(METHODS)(
    '%s: constant columns become 0, and nearly constant ones are not stretched without limit',
    (method) => {
      for (const constant of [0, 0.1, 1e30, -3, 1e-45]) {
        const rows = Float32Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? constant : i));
        const scaling = learn(method, 2, rows);
        expect(scaling.shift[0]).toBe(Math.fround(constant));
        expect(scaling.scale[0]).toBe(0);
        expect(scaling.apply('test', rows).filter((_, i) => i % 2 === 0)).toEqual(new Float32Array(1000));
      }
      const once = learn(method, 2, new Float32Array([5, 7]));
      expect([...once.apply('test', new Float32Array([6, 6]))]).toEqual([0, 0]);
      const answers = new Float32Array([3, -4]);
      once.undo(answers);
      expect([...answers]).toEqual([5, 7]);
    },
  );

  it.each(METHODS)('%s: holds numbers at both ends of float32', (method) => {
    for (const size of [3e38, 1e-45]) {
      const scaled = learn(method, 1, new Float32Array([-size, size])).apply('test', new Float32Array([-size, size]));
      expect([...scaled]).toEqual(method === 'standard' ? [-1, 1] : [0, 1]);
    }
  });
});

/** Columns that a scaling does not suit: found in the samples of a later fit, and silent where these are like the first. */
import { describe, expect, it } from 'vitest';
import { ColumnScaling } from '../../src/data/scaling.js';
import { staleColumns } from '../../src/data/stale-columns.js';
import { learn, METHODS } from '../support/data/scalings.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

const scaling = (shift: number[], scale: number[]) =>
  new ColumnScaling(Float64Array.from(shift), Float64Array.from(scale));

describe('staleColumns', () => {
  it('names column, row, number and how far it lies', () => {
    const values = Float64Array.from([1, 440, 1, 880, 1, 460]);
    expect(staleColumns('inputs', scaling([0, 440], [1, 10]), values)).toEqual([
      {
        kind: 'numbers',
        samples: 'inputs',
        column: 1,
        row: 1,
        value: 880,
        shift: 440,
        scale: 10,
        deviations: 44,
        count: 1,
        rows: 3,
      },
    ]);
  });

  it('at 10 deviations it is silent', () => {
    expect(staleColumns('targets', scaling([5], [2]), Float32Array.of(25, -15))).toEqual([]);
    expect(staleColumns('targets', scaling([5], [2]), Float64Array.of(25.001, 5))).toHaveLength(1);
  });

  it('a column that was constant and holds another number', () => {
    const constant = scaling([3], [0]);
    expect(staleColumns('inputs', constant, Float32Array.of(3, 3))).toEqual([]);
    const [stale] = staleColumns('inputs', constant, Float32Array.of(3, 3, 4));
    expect(stale).toMatchObject({
      column: 0,
      row: 2,
      value: 4,
      scale: 0,
      deviations: Number.POSITIVE_INFINITY,
      count: 1,
    });
  });

  it('a constant that was rounded to float32 is the same', () => {
    expect(staleColumns('inputs', scaling([0.1], [0]), Float32Array.of(0.1))).toEqual([]);
    expect(staleColumns('inputs', scaling([Math.fround(0.1)], [0]), Float64Array.of(0.1))).toEqual([]);
    expect(staleColumns('inputs', scaling([1.7e12], [0]), Float64Array.of(1.7e12 + 1000))).toHaveLength(1);
  });

  it('a column that moved, or became narrow, as a whole: of thirty rows or more', () => {
    const rows = Float64Array.from({ length: 30 }, (_, i) => 5 + (i % 2));
    expect(staleColumns('inputs', scaling([0], [2]), rows)).toMatchObject([
      { kind: 'column', column: 0, value: 5.5, spread: 0.5, deviations: 2.75, count: 30 },
    ]);
    expect(staleColumns('inputs', scaling([0], [3]), rows)).toEqual([]);
    expect(staleColumns('inputs', scaling([0], [2]), rows.subarray(1))).toEqual([]);
    expect(staleColumns('inputs', scaling([5], [26]), rows)).toMatchObject([{ kind: 'column', spread: 0.5 }]);
  });

  it.each(METHODS)(
    '%s: silent on the samples it was learned from, rare categories and outliers among them',
    (method) => {
      const random = new SeededRandom(`stale ${method}`);
      for (let round = 0; round < 50; round++) {
        const rows = random.integer(20, 2000);
        const rare = random.integer(1, rows);
        const values = Float32Array.from({ length: 3 * rows }, (_, i) => {
          const row = Math.floor(i / 3);
          if (i % 3 === 0) return row % rare === 0 ? 1 : 0;
          return i % 3 === 1 ? 1 / (random.floats(1)[0] as number) ** 3 : (random.floats(1)[0] as number);
        });
        // Far outliers leave the rest of a column narrow in minMax, so narrow columns are named only where a network learned badly.
        const found = staleColumns('inputs', learn(method, 3, values), values);
        expect(method === 'minMax' ? found.filter(({ kind }) => kind === 'numbers') : found, REPRODUCE).toEqual([]);
      }
    },
  );
});

/** What blanks become: medians of all numbers, or of a sample of very many; and the scaling of columns with blanks. */
import { describe, expect, it } from 'vitest';
import { resolveColumns } from '../../src/columns/resolve.js';
import { Medians } from '../../src/data/medians.js';
import { ColumnStatistics } from '../../src/data/statistics.js';
import { SeededRandom } from '../support/seeded.js';

const COLUMNS = resolveColumns({ a: { type: 'number', missing: true }, b: 'boolean', c: 'number' }, 100);

function medianOf(values: readonly number[], before?: Float64Array): number {
  const medians = Medians.ofTable(COLUMNS, 4, 1, before) as Medians;
  for (const value of values) medians.add(Float64Array.of(value, 0, 0, 0));
  return medians.values()[0] as number;
}

describe('a median', () => {
  it.each([
    [[3], 3],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[Number.NaN, 5, Number.NaN], 5],
    [[10, 9, 100, 2], 9.5],
    [[-0], 0],
    [[Number.MAX_VALUE, Number.MAX_VALUE], Number.MAX_VALUE],
    [[], 0],
  ])('of %s is %s', (values, median) => {
    expect(medianOf(values)).toBe(median);
  });

  it('of no number is that of before', () => {
    expect(medianOf([Number.NaN], Float64Array.of(7, 0, 0, 0))).toBe(7);
    expect(medianOf([1], Float64Array.of(7, 0, 0, 0))).toBe(1);
  });

  it('of very many numbers is near that of all, and the same for the same seed', () => {
    const of = (seed: number): number => {
      const medians = Medians.ofTable(COLUMNS, 4, seed, undefined) as Medians;
      const random = new SeededRandom('many numbers');
      const rows = new Float64Array(4 * 4096);
      for (let n = 0; n < 300; n++) {
        // In rising order: what comes late has to be drawn too.
        for (let i = 0; i < rows.length; i += 4) rows[i] = n + random.uniform();
        medians.add(rows);
      }
      return medians.values()[0] as number;
    };
    expect(of(1)).toBeCloseTo(150, 0);
    expect(of(1)).toBe(of(1));
    expect(of(2)).not.toBe(of(1));
  });

  it('is kept of no other column, and of no table without blanks', () => {
    expect(
      Medians.ofTable(resolveColumns({ a: 'number', b: { type: 'boolean', missing: true } }, 9), 3, 1, undefined),
    ).toBeUndefined();
    const medians = Medians.ofTable(COLUMNS, 4, 1, undefined) as Medians;
    medians.add(Float64Array.of(1, 2, 3, 4));
    expect(Array.from(medians.values())).toEqual([1, 0, 0, 0]);
  });
});

describe('the scaling of a column with blanks', () => {
  const random = new SeededRandom('scaling with blanks');

  it.each(['standard', 'minMax', 'medians'] as const)('%s is that of the filled column', (method) => {
    for (let n = 0; n < 100; n++) {
      const count = random.integer(1, 40);
      const cells = Array.from({ length: count }, () =>
        random.chance(0.3) ? Number.NaN : random.integer(-50, 50) / 4,
      );
      const statistics = new ColumnStatistics(4, method, { columns: COLUMNS, seed: 1, before: undefined });
      for (const cell of cells) statistics.add(Float64Array.of(cell, Number(Number.isNaN(cell)), 1, 8));
      const { shift, scale, fill } = statistics.learned();
      const median = medianOf(cells);
      expect(Array.from(fill as Float64Array)).toEqual([median, 0, 0, 0]);
      const filled = cells.map((cell) => (Number.isNaN(cell) ? median : cell));
      const mean = filled.reduce((sum, cell) => sum + cell, 0) / count;
      const deviation = Math.sqrt(filled.reduce((sum, cell) => sum + (cell - mean) ** 2, 0) / count);
      const [low, high] = [Math.min(...filled), Math.max(...filled)];
      const expected = { standard: [mean, deviation], minMax: [low, high - low], medians: [0, 1] }[method];
      expect(shift[0]).toBeCloseTo(expected[0] as number, 9);
      expect(scale[0]).toBeCloseTo(expected[1] as number, 9);
      // The flag and the boolean are not scaled; the constant column is.
      expect([shift[1], scale[1], shift[2], scale[2]]).toEqual([0, 1, 0, 1]);
      expect([shift[3], scale[3]]).toEqual(method === 'medians' ? [0, 1] : [8, 0]);
    }
  });
});

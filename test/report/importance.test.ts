/** Importance by permutation: its figures by hand, what score gets, seeds, and what is refused. */
import { expect, it } from 'vitest';
import { permutationImportance, scoreOf } from '../../src/report/importance.js';
import { reportOfNumbers } from '../../src/report/numbers.js';
import { reportOfClasses } from '../../src/report/report.js';
import { expectRefused } from '../support/refusals.js';
import { SeededRandom } from '../support/seeded.js';

const random = new SeededRandom('importance');
const ROWS = Array.from({ length: 200 }, () => {
  const [a, b, noise] = [random.uniform(), random.uniform(), random.uniform()];
  return { a, b, noise, y: 3 * a + b };
});

/** R2 of 3a + b. */
const score = (rows: readonly { a: number; b: number }[]): number =>
  scoreOf(
    reportOfNumbers(
      rows.map(({ a, b }) => 3 * a + b),
      1,
      ROWS.map(({ y }) => y),
    ),
  );

it('is what the score drops by when a column is dealt out anew', async () => {
  const before = structuredClone(ROWS);
  const { score: whole, columns } = await permutationImportance(ROWS, ['a', 'b', 'noise'], score, { repeats: 20 });
  expect(whole).toBe(1);
  expect(columns.map(({ column }) => column)).toEqual(['a', 'b', 'noise']);
  const [a, b, noise] = columns.map(({ mean }) => mean) as [number, number, number];
  // A permuted column has twice its variance as error: 2 * 9 / 10 and 2 * 1 / 10 of the variance of 3a + b.
  expect(a).toBeGreaterThan(1.5);
  expect(a).toBeLessThan(2.1);
  expect(b).toBeGreaterThan(0.14);
  expect(b).toBeLessThan(0.26);
  expect(noise).toBe(0);
  expect(columns[0]?.deviation).toBeGreaterThan(0);
  expect(columns[2]?.deviation).toBe(0);
  expect(ROWS).toEqual(before);
});

it('gives score all samples in their order, of which one column moved', async () => {
  const asked: (readonly (typeof ROWS)[number][])[] = [];
  await permutationImportance(ROWS, ['a', 'b'], (rows) => asked.push(rows), { repeats: 2 });
  const [whole, ...dealt] = asked;
  expect(whole).toBe(ROWS);
  expect(dealt).toHaveLength(4);
  for (const [i, rows] of dealt.entries()) {
    const column = i < 2 ? 'a' : 'b';
    expect(rows.map((row) => ({ ...row, [column]: 0 }))).toEqual(ROWS.map((row) => ({ ...row, [column]: 0 })));
    expect(rows.map((row) => row[column]).sort()).toEqual(ROWS.map((row) => row[column]).sort());
    expect(rows).not.toEqual(ROWS);
  }
  expect(dealt[0]).not.toEqual(dealt[1]);
});

it('moves the inputs of a column together', async () => {
  const samples = [[1, 0, 0, 5.1], Float32Array.of(0, 1, 0, 6), [0, 0, 1, 7], [1, 0, 0, 8]];
  const seen: (readonly (readonly number[] | Float32Array)[])[] = [];
  const { columns } = await permutationImportance<readonly number[] | Float32Array>(
    samples,
    { color: [0, 1, 2], size: [3] },
    (rows) => seen.push(rows),
    { repeats: 5 },
  );
  expect(columns.map(({ column }) => column)).toEqual(['color', 'size']);
  for (const rows of seen.slice(1, 6)) {
    for (const [i, row] of rows.entries()) {
      expect((row[0] as number) + (row[1] as number) + (row[2] as number)).toBe(1);
      expect(row[3]).toBe(samples[i]?.[3]);
    }
  }
  expect(samples[0]).toEqual([1, 0, 0, 5.1]);
});

it('is the same for one seed, whatever columns stand behind', async () => {
  const of = async (columns: readonly string[], seed: number) =>
    (await permutationImportance(ROWS, columns, score, { seed })).columns[0];
  expect(await of(['a', 'b'], 1)).toEqual(await of(['a'], 1));
  expect(await of(['a'], 1)).not.toEqual(await of(['a'], 2));
});

it('waits for score, tells of progress, and stops', async () => {
  const fractions: number[] = [];
  const onProgress = (fraction: number): void => {
    fractions.push(fraction);
  };
  const waiting = async (): Promise<number> => 1;
  const { columns } = await permutationImportance(ROWS, ['a', 'b'], waiting, { onProgress });
  expect(columns.map(({ mean }) => mean)).toEqual([0, 0]);
  expect(fractions).toEqual([0.5, 1]);
  const controller = new AbortController();
  const stopping = permutationImportance(ROWS, ['a', 'b'], score, {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  });
  await expect(stopping).rejects.toThrow('enough');
  const later = new AbortController();
  setImmediate(() => later.abort(new Error('from outside')));
  const long = permutationImportance(ROWS, ['a'], score, { signal: later.signal, repeats: 1000 });
  await expect(long).rejects.toThrow('from outside');
});

it('is refused for no samples, a score that is no number, and options that do not exist', async () => {
  await expectRefused(() => permutationImportance([], ['a'], score), 'ERR_SHAPE', /there are no samples/);
  const text = (() => 'good') as unknown as () => number;
  await expectRefused(() => permutationImportance(ROWS, ['a'], text), 'ERR_INVALID_TYPE', /score returned "good"/);
  await expectRefused(
    () => permutationImportance(ROWS, ['a'], score, { repeat: 3 } as object),
    'ERR_INVALID_OPTION',
    /unknown option "repeat"\. Known: repeats, seed/,
  );
  await expectRefused(
    () => permutationImportance(ROWS, ['a'], score, { repeats: 0 }),
    'ERR_INVALID_OPTION',
    /repeats is 0/,
  );
  await expectRefused(
    () => permutationImportance(ROWS, ['a', 'c'], score),
    'ERR_INVALID_OPTION',
    /columns has "c", which no sample has/,
  );
  await expectRefused(
    () => permutationImportance([[1, 2]], { x: [2] }, () => 1),
    'ERR_INVALID_OPTION',
    /columns, "x" is 2, expected a whole number from 0 to 1/,
  );
  await expectRefused(
    () => permutationImportance(ROWS, ['a'], 1 as never),
    'ERR_INVALID_TYPE',
    /score is 1, expected a function/,
  );
  const signal = new AbortController() as unknown as AbortSignal;
  await expectRefused(
    () => permutationImportance(ROWS, ['a'], score, { signal }),
    'ERR_INVALID_TYPE',
    /signal is an AbortController/,
  );
  const failing = (): number => {
    throw new Error('mine');
  };
  await expect(permutationImportance(ROWS, ['a'], failing)).rejects.toThrow('mine');
});

it('the score of a report is the area under the ROC curve, or R2, the mean of those that exist', () => {
  expect(scoreOf(reportOfClasses([0.1, 0.9, 0.2], 1, [0, 1, 0], undefined))).toBe(1);
  // The third class has no samples.
  expect(scoreOf(reportOfClasses([0.9, 0.1, 0, 0.2, 0.8, 0], 3, [0, 1], undefined))).toBe(1);
  expect(scoreOf(reportOfNumbers([1, 1, 2, 2], 2, [1, 2, 2, 1]))).toBe(-1);
});

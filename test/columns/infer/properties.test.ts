/** What holds for every table: the order of its rows does not matter, and what is proposed takes all of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type InferredColumns, inferColumns, type Row } from '../../../src/index.js';
import { optionsOf, refusedCell } from '../../support/columns/accepts.js';
import { repeats } from '../../support/repeats.js';

const RUNS = { numRuns: repeats(60, 10_000) };

/** Cells of many kinds, as files and programs have them. */
const cell = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('a', 'b', 'c', ' a ', 'A', 'none', 'unknown', 'yes', 'no', '3+', 'two words'),
  },
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 12 }).map(String) },
  { weight: 4, arbitrary: fc.float({ noNaN: true }) },
  { weight: 3, arbitrary: fc.constantFrom('', ' ', 'NA', '?', null, undefined, Number.NaN, '-') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(true, false, 0, 1, '0', '1', '007', '1,5', '1,234', '$5', '1e39', '2021-04-03'),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.string(), fc.date(), fc.bigInt(), fc.array(fc.string()), fc.object(), fc.double()),
  },
);

/** A column has few different cells, or one kind of them, or any. */
const column = (count: number): fc.Arbitrary<unknown[]> =>
  fc.oneof(
    fc
      .array(cell, { minLength: 1, maxLength: 5 })
      .chain((few) => fc.array(fc.constantFrom(...few), { minLength: count, maxLength: count })),
    fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: count, maxLength: count }),
    fc.array(fc.nat({ max: 30 }), { minLength: count, maxLength: count }),
    fc.array(fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 }), { minLength: count, maxLength: count }),
    fc.array(cell, { minLength: count, maxLength: count }),
  );

const name = fc.constantFrom('a', 'b', 'id', 'zip code', 'month', 'created_at', '__proto__', 'constructor', '', '0');

const table: fc.Arbitrary<Row[]> = fc.integer({ min: 2, max: 40 }).chain((count) =>
  fc.uniqueArray(name, { minLength: 1, maxLength: 5 }).chain((names) =>
    fc.tuple(...names.map(() => column(count))).map((columns) =>
      Array.from({ length: count }, (_, row) => {
        const cells = Object.create(null) as Record<string, unknown>;
        names.forEach((key, i) => {
          cells[key] = columns[i]?.[row];
        });
        return cells;
      }),
    ),
  ),
);

const CODES = /^ERR_(INVALID_TYPE|INVALID_OPTION|SHAPE|NON_FINITE|MISSING)$/;

/** What is proposed, or the code of the error. */
function outcomeOf(rows: readonly Row[], target: string | undefined): InferredColumns | string {
  try {
    return inferColumns(rows, { target });
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    expect(code, String(error)).toMatch(CODES);
    expect(message).toMatch(/^inferColumns: .*\.$/s);
    return code;
  }
}

describe('of random tables', () => {
  it('the order of the rows changes nothing', () => {
    const shuffled = table.chain((rows) =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }), fc.boolean()),
    );
    fc.assert(
      fc.property(shuffled, ([rows, other, withTarget]) => {
        const target = withTarget ? Object.keys(rows[0] as Row)[0] : undefined;
        const [first, second] = [outcomeOf(rows, target), outcomeOf(other, target)];
        if (typeof first === 'string' || typeof second === 'string') {
          // Of several wrong cells the first is named, and each kind has its code: whether a table is refused depends on no order.
          expect([typeof first, typeof second], `${first} ${second}`).toEqual(['string', 'string']);
          return;
        }
        expect(second.options).toEqual(first.options);
        expect(second).toMatchObject({ outputs: first.outputs, activation: first.activation });
        expect(second.ignored.map(({ column }) => column)).toEqual(first.ignored.map(({ column }) => column));
      }),
      RUNS,
    );
  });

  it('the columns take all rows, and each is an input, a target, or left out with a reason', () => {
    fc.assert(
      fc.property(table, fc.boolean(), (rows, withTarget) => {
        const names = Object.keys(rows[0] as Row);
        const target = withTarget ? names[0] : undefined;
        const inferred = outcomeOf(rows, target);
        if (typeof inferred === 'string') return;
        const { options, ignored } = inferred;
        expect(refusedCell(options.inputs, rows)).toBeUndefined();
        expect(
          [
            ...Object.keys(options.inputs),
            ...ignored.map(({ column }) => column),
            ...(target === undefined ? [] : [target]),
          ].sort(),
        ).toEqual(names.sort());
        for (const { why } of ignored) expect(why.length).toBeGreaterThan(5);
        for (const line of String(inferred).split('\n')) expect(line.length).toBeLessThanOrEqual(80);
      }),
      RUNS,
    );
  });

  it('values are listed once, without blanks, and each input occurs in the rows', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const inferred = outcomeOf(rows, undefined);
        if (typeof inferred === 'string') return;
        for (const [key, given] of Object.entries(inferred.options.inputs)) {
          const { type, values } = optionsOf(given);
          if (type !== 'category') continue;
          expect(new Set(values).size).toBe(values?.length);
          const texts = new Set(rows.map((row) => String(row[key]).trim()));
          for (const value of values ?? []) expect(texts).toContain(value);
        }
      }),
      RUNS,
    );
  });
});

it('10,000 columns are a table as well', () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `c${i}`);
  const rows = Array.from({ length: 30 }, (_, row) =>
    Object.fromEntries(names.map((key, i) => [key, (row * i + 0.5) / 7])),
  );
  const { options, ignored } = inferColumns(rows, { target: 'c9999' });
  expect(Object.keys(options.inputs)).toHaveLength(9998);
  expect(ignored).toEqual([{ column: 'c0', why: 'constant: "0.07142857142857142" in all rows' }]);
});

it('a cell of a million characters is looked at once', () => {
  const texts = ['2021-01-01 1', '1,5', '5 kg', 'a'].map((text) => `${text}${' '.repeat(1e6)}x`);
  const rows = Array.from({ length: 40 }, (_, row) => ({ x: row / 7, text: texts[row % 4] }));
  expect(Object.keys(inferColumns(rows).options.inputs)).toEqual(['x', 'text']);
});

/** What cells of each type become, and which are refused: with row, column, value, what was expected, and the mend. */
import { describe, expect, it } from 'vitest';
import { Coder } from '../../src/columns/coder.js';
import { resolveColumns } from '../../src/columns/resolve.js';
import { Cells, rowsOf } from '../../src/columns/rows.js';
import type { Columns, ErrorCode, Row } from '../../src/index.js';
import { expectCoded, thrownBy } from '../support/refusals.js';
import { SeededRandom } from '../support/seeded.js';

/** The inputs of rows, or of one row. */
function encoded(
  inputs: Columns,
  given: unknown,
  kind: typeof Float64Array | typeof Float32Array = Float64Array,
  trains = true,
) {
  const columns = resolveColumns(inputs, 1000);
  const rows = rowsOf('call: inputs', given, '{ a: 1 }');
  const out = new kind(rows.count * columns.reduce((sum, { width }) => sum + width, 0));
  new Coder(columns).encode('call: inputs', rows, out, trains);
  return Array.from(out);
}

const CITY = { type: 'category', values: ['Rome', 'Oslo', 'NA'], other: true, missing: true } as const;

const TAKEN: readonly (readonly [what: string, column: Columns[string], cell: unknown, inputs: readonly number[]])[] = [
  ['a number', 'number', 3.5, [3.5]],
  ['a number as text', 'number', ' 7 ', [7]],
  ['an exponent', 'number', '-1.5e3', [-1500]],
  ['a number that may be missing', { type: 'number', missing: true }, 2, [2, 0]],
  ...[undefined, null, Number.NaN, '', '  ', 'NA', 'n/a', '?', 'null', 'none'].map(
    (cell) => [`the blank ${String(cell)}`, { type: 'number', missing: true }, cell, [Number.NaN, 1]] as const,
  ),
  ...[true, 1, 'yes', ' Y', 'TRUE', 't', '1'].map((cell) => [`yes as ${cell}`, 'boolean', cell, [1]] as const),
  ...[false, 0, 'no', 'N', 'False', 'f', '0'].map((cell) => [`no as ${cell}`, 'boolean', cell, [0]] as const),
  ['a missing boolean', { type: 'boolean', missing: true }, '', [0, 1]],
  ['a boolean that is not', { type: 'boolean', missing: true }, 'yes', [1, 0]],
  ['a value', ['Rome', 'Oslo'], 'Oslo', [0, 1]],
  ['a value with blanks around', ['Rome', 'Oslo'], ' Rome ', [1, 0]],
  ['a value that is a number', ['1', '2'], 2, [0, 1]],
  ['a value that is a boolean', ['false', 'true'], true, [0, 1]],
  ['another value', CITY, 'Bern', [0, 0, 0, 1, 0]],
  ['a listed value that says missing', CITY, 'NA', [0, 0, 1, 0, 0]],
  ['a value that says missing', CITY, 'n/a', [0, 0, 0, 0, 1]],
  ['a blank value', CITY, null, [0, 0, 0, 0, 1]],
  ['an unlisted value that says missing, without missing', { ...CITY, missing: false }, '?', [0, 0, 0, 1]],
  ['words', { type: 'words', values: ['good', 'wine'] }, 'Good wine; GOOD cheese', [2, 1]],
  ['words with others', { type: 'words', values: ['good'], other: true }, 'good wine and cheese', [1, 3]],
  ['a list of words', { type: 'words', values: ['Good', 'new york'] }, ['Good', 'new york', 'good'], [1, 1]],
  ['words of any script', { type: 'words', values: ['été', '東京'] }, 'L’Été — 東京!', [1, 1]],
  ['no words', { type: 'words', values: ['good'], missing: true }, '!?', [0, 0]],
  ['missing words', { type: 'words', values: ['good'], missing: true }, ' ', [0, 1]],
  [
    'words that every object has',
    { type: 'words', values: ['constructor', '__proto__'] },
    ['constructor', '__proto__', 'toString'],
    [1, 1],
  ],
];

describe('a cell', () => {
  it.each(TAKEN)('%s', (_, column, cell, inputs) => {
    expect(encoded({ a: column }, { a: cell })).toEqual(inputs);
    expect(encoded({ a: column }, new Cells(['b', 'a'], [[3, cell]]))).toEqual(inputs);
  });
});

const NUMBER = { a: 'number' } as const;
const REFUSED: readonly (readonly [what: string, inputs: Columns, cell: unknown, code: ErrorCode, message: string])[] =
  [
    [
      'a word',
      NUMBER,
      'old',
      'ERR_INVALID_TYPE',
      'column "a" is "old", expected a number. Give a number, or make the column a category with values.',
    ],
    [
      'a decimal comma',
      NUMBER,
      '3,5',
      'ERR_INVALID_TYPE',
      'column "a" is "3,5", expected a number. Write 3.5, or read the file with decimal: \',\'.',
    ],
    [
      'true',
      NUMBER,
      true,
      'ERR_INVALID_TYPE',
      'column "a" is true, expected a number. Give a number, or a text that is one.',
    ],
    ['a BigInt', NUMBER, 5n, 'ERR_INVALID_TYPE', 'column "a" is 5n, expected a number.'],
    [
      'Infinity',
      NUMBER,
      Number.POSITIVE_INFINITY,
      'ERR_NON_FINITE',
      'column "a" is Infinity, expected a finite number within float32.',
    ],
    ['1e999', NUMBER, '1e999', 'ERR_NON_FINITE', 'column "a" is "1e999", expected a finite number within float32.'],
    [
      'a blank',
      NUMBER,
      null,
      'ERR_MISSING',
      'column "a" is null, expected a number. Fill it, leave the row out, or allow blanks by missing: true of the column.',
    ],
    ['NA', NUMBER, 'NA', 'ERR_MISSING', 'column "a" is "NA", expected a number. Fill it'],
    [
      'maybe',
      { a: 'boolean' },
      'maybe',
      'ERR_INVALID_TYPE',
      'column "a" is "maybe", expected true or false. Give true, false',
    ],
    ['2 as boolean', { a: 'boolean' }, 2, 'ERR_INVALID_TYPE', 'column "a" is 2, expected true or false.'],
    ['a blank boolean', { a: 'boolean' }, '', 'ERR_MISSING', 'column "a" is "", expected true or false. Fill it'],
    [
      'a value that is not listed',
      { a: ['Rome', 'Oslo'] },
      'rome',
      'ERR_UNKNOWN_VALUE',
      'column "a" is "rome", expected one of "Rome", "Oslo". Did you mean "Rome"? Add it to the values, or give the column other: true for all that are not listed.',
    ],
    [
      'a value that is far from all',
      { a: ['Rome', 'Oslo'] },
      'Timbuktu',
      'ERR_UNKNOWN_VALUE',
      'column "a" is "Timbuktu", expected one of "Rome", "Oslo". Add it',
    ],
    [
      'NA as value',
      { a: ['Rome'] },
      'N/A',
      'ERR_UNKNOWN_VALUE',
      'column "a" is "N/A", expected one of "Rome". Where it means that there is none, give the column missing: true.',
    ],
    [
      'a blank value',
      { a: { type: 'category', values: ['Rome'], other: true } },
      ' ',
      'ERR_MISSING',
      'column "a" is " ", expected one of "Rome". Fill it',
    ],
    [
      'an object as value',
      { a: ['Rome'] },
      {},
      'ERR_INVALID_TYPE',
      'column "a" is an object, expected one of "Rome". Give a text, a number or a boolean.',
    ],
    [
      'a list of words with a hole',
      { a: { type: 'words', values: ['b'] } },
      // biome-ignore lint/suspicious/noSparseArray: what is refused here
      [, 'b'],
      'ERR_INVALID_TYPE',
      'column "a" is an array of 2, expected a text, or a list of texts. Give a text, or its words: ["good", "wine"].',
    ],
    [
      'a number as words',
      { a: { type: 'words', values: ['b'] } },
      3,
      'ERR_INVALID_TYPE',
      'column "a" is 3, expected a text, or a list of texts. Give a text, or its words: ["good", "wine"].',
    ],
    [
      'a blank as words',
      { a: { type: 'words', values: ['b'] } },
      null,
      'ERR_MISSING',
      'column "a" is null, expected a text, or a list of texts. Fill it',
    ],
  ];

describe('is refused:', () => {
  it.each(REFUSED)('%s', async (_, inputs, cell, code, message) => {
    const good = { number: 1, boolean: 1 }[inputs.a as string] ?? 'Rome';
    const other =
      inputs.a !== null && typeof inputs.a === 'object' && 'type' in inputs.a && inputs.a.type === 'words' ? 'b' : good;
    const rows = [{ a: other }, { a: cell }, { a: cell }];
    const error = await thrownBy(() => encoded(inputs, rows, Float32Array));
    expectCoded(error, code, /^call: inputs, row 1 \(counted from 0\), column "a" is /);
    expect((error as Error).message).toContain(message);
    expect(error).toMatchObject({ row: 1, column: 'a' });
    const single = await thrownBy(() => encoded(inputs, { a: cell }, Float32Array));
    expectCoded(single, code, /^call: inputs, column "a" is /);
  });

  it('a number beyond float32, unless it is scaled before it is rounded', async () => {
    expect(encoded(NUMBER, { a: 1e300 }, Float64Array)).toEqual([1e300]);
    expectCoded(
      await thrownBy(() => encoded(NUMBER, { a: 1e300 }, Float32Array)),
      'ERR_NON_FINITE',
      /column "a" is 1e\+300, expected a finite number within float32/,
    );
  });

  it('a column that the row lacks, with the name that it has', async () => {
    const error = await thrownBy(() => encoded({ age: 'number', b: 'number' }, [{ b: 1, Age: 3 }]));
    expectCoded(
      error,
      'ERR_MISSING',
      /^call: inputs, row 0 \(counted from 0\) has no column "age", expected a number\. Did you mean "Age"\? Fill it/,
    );
    expectCoded(
      await thrownBy(() => encoded(NUMBER, new Cells(['b'], [[1]]))),
      'ERR_MISSING',
      /row 0 \(counted from 0\) has no column "a"/,
    );
  });

  it('what is no row', async () => {
    for (const [given, message] of [
      [
        [1, 2],
        /^call: inputs is an array of 2 numbers, expected rows of its columns, as \{ a: 1 \}\. This network reads/,
      ],
      [[[1], [2]], /^call: inputs is an array of 2 rows of numbers, expected rows/],
      [new Float32Array(2), /^call: inputs is a Float32Array, expected rows/],
      [3, /^call: inputs is 3/],
      [null, /^call: inputs is null/],
      [new Map(), /^call: inputs is a Map/],
      [[{ a: 1 }, [2]], /^call: inputs\[1\] is an array of 1, expected a row, as \{ a: 1 \}/],
      [[{ a: 1 }, undefined], /^call: inputs\[1\] is undefined, expected a row/],
    ] as const) {
      expectCoded(await thrownBy(() => encoded(NUMBER, given)), 'ERR_INVALID_TYPE', message);
    }
    expectCoded(
      await thrownBy(() => encoded(NUMBER, [])),
      'ERR_SHAPE',
      /^call: inputs is empty, expected at least one row/,
    );
  });
});

describe('rows', () => {
  it('are refused at the first wrong one, whatever its column', async () => {
    const columns = { a: 'number', b: 'number' } as const;
    const random = new SeededRandom('first wrong row');
    for (let n = 0; n < 50; n++) {
      const [wrongA, wrongB] = [random.integer(0, 600), random.integer(0, 600)];
      const rows = Array.from({ length: 601 }, (_, i) => ({ a: i === wrongA ? 'x' : 1, b: i === wrongB ? 'x' : 1 }));
      const row = Math.min(wrongA, wrongB);
      expect(await thrownBy(() => encoded(columns, rows))).toMatchObject({ row, column: wrongA <= wrongB ? 'a' : 'b' });
    }
  });

  it('have every cell read once, and no other', () => {
    const reads = new Map<string, number>();
    const counting = (row: Row): Row =>
      new Proxy(row, {
        get: (target, key) => {
          reads.set(String(key), (reads.get(String(key)) ?? 0) + 1);
          return target[key as string];
        },
      });
    const rows = Array.from({ length: 700 }, (_, i) => counting({ a: i, b: 'Rome', c: 3 }));
    encoded({ a: 'number', b: ['Rome'] }, rows);
    expect([...reads]).toEqual([
      ['a', 700],
      ['b', 700],
    ]);
  });

  it('inherit cells, but not those of Object.prototype', async () => {
    const row = Object.create({ a: 3 });
    expect(encoded(NUMBER, row)).toEqual([3]);
    for (const name of ['constructor', 'toString', '__proto__']) {
      const columns = Object.fromEntries([[name, { type: 'number', missing: true }]]) as Columns;
      expect(encoded(columns, {})).toEqual([Number.NaN, 1]);
      expect(encoded(columns, Object.fromEntries([[name, 5]]))).toEqual([5, 0]);
    }
  });

  it('that throw pass their error on', async () => {
    const error = new Error('mine');
    const row = {
      get a() {
        throw error;
      },
    };
    expect(await thrownBy(() => encoded(NUMBER, [row]))).toBe(error);
  });
});

describe('values with capitals', () => {
  const column = { type: 'words', values: ['Good', 'wine'] } as const;

  it.each([{}, { other: true }])('a text that has one in small letters is refused, with %o', (options) => {
    const message =
      /row 1 \(counted from 0\), column "a" is "a good wine", expected words in small letters, .* values has "Good"\. Create the network with "good"/;
    const error = thrownBy(() => encoded({ a: { ...column, ...options } }, [{ a: 'wine' }, { a: 'a good wine' }]));
    return error.then((thrown) => expectCoded(thrown, 'ERR_INVALID_OPTION', message));
  });

  it.each([
    [{}, [0, 1]],
    [{ other: true }, [0, 1, 2]],
  ])('such a text counts as it always did where nothing trains, with %o', (options, inputs) => {
    const columns = { a: { ...column, ...options } };
    expect(encoded(columns, { a: 'a good wine' }, Float64Array, false)).toEqual(inputs);
  });

  it('lists of words are taken as they are, and so is a text whose word is listed too', () => {
    expect(encoded({ a: column }, { a: ['good', 'Good', 'wine'] })).toEqual([1, 1]);
    expect(encoded({ a: { ...column, values: ['Good', 'good'] } }, { a: 'Good' })).toEqual([0, 1]);
  });
});

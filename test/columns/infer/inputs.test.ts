/** What columns of inputs are taken for. */
import { describe, expect, it } from 'vitest';
import { type Columns, type InferOptions, inferColumns } from '../../../src/index.js';
import { inTurn, measured, tableOf } from '../../support/columns/tables.js';

/** What a column of 100 rows is, beside one of numbers. */
function kindOf(cell: (row: number) => unknown, name = 'column', options: InferOptions = {}): Columns[string] | string {
  const { options: proposed, ignored } = inferColumns(tableOf(100, { other: measured, [name]: cell }), options);
  return proposed.inputs[name] ?? (ignored.find(({ column }) => column === name)?.why as string);
}

/** `cell`, but in every nth row something else. */
const every =
  (n: number, rare: unknown, cell: (row: number) => unknown) =>
  (row: number): unknown =>
    row % n === n - 1 ? rare : cell(row);

describe('a number', () => {
  it.each([
    ['decimal numbers', measured],
    ['typed numbers', (row: number) => row / 7],
    ['counts', inTurn('0', '1', '2', '3')],
    ['ranks', inTurn('1', '2', '3')],
    ['years', inTurn('2019', '2020', '2021')],
    ['0.0 and 1.0', inTurn('0.0', '1.0')],
    ['texts and typed numbers', (row: number) => (row % 2 ? row / 3 : String(row / 3))],
    ['blanks around', (row: number) => ` ${row / 3} `],
    ['exponents', (row: number) => `${row + 1}.5e7`],
  ])('is found in %s', (_, cell) => {
    expect(kindOf(cell)).toBe('number');
  });

  it.each(['', '  ', 'NA', 'N/A', '?', 'null', 'nan', '-', 'None', 'unknown', null, undefined, Number.NaN])(
    'may be missing as %j',
    (blank) => {
      expect(kindOf(every(9, blank, measured))).toEqual({ type: 'number', missing: true });
    },
  );

  it('is not decided by the first rows', () => {
    expect(kindOf((row) => (row < 60 ? String(row % 5) : 'high'))).toEqual(['0', '1', '2', '3', '4', 'high']);
  });

  it('may have one value and blanks', () => {
    expect(kindOf(inTurn('5', ''))).toEqual({ type: 'number', missing: true });
  });
});

describe('yes or no', () => {
  it.each([
    ['0', '1'],
    ['yes', 'no'],
    ['Y', 'N'],
    ['t', 'f'],
    ['TRUE', 'False'],
    [true, false],
    [1, 0],
  ])('is found in %j and %j', (a, b) => {
    expect(kindOf(inTurn(a, b))).toBe('boolean');
    expect(kindOf(inTurn(a, b, 'NA'))).toEqual({ type: 'boolean', missing: true });
  });

  it.each([
    ['t', 'n'],
    ['f', 'n'],
    ['yes', 'n'],
    ['yes', '0'],
  ])('is not %j and %j, which do not belong together', (a, b) => {
    expect(kindOf(inTurn(a, b))).toEqual([a, b].sort());
  });

  it('is not 1 and 2', () => {
    expect(kindOf(inTurn('1', '2'))).toBe('number');
  });
});

describe('a category', () => {
  it('is found in texts that recur, in order', () => {
    expect(kindOf(inTurn('red', 'green', ' blue'))).toEqual(['blue', 'green', 'red']);
  });

  it('has blanks as missing, and none and unknown as values', () => {
    expect(kindOf(inTurn('red', 'none', '', 'unknown', 'NA'))).toEqual({
      type: 'category',
      values: ['none', 'red', 'unknown'],
      missing: true,
    });
    expect(kindOf(inTurn('pool', ''))).toEqual({ type: 'category', values: ['pool'], missing: true });
  });

  it('leaves values that occur once to other', () => {
    const cell = every(50, '', inTurn('red', 'blue'));
    const withRare = (row: number) => (row === 7 ? 'mauve' : cell(row));
    expect(kindOf(withRare)).toEqual({ type: 'category', values: ['blue', 'red'], other: true, missing: true });
  });

  it('leaves values with fewer than 5 rows to other, in 1,000 rows', () => {
    const rows = tableOf(1000, {
      x: measured,
      c: (row) => (row < 4 ? 'mauve' : row < 9 ? 'teal' : row % 2 ? 'red' : 'blue'),
    });
    expect(inferColumns(rows).options.inputs.c).toEqual({
      type: 'category',
      values: ['blue', 'red', 'teal'],
      other: true,
    });
  });

  it('keeps the commonest values, and those of equal counts by their text', () => {
    const cell = (row: number) => (row < 40 ? 'a' : ['e', 'd', 'c', 'b'][row % 4]);
    expect(kindOf(cell, 'column', { maxValues: 3 })).toEqual({
      type: 'category',
      values: ['a', 'b', 'c'],
      other: true,
    });
  });

  it('sorts numbers by size', () => {
    expect(kindOf(inTurn('100', '20', '3'), 'product_code')).toEqual(['3', '20', '100']);
  });

  it('may have numbers among its values', () => {
    expect(kindOf(inTurn('0', '1', '2', '3+'))).toEqual(['0', '1', '2', '3+']);
  });
});

describe('labels written as whole numbers', () => {
  it.each([
    ['zip_code', inTurn(8001, 1010)],
    ['StoreID', inTurn('1', '2', '7')],
    ['origin', inTurn('1', '2', '3')],
    ['Type of property', inTurn('1', '2', '3')],
    ['city', inTurn('1', '2', '3')],
    ['any', inTurn('01', '02', '10')],
  ])('are a category in %s', (name, cell) => {
    expect(kindOf(cell as (row: number) => unknown, name)).toBeInstanceOf(Array);
  });

  it.each(['mpg.city', 'type_count', 'grade', 'class', 'decode', 'paid'])('are not found in %s', (name) => {
    expect(kindOf(inTurn('10', '12', '17'), name)).toBe('number');
  });

  it.each([
    ['month', 12],
    ['Month of sale', 12],
    ['weekday', 7],
    ['day_of_week', 7],
    ['hour', 23],
  ])('go round in %s', (name, most) => {
    const last = most === 23 ? 19 : most;
    expect(kindOf((row) => String(1 + (row % last)), name)).toHaveLength(last);
    expect(kindOf((row) => String(row % (most + 2)), name)).toBe('number');
  });
});

describe('words', () => {
  it('are found in lists of texts', () => {
    const cell = inTurn<unknown>(['comedy', 'drama'], ['drama'], [], ['crime', 'drama']);
    expect(kindOf(cell)).toEqual({ type: 'words', values: ['comedy', 'crime', 'drama'] });
  });

  it('are found in texts that list few words in many combinations', () => {
    const words = ['Comedy', 'drama', 'crime', 'war', 'love', 'music'];
    const cell = (row: number) => words.filter((_, i) => ((row + 1) >> i) % 2 === 1).join('|');
    expect(kindOf(every(10, '', cell))).toMatchObject({
      type: 'words',
      values: ['comedy', 'crime', 'drama', 'love', 'music', 'war'],
    });
  });

  it('are not found in names with commas', () => {
    expect(kindOf((row) => `Name${row}, Mr. Owen${row * 3}`)).toMatch(/^names or identifiers: all 100 values differ/);
  });
});

describe('what is left out', () => {
  it.each([
    ['row numbers', 'anything', (row: number) => String(row + 1)],
    ['row numbers', 'with_gaps', (row: number) => String(row + Math.floor(row / 20))],
    ['identifiers', 'PassengerId', (row: number) => String(1e6 + row * 17)],
    ['identifiers', 'Id', (row: number) => String(1e6 + (row % 95) * 17)],
    ['identifiers', 'order no', (row: number) => row * 3 + 500],
    ['identifiers', 'anything', (row: number) => String(row * 7).padStart(5, '0')],
    ['names or identifiers', 'uuid', (row: number) => `3f2504e0-4f89-11d3-9a0c-0305e82c${1000 + row}`],
    ['names or identifiers', 'name', (row: number) => `Name ${row % 70}`],
    ['free text', 'review', (row: number) => `I would say it is quite good for ${row} of us`],
    ['too many values', 'city', (row: number) => `City${row % 48}`],
    ['codes', 'zip', (row: number) => String(1000 + (row % 48))],
    ['constant: "1" in all rows', 'count', () => 1],
    ['constant: "\\$5" in all rows', 'price', () => '$5'],
    ['blank in all rows', 'empty', inTurn<unknown>('', null, 'NA')],
    ['nearly all blank: 3 of 100 cells are filled', 'pool', (row: number) => (row % 40 === 0 ? 'yes' : '')],
    ['numbers with a unit', 'weight', (row: number) => `${row / 10} kg`],
    ['numbers and texts: row 3 \\(counted from 0\\) is "A/5"', 'ticket', every(4, 'A/5', measured)],
    ['row 0 \\(counted from 0\\) is an object', 'nested', () => ({ a: 1 })],
    ['row 0 \\(counted from 0\\) is an array of 2', 'embedding', () => [1, 2]],
    ['row 0 \\(counted from 0\\) is 5n', 'big', (row: number) => BigInt(row + 5)],
    ['lists among other cells', 'mixed', inTurn<unknown>(['a'], 'b')],
    ['dates among other cells', 'mixed', inTurn<unknown>(new Date(0), 'b')],
    ['lists with 100 different texts', 'tags', (row: number) => [`tag${row}`]],
  ])('%s, in %s', (why, name, cell) => {
    expect(kindOf(cell, name)).toMatch(new RegExp(`^${why}`));
  });

  it.each([
    ['2021-04-03', '2021-04-04'],
    ['2021-04-03T18:00:00.000Z', '2021-04-04T18:00:00+02:00'],
    ['2021/4/3 18:00', '2021/4/4 18:00'],
    ['3/4/2021', '30/4/2021'],
    ['04.03.2021', '14.03.2021'],
    ['16/08/08', '17/08/08'],
    ['1/5/2019 1:08 PM', '3/8/2019 10:29 AM'],
    ['10-Mar-2004 00:00:00', '11-Mar-2004 00:00:00'],
    ['Sat, 3 April 2021', 'Sun, 4 April 2021'],
    ['April 3, 2021', 'May 4, 2021'],
    ['2021-04', '2021-05'],
    ['20141013T000000', '20141014T000000'],
    ['20141013', '20141014', '20141015'],
    ['18:00', '9:30 pm'],
    ['18.00.00', '19.00.00'],
    ['1617300000000', '1617300000500'],
    [new Date(0), new Date(1e12)],
  ])('dates and times as %s', (...cells) => {
    expect(kindOf(inTurn<unknown>(...cells))).toMatch(/^(dates|times)[^;]*; make numbers of them/);
  });

  it('seconds since 1970 by their name', () => {
    expect(kindOf((row) => 1617300000 + row * 5, 'created_at')).toMatch(/^times since 1970/);
    expect(kindOf((row) => 1617300000 + row * 5, 'population')).toBe('number');
  });

  it.each(['25-39', '1.2.345', '1,2,3', '10 to 20', 'May', 'March 5'])('no dates in %s', (text) => {
    expect(kindOf(inTurn(text, 'other'))).toEqual([text, 'other'].sort());
  });

  it('what the caller says', () => {
    expect(kindOf(measured, 'column', { ignore: ['column'] })).toBe('as asked');
  });

  it('a name that objects cannot have', () => {
    const rows = tableOf(20, { x: measured }).map((row) => JSON.parse(`{ "x": ${row.x}, "__proto__": 5 }`));
    const { options, ignored } = inferColumns(rows);
    expect(Object.keys(options.inputs)).toEqual(['x']);
    expect(ignored).toEqual([{ column: '__proto__', why: expect.stringContaining('a name that objects cannot have') }]);
  });
});

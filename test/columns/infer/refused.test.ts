/** What inferColumns refuses: rows that are none, options about columns that are none, and cells that somebody has to correct. */
import { describe, expect, it } from 'vitest';
import { type InferOptions, inferColumns, type Row } from '../../../src/index.js';
import { inTurn, measured, tableOf } from '../../support/columns/tables.js';
import { expectRefused } from '../../support/refusals.js';

const ROWS = tableOf(100, { size: measured, colour: inTurn('red', 'blue'), price: (row) => row * 3 });

describe('rows', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const throwing = {
    get size() {
      throw new Error('no cell for you');
    },
  };
  it.each<[string, unknown, Parameters<typeof expectRefused>[1], RegExp]>([
    [
      'nothing',
      undefined,
      'ERR_INVALID_TYPE',
      /^inferColumns: rows is undefined, expected an array of rows\. .*parseRows/,
    ],
    ['a text', 'a,b\n1,2', 'ERR_INVALID_TYPE', /^inferColumns: rows is "a,b\\n1,2", expected an array of rows\./],
    ['an object', { a: [1, 2] }, 'ERR_INVALID_TYPE', /^inferColumns: rows is an object, expected an array of rows\./],
    ['no rows', [], 'ERR_SHAPE', /^inferColumns: rows is an empty array, expected at least 2 rows\./],
    ['one row', [{ a: 1 }], 'ERR_SHAPE', /^inferColumns: rows is an array of 1, expected at least 2 rows\./],
    [
      'a null row',
      [{ a: 1 }, null],
      'ERR_INVALID_TYPE',
      /^inferColumns: row 1 \(counted from 0\) is null, expected an object with a cell per column\./,
    ],
    [
      'a list that is a revoked Proxy',
      revoked.proxy,
      'ERR_INVALID_TYPE',
      /^inferColumns: rows is an object that cannot be read/,
    ],
    ['a hole', new Array(2), 'ERR_INVALID_TYPE', /^inferColumns: row 0 \(counted from 0\) is undefined/],
    [
      'lists',
      [
        [1, 2],
        [3, 4],
      ],
      'ERR_INVALID_TYPE',
      /^inferColumns: row 0 \(counted from 0\) is an array of 2, .*Give each cell the name of its column/,
    ],
    ['Maps', [new Map(), new Map()], 'ERR_INVALID_TYPE', /^inferColumns: row 0 \(counted from 0\) is a Map/],
    [
      'a revoked Proxy',
      [{ a: 1 }, revoked.proxy],
      'ERR_INVALID_TYPE',
      /^inferColumns: row 1 \(counted from 0\) is an object that cannot be read/,
    ],
    [
      'a getter that throws',
      [{ size: 1 }, throwing],
      'ERR_INVALID_TYPE',
      /^inferColumns: row 1 \(counted from 0\), column "size" cannot be read: "Error: no cell for you"/,
    ],
    ['no columns', [{}, {}], 'ERR_SHAPE', /^inferColumns: no column is left for inputs\. /],
    [
      'only constants',
      [
        { a: 1, b: 2 },
        { a: 1, b: 2 },
      ],
      'ERR_SHAPE',
      /no column is left for inputs \("a": constant: "1" in all rows; "b": constant: "2" in all rows\)\./,
    ],
  ])('%s', async (_, rows, code, message) => {
    await expectRefused(() => inferColumns(rows as Row[]), code, message);
  });

  it('that have row numbers alone: they may be what the caller wants', async () => {
    const rows = tableOf(100, { t: (row) => row, y: (row) => Math.sin(row) });
    await expectRefused(
      () => inferColumns(rows, { target: 'y' }),
      'ERR_SHAPE',
      /\("t": row numbers: 0 to 99, all different\)\. .*inputs: \{ "t": 'number' \}\.$/,
    );
  });

  it('that are Proxies are taken, and rows without a column', () => {
    const rows = ROWS.map((row) => new Proxy(row, {}));
    expect(inferColumns(new Proxy(rows, {})).options).toEqual(inferColumns(ROWS).options);
    const { options } = inferColumns([
      { colour: 'red' },
      ...ROWS,
      Object.create(null),
      Object.create({ size: 'inherited' }),
    ]);
    expect(options.inputs).toEqual({
      colour: { type: 'category', values: ['blue', 'red'], missing: true },
      size: { type: 'number', missing: true },
      price: { type: 'number', missing: true },
    });
  });

  it('are not changed', () => {
    const rows = ROWS.map((row) => Object.freeze({ ...row }));
    inferColumns(Object.freeze(rows), { target: 'price' });
    expect(rows).toEqual(ROWS);
  });
});

describe('options', () => {
  it.each<[string, unknown, Parameters<typeof expectRefused>[1], RegExp]>([
    ['null', null, 'ERR_INVALID_TYPE', /^inferColumns: options is null, expected an object with options\./],
    [
      'the name of the target',
      'price',
      'ERR_INVALID_TYPE',
      /^inferColumns: options is "price", expected an object\. Write \{ target: "price" \}\./,
    ],
    [
      'an unknown one',
      { targets: 'price' },
      'ERR_INVALID_OPTION',
      /has an unknown option "targets"\. Did you mean "target"\? Known: target, ignore/,
    ],
    [
      'a target that no row has',
      { target: 'prize' },
      'ERR_INVALID_OPTION',
      /^inferColumns: target is "prize", but no row has a column of that name\. Did you mean "price"\? The columns are "size", "colour", "price"\./,
    ],
    [
      'no name of a target',
      { target: 2 },
      'ERR_INVALID_TYPE',
      /^inferColumns: target is 2, expected the name of a column, as "size"\./,
    ],
    ['no targets', { target: [] }, 'ERR_INVALID_OPTION', /^inferColumns: target is an empty array/],
    [
      'a target twice',
      { target: ['price', 'price'] },
      'ERR_INVALID_OPTION',
      /^inferColumns: target\[1\] is "price" a second time\./,
    ],
    [
      'one to ignore that no row has',
      { ignore: ['size', 'color'] },
      'ERR_INVALID_OPTION',
      /^inferColumns: ignore\[1\] is "color", but no row .*"colour"\?/,
    ],
    [
      'a target to ignore',
      { target: 'price', ignore: ['price'] },
      'ERR_INVALID_OPTION',
      /"price" is in target and in ignore/,
    ],
    [
      'no values',
      { maxValues: 0 },
      'ERR_INVALID_OPTION',
      /^inferColumns: maxValues is 0, expected a whole number from 1 to 65536/,
    ],
    [
      'classes that are neither',
      { target: 'price', classes: 'yes' },
      'ERR_INVALID_TYPE',
      /^inferColumns: classes is "yes", expected true or false/,
    ],
    ['classes without a target', { classes: true }, 'ERR_INVALID_OPTION', /classes is true without a target/],
  ])('%s', async (_, options, code, message) => {
    await expectRefused(() => inferColumns(ROWS, options as InferOptions), code, message);
  });

  it('that are undefined are not given', () => {
    const options = { target: undefined, ignore: undefined, maxValues: undefined, classes: undefined };
    expect(inferColumns(ROWS, options).options).toEqual(inferColumns(ROWS).options);
  });
});

describe('columns of numbers that nobody can read', () => {
  const refused = (
    cell: (row: number) => unknown,
    message: RegExp,
    code: Parameters<typeof expectRefused>[1] = 'ERR_INVALID_TYPE',
  ) => expectRefused(() => inferColumns(ROWS.map((row, i) => ({ ...row, area: cell(i) }))), code, message);

  const area = (text: string, ...said: string[]) => {
    const start = `inferColumns: row 2, column "area" is "${text}", ${said.join('. ')}. To do without`;
    return new RegExp(`^${start.replace(/[$.()[\]]/g, '\\$&')}`);
  };

  it.each(['3,5', '-0,123', '1234,5', '1,5e3'])('decimal comma: %s', async (text) => {
    const mend = "Read the file with decimal: ',', or replace the commas by points";
    await refused((row) => (row === 2 ? text : row), area(text, 'a number with a decimal comma', mend));
  });

  it.each([
    ['1.234,5', 'signs between its digits', '1234,5'],
    ['1 234,5', 'signs between its digits', '1234,5'],
    ['3,5 %', '"%"', '3,5'],
    ['€ 3,5', '"€"', '3,5'],
    ['-€ 1.000.400,50', '"€"', '-1000400,50'],
  ])('decimal comma and more: %s', async (text, besides, plain) => {
    const mend = `Read the file with decimal: ',', and write it without other signs, as ${plain}`;
    await refused((row) => (row === 2 ? text : row), area(text, `a number with a decimal comma and ${besides}`, mend));
  });

  it.each([
    ['15,916,180', '15916180'],
    ['1,234.5', '1234.5'],
    ['1.234.567', '1234567'],
    ['1.000.400', '1000400'],
    ['1 234', '1234'],
    ['1\u202f234', '1234'],
    ["1'234", '1234'],
    ['1_234', '1234'],
    ['1 234 567.8', '1234567.8'],
  ])('groups of digits: %s', async (text, plain) => {
    const mend = `Write it without them, as ${plain}`;
    await refused((row) => (row === 2 ? text : row), area(text, 'a number with signs between its digits', mend));
  });

  it.each([
    ['$15,916,180', '15916180'],
    ['€ 1,000,400', '1000400'],
    ['$1,000,400', '1000400'],
    ['1.000.400 €', '1000400'],
    ['$-1,234.5', '-1234.5'],
  ])('groups of digits and a sign: %s', async (text, plain) => {
    const mend = `Write it without them, as ${plain}`;
    await refused(
      (row) => (row === 2 ? text : row),
      area(text, 'a number with signs around and between its digits', mend),
    );
  });

  it('a sign, and a comma that may be either', async () => {
    const said = 'a number with "€" and a comma that may be a decimal point or part a group of three digits';
    const mend = 'Write it as 631600, or as 631.600 if that is what it is';
    await refused((row) => (row === 2 ? '€ 631,600' : row), area('€ 631,600', said, mend));
  });

  it('either of them', async () => {
    await refused(
      (row) => (row > 2 ? '1,234' : row),
      /^inferColumns: row 3, column "area" is "1,234", a number with a comma that may be a decimal point or part a group of three digits\. If it is 1\.234, read the file with decimal: ','; if not, write it as 1234\./,
    );
    await refused((row) => (row > 2 ? '1,234' : '3,5'), /is "3,5", a number with a decimal comma/);
    await refused((row) => (row > 2 ? '1,234' : '1,234,567'), /is "1,234,567", a number with signs between its digits/);
  });

  it.each([
    ['$15.82', '15.82'],
    ['12%', '12'],
    ['-$5', '-5'],
    ['3 €', '3'],
    ['€ 1e3', '1e3'],
  ])('other signs: %s', async (text, plain) => {
    await refused(
      (row) => (row === 2 ? text : row),
      area(text, 'a number with other signs', `Write it without them, as ${plain}`),
    );
  });

  it.each(['abc', '12 kg', '0x10'])('a text among numbers: %s', async (text) => {
    await refused(
      (row) => (row === 77 ? text : row / 3),
      new RegExp(
        `^inferColumns: row 77, column "area" is "${text}", no number that float32 can hold, where all other cells are numbers\\. Correct it, leave it blank, or leave the row out\\. To do without the column, set ignore: \\["area"\\]\\. Rows`,
      ),
    );
    await refused((row) => (row === 77 || row === 80 ? text : row / 3), /where 98 other cells are numbers/);
  });

  it('numbers that float32 cannot hold', async () => {
    await refused((row) => (row === 77 ? 1e39 : row), /row 77, column "area" is "1e\+39"/, 'ERR_NON_FINITE');
    await refused((row) => (row === 77 ? Number.POSITIVE_INFINITY : row), /is "Infinity"/, 'ERR_NON_FINITE');
  });

  it('several columns, all of which are named', async () => {
    const rows = ROWS.map((row) => ({ ...row, a: '2,6', b: '13,6', c: '$5', d: '1,234', e: '9,9', a2: '1,5' })).map(
      (row, i) => (i === 0 ? { ...row, a: 1, b: 1, c: 1, d: 1, e: 1, a2: 1 } : row),
    );
    await expectRefused(
      () => inferColumns(rows, { target: 'a' }),
      'ERR_INVALID_TYPE',
      /^inferColumns: row 1, column "a" is "2,6", .*So are "13,6" in column "b", "\$5" in column "c", "1,234" in column "d" and cells of 2 more columns\..* ignore: \["b", "c", "d", …\]/,
    );
    await expectRefused(() => inferColumns(rows, { ignore: ['a', 'b', 'c', 'd', 'a2'] }), 'ERR_INVALID_TYPE', /"e"/);
    expect(Object.keys(inferColumns(rows, { ignore: ['a', 'b', 'c', 'd', 'e', 'a2'] }).options.inputs)).toEqual([
      'size',
      'colour',
      'price',
    ]);
  });

  it('not where texts are half of the cells, or the values of a category', () => {
    for (const cell of [inTurn('1,5', 'a, b'), inTurn('1', '2', '3', 'rotary')]) {
      expect(inferColumns(ROWS.map((row, i) => ({ ...row, area: cell(i) }))).options.inputs.area).toBeDefined();
    }
  });
});

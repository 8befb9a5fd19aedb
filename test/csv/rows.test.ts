/** parseRows: records of text by the names of the columns, and blocks of cells without records. */
import { describe, expect, it } from 'vitest';
import { parseRows } from '../../src/csv/index.js';
import { resolveRows } from '../../src/csv/options.js';
import { hadQuotes } from '../../src/csv/records.js';
import { readCells } from '../../src/csv/rows.js';
import { expectRefused } from '../support/refusals.js';

describe('records', () => {
  it('are trimmed text, in the order of the file', async () => {
    const rows = await parseRows(' id , name,note\n 1 ,"  a b ",\n2,NA,"line\nend"\n');
    expect(rows).toStrictEqual([
      { id: '1', name: 'a b', note: '' },
      { id: '2', name: 'NA', note: 'line\nend' },
    ]);
    expect(Object.keys(rows[0] as object)).toEqual(['id', 'name', 'note']);
    expect(rows).not.toHaveProperty('skipped');
  });

  it('have the names that pandas gives, where names come twice or not at all', async () => {
    const [row] = await parseRows(',b,b,,b.1,b\n0,1,2,3,4,5\n');
    expect(row).toStrictEqual({ 'Unnamed: 0': '0', b: '1', 'b.2': '2', 'Unnamed: 3': '3', 'b.1': '4', 'b.3': '5' });
  });

  it('have their places as names, without a header', async () => {
    expect(await parseRows('1,x\n2,y\n', { header: false })).toStrictEqual([
      { 0: '1', 1: 'x' },
      { 0: '2', 1: 'y' },
    ]);
  });

  it('have no prototype that a table sets', async () => {
    const [row] = await parseRows('__proto__,constructor,toString\n1,2,3\n');
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
    expect(Object.entries(row as object)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
      ['toString', '3'],
    ]);
  });

  it('have the columns that are asked for, by names or places', async () => {
    const text = 'a,b,b\n1,2,3\n';
    expect(await parseRows(text, { columns: ['b.1', 0] })).toStrictEqual([{ 'b.1': '3', a: '1' }]);
  });

  it('of a table with numbers as names are read where that is said', async () => {
    const text = '2019,2020\n1,2\n';
    const message =
      /^parseRows: the first row of the text is 2 columns: "2019", "2020": numbers, where names .* set header: true\.$/;
    await expectRefused(() => parseRows(text), 'ERR_INVALID_OPTION', message);
    expect(await parseRows(text, { header: true })).toEqual([{ 2019: '1', 2020: '2' }]);
    await expectRefused(
      () => parseRows('1,5;2\n3,5;4\n', { decimal: ',' }),
      'ERR_INVALID_OPTION',
      /numbers, where names/,
    );
  });
});

describe("missing: 'skip'", () => {
  const text = 'a,b,c\n1,x,\n2,NA,k\n3,none,k\n4,y,k\n ,y,k\n';

  it('leaves out rows that lack a cell, and counts them', async () => {
    const rows = await parseRows(text, { missing: 'skip' });
    expect(rows).toEqual([
      { a: '3', b: 'none', c: 'k' },
      { a: '4', b: 'y', c: 'k' },
    ]);
    expect(rows.skipped).toBe(3);
    expect(Object.keys(rows)).toEqual(['0', '1']);
  });

  it('looks at the columns that are asked for alone', async () => {
    const rows = await parseRows(text, { missing: 'skip', columns: ['a', 'b'] });
    expect([rows.map(({ a }) => a), rows.skipped]).toEqual([['1', '3', '4'], 2]);
  });

  it('refuses a table of which no row is left', async () => {
    const message = /^parseRows: all 2 rows of the text lack a cell, and missing is 'skip'\. Fill/;
    await expectRefused(() => parseRows('a,b\n1,\n,2\n', { missing: 'skip' }), 'ERR_SHAPE', message);
  });
});

describe("decimal: ','", () => {
  it('writes decimal commas with a point, and leaves other text as it is', async () => {
    const text = 'x;y;when\n3,5;-,25;01.12.2026\n1e5;2,5e-3;a, b\n';
    expect(await parseRows(text, { decimal: ',' })).toEqual([
      { x: '3.5', y: '-.25', when: '01.12.2026' },
      { x: '1e5', y: '2.5e-3', when: 'a, b' },
    ]);
  });

  it.each([
    ['1.234', '1234'],
    ['-1.234,5', '-1234,5'],
    ['12.345.678', '12345678'],
  ])('refuses %s, whose digits are grouped', async (cell, plain) => {
    const message = new RegExp(
      `^parseRows: row 1 \\(counted from 0\\) of the text, column "x" is "${cell.replaceAll('.', '\\.')}", expected a number with a comma and no other signs\\. Write it without points, as ${plain}, choose`,
    );
    await expectRefused(() => parseRows(`x;y\n1;1\n${cell};2\n`, { decimal: ',' }), 'ERR_INVALID_TYPE', message);
  });
});

describe('blocks of cells', () => {
  it('come with the columns, before the first row, and with the numbers of rows that are left', async () => {
    const pieces = (async function* () {
      yield 'a;b\n1;x\n';
      yield ';y\n3;z\n';
    })();
    const blocks = [];
    const spec = resolveRows('test', { missing: 'skip' });
    for await (const block of readCells({ call: 'test', name: 'it' }, pieces, spec)) blocks.push(block);
    expect(blocks[0]).toMatchObject({ columns: ['a', 'b'], rows: [], at: 0, delimiter: ';' });
    expect(blocks.flatMap(({ rows }) => rows)).toEqual([
      ['1', 'x'],
      ['3', 'z'],
    ]);
    expect(blocks.flatMap(({ numbers }) => numbers)).toEqual([0, 2]);
    expect(blocks.at(-1)?.skipped).toBe(1);
  });
});

it('blocks have the rows as they stand, beside trimmed cells, and know which had quotes', async () => {
  const text = 'a,b\n 1 ,2\n"3,5",4\n,5\n6,7\n';
  const blocks = readCells({ call: 'x', name: 'x' }, [text] as never, resolveRows('x', { missing: 'skip' }));
  const found: unknown[] = [];
  for await (const { rows, given, numbers, names } of blocks) {
    for (const [i, row] of rows.entries()) {
      found.push([names.join(), row, given[i], numbers?.[i], hadQuotes(given[i] as readonly string[])]);
    }
  }
  expect(found).toEqual([
    ['a,b', ['1', '2'], [' 1 ', '2'], 0, false],
    ['a,b', ['3,5', '4'], ['3,5', '4'], 1, true],
    ['a,b', ['6', '7'], ['6', '7'], 3, false],
  ]);
});

it('cells are trimmed of every blank there is', async () => {
  for (const blank of [' ', '\t', '\u00a0', '\u2003', '\ufeff', '\u3000']) {
    expect(await parseRows(`a,b\n1,${blank}x${blank}\n2,ä\n`)).toEqual([
      { a: '1', b: 'x' },
      { a: '2', b: 'ä' },
    ]);
  }
});

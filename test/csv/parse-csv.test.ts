/** parseCsv: packed numbers from any table, its options, and what it refuses. */
import { describe, expect, it } from 'vitest';
import { type CsvOptions, parseCsv } from '../../src/csv/index.js';
import type { ErrorCode } from '../../src/index.js';
import { expectRefused } from '../support/refusals.js';

type Samples = { inputs: Float32Array; targets: Float32Array | string[]; rows: number; skipped?: number };
const parse = (text: string, options?: CsvOptions) =>
  parseCsv(text, options) as Promise<Samples & { columns: string[] }>;

describe('parseCsv', () => {
  it('reads a table as people export it: a byte order mark, semicolons, decimal commas, quotes, CRLF, blanks', async () => {
    const text = '\uFEFF"Länge"; Breite ;Art\r\n"3,5"; 2 ;"a;b"\r\n4,25;1e-1;c\r\n\r\n';
    const { inputs, targets, columns, rows } = await parse(text, { target: 'Art', decimal: ',' });
    expect([...inputs]).toEqual([3.5, 2, 4.25, Math.fround(0.1)]);
    expect([targets, columns, rows]).toEqual([['a;b', 'c'], ['Länge', 'Breite'], 2]);
  });

  it('takes commas as decimals in targets too', async () => {
    const { targets } = await parse('a;b\n1;2,5\n2;3\n', { target: 'b', decimal: ',' });
    expect(targets).toEqual(Float32Array.of(2.5, 3));
  });

  it('without skipped rows has no skipped', async () => {
    expect(await parse('a,b\n1,2\n', { missing: 'skip' })).not.toHaveProperty('skipped');
  });
});

describe("missing: 'skip'", () => {
  const text = 'a,b,c,d\n1,2,x,\n,2,x,\n3,NA,y,\n4,2,,\n5,unknown,y,\n6,1,none,\n7,?,NA,\n8,3,x,\n';

  it('leaves out rows that lack an input or a target, and counts them', async () => {
    const { inputs, targets, rows, skipped } = await parse(text, { columns: ['a', 'b'], target: 'c', missing: 'skip' });
    expect(inputs).toEqual(Float32Array.of(1, 2, 6, 1, 8, 3));
    expect([targets, rows, skipped]).toEqual([['x', 'none', 'x'], 3, 5]);
  });

  it('does not let missing targets make names of numbers', async () => {
    const numbers = 'a,b\n1,NA\n2,5\n3,unknown\n4,6\n5,\n';
    const { targets, skipped } = await parse(numbers, { target: 'b', missing: 'skip' });
    expect([targets, skipped]).toEqual([Float32Array.of(5, 6), 3]);
  });

  it('counts rows as the table has them, in messages', async () => {
    const options = { target: 'b', missing: 'skip' } as const;
    await expectRefused(
      () => parse('a,b\n,1\n,1\nx,1\n', options),
      'ERR_INVALID_TYPE',
      /^parseCsv: row 2 \(counted from 0\)/,
    );
    const mixed = 'a,b\n,1\n2,3\n1,NA\n4,x\n';
    await expectRefused(
      () => parse(mixed, options),
      'ERR_INVALID_TYPE',
      /^parseCsv: row 3 .* "x", where other targets/,
    );
    // The kind of targets is found in the first thousand rows, and judged again at the end.
    const late = `a,b\n,x\n${'1,x\n,x\n'.repeat(700)}${'1,2\n'.repeat(900)}`;
    await expectRefused(() => parse(late, options), 'ERR_INVALID_TYPE', /^parseCsv: row 1 .* is "x", where other/);
  });

  it('refuses a table of which no row is left', async () => {
    const message = /^parseCsv: all 2 rows of the text lack a cell, and missing is 'skip'\. Fill cells in, or choose/;
    await expectRefused(() => parse('a,b\n1,\n,2\n', { missing: 'skip' }), 'ERR_SHAPE', message);
    await expectRefused(() => parse('a,b\n1,\n,2\n', { missing: 'skip', target: 'b' }), 'ERR_SHAPE', message);
  });
});

describe('refused, with the mend', () => {
  it.each<[string, string, CsvOptions, ErrorCode, RegExp]>([
    [
      'grouped digits in quotes',
      'a,b\n1,"15,916,180"\n',
      {},
      'ERR_INVALID_TYPE',
      /^parseCsv: row 0 \(counted from 0\) of the text, column "b" is "15,916,180", expected a number\. Write numbers with a point and no other signs, as 15916180\. Correct/,
    ],
    [
      'digits grouped by blanks',
      'a,b\n1,1 234\n',
      {},
      'ERR_INVALID_TYPE',
      /column "b" is "1 234", expected a number\. Write numbers with a point and no other signs, as 1234\./,
    ],
    [
      'a comma that may be either',
      'a;b\n1;€ 631,600\n',
      {},
      'ERR_INVALID_TYPE',
      /is "€ 631,600", expected a number\. Write numbers with a point and no other signs, as 631\.600 or 631600\./,
    ],
    [
      'a decimal comma',
      'a;b\n1;2,6\n',
      {},
      'ERR_INVALID_TYPE',
      /is "2,6", expected a number\. Write numbers with a point .*, or set decimal: ',' where commas stand before decimals\./,
    ],
    [
      'a decimal comma among targets',
      'a;b\n1;2\n1;2,6\n',
      { target: 'b' },
      'ERR_INVALID_TYPE',
      /is "2,6", where other targets are numbers\. Write it as 2\.6, or set decimal: ','/,
    ],
    [
      'a point where commas are decimal',
      'a;b\n1;2.6\n',
      { decimal: ',' },
      'ERR_INVALID_TYPE',
      /is "2\.6", expected a number\. Write numbers with a comma and no other signs, as 2,6\./,
    ],
    [
      'grouped digits where commas are decimal',
      'a;b\n1;1.234,5\n',
      { decimal: ',' },
      'ERR_INVALID_TYPE',
      /is "1\.234,5", expected a number\. Write numbers with a comma and no other signs, as 1234,5\./,
    ],
    [
      'a word where commas are decimal',
      'a;b\n1;x\n',
      { decimal: ',' },
      'ERR_INVALID_TYPE',
      /is "x", expected a number\. Correct/,
    ],
    [
      'too large a number where commas are decimal',
      'a;b\n1;1e39\n',
      { decimal: ',' },
      'ERR_NON_FINITE',
      /is 1e39, expected a finite/,
    ],
    [
      'an empty cell',
      'a,b\n1,\n',
      {},
      'ERR_INVALID_TYPE',
      /is empty, expected a number\. Fill it in, leave the row out, or set missing: 'skip'\.$/,
    ],
    [
      'a path in place of a table',
      'data.csv',
      {},
      'ERR_INVALID_TYPE',
      /^parseCsv: source is "data\.csv", an address, expected the text of a table\. Fetch it first, or use wasmlp\/node\.$/,
    ],
    [
      'decimal',
      '',
      { decimal: ';' as never },
      'ERR_INVALID_OPTION',
      /^parseCsv: decimal is ";", expected '\.' or ','\.$/,
    ],
    ['decimal of another kind', '', { decimal: 1 as never }, 'ERR_INVALID_TYPE', /^parseCsv: decimal is 1, expected/],
    [
      'missing',
      '',
      { missing: 'drop' as never },
      'ERR_INVALID_OPTION',
      /^parseCsv: missing is "drop", expected 'keep' or 'skip'\.$/,
    ],
    [
      'an encoding that is none',
      '',
      { encoding: 'utf-99' },
      'ERR_INVALID_OPTION',
      /^parseCsv: encoding is "utf-99", expected a name that TextDecoder knows/,
    ],
    ['an encoding of another kind', '', { encoding: null as never }, 'ERR_INVALID_TYPE', /^parseCsv: encoding is null/],
    [
      'an unknown option',
      '',
      { seperator: ';' } as never,
      'ERR_INVALID_OPTION',
      /^parseCsv: options has an unknown option "seperator"/,
    ],
    [
      'a batch size, which streams have',
      '',
      { batchSize: 5 } as never,
      'ERR_INVALID_OPTION',
      /unknown option "batchSize"/,
    ],
  ])('%s', async (_, text, options, code, message) => {
    await expectRefused(() => parse(text, options), code, message);
  });
});

/** What inferColumns prints. */
import { describe, expect, it } from 'vitest';
import { inferColumns } from '../../../src/index.js';
import { inTurn, measured, tableOf } from '../../support/columns/tables.js';

const ROWS = tableOf(200, {
  PassengerId: (row) => row + 1,
  age: (row) => (row % 5 === 0 ? '' : row % 80),
  fare: measured,
  deck: inTurn('B', 'A', 'C', 'NA'),
  married: inTurn('yes', 'no', 'no'),
  name: (row) => `Mr. No ${row} of all`,
  born: (row) => `${10 + (row % 18)}/04/1888`,
  survived: inTurn('yes', 'no', 'no', 'no', 'no'),
});

describe('the table', () => {
  it('has the target, the columns, and what is left out', () => {
    expect(String(inferColumns(ROWS, { target: 'survived', ignore: ['fare'] })).split('\n')).toEqual([
      'Target survived, 2 classes: no 80%, yes 20%',
      '',
      'column       kind      inputs  what 200 rows have',
      'age          number         2  whole, 1 to 79, 20% blank',
      'deck         category       4  3 values, 25% blank: A, B, C',
      'married      boolean        1  34% yes',
      '                            7',
      '',
      'Left out:',
      'PassengerId  row numbers: 1 to 200, all different',
      'fare         as asked',
      'name         free text: all 200 values differ, as "Mr. No 0 of all"',
      'born         dates or times, as "10/04/1888"; make numbers of them, such as the',
      '             year, the month or the hour',
    ]);
  });

  it('says which columns give the answer away', () => {
    const rows = ROWS.map((row) => ({ ...row, alive: row.survived === 'yes' ? 1 : 0 }));
    expect(String(inferColumns(rows, { target: 'survived' }))).toContain(
      'Each value of alive goes with one class of survived',
    );
    expect(String(inferColumns(ROWS, { target: 'survived' }))).not.toContain('goes with one class');
  });

  it('has parts that are never rounded to nothing, or to all', () => {
    const rows = tableOf(5000, { x: (row) => (row === 7 ? '' : row / 7), y: (row) => (row < 6 ? 'a' : 'b') });
    expect(String(inferColumns(rows, { target: 'y' }))).toMatch(/a 0\.1%, b 99\.9%.*under 0\.1% blank/s);
  });

  it('fits 80 columns, and does nothing to a terminal', () => {
    const long = 'a name of a column that is much longer than any terminal is wide, and goes on and on';
    const rows = tableOf(300, {
      [long]: measured,
      '\u001b[31mred\nline': measured,
      '': measured,
      city: (row) => `a city with the long name ${row % 20} in a country with a longer name`,
      text: (row) => `\u001b[2J${'word'.repeat(40)} ${row}`,
      y: (row) => `class ${row % 50}\u0007`,
      ...Object.fromEntries(
        Array.from({ length: 300 }, (_, i) => [`pixel ${i} of 300`, (row: number) => (row * i + 1) / 7]),
      ),
    });
    const text = String(inferColumns(rows, { target: 'y' }));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(text).toContain('\nand 203 more columns\n');
    expect(text).toContain('(no name)');
    expect(text.split('\n').length).toBeLessThan(120);
  });

  it('has one line for columns in a row that are called and look alike, where there are many', () => {
    const cell = (i: number) => (row: number) => {
      if (i < 5 || i === 20) return 0;
      if (i === 12) return row % 2;
      return i === 15 ? `v${row % 4}` : row % (i === 7 ? 13 : i < 16 ? 17 : 19);
    };
    const pixels = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`pixel${i}`, cell(i)]));
    const y = inTurn('a', 'b', 'c');
    expect(String(inferColumns(tableOf(200, { ...pixels(30), y }), { target: 'y' })).split('\n')).toEqual([
      'Target y, 3 classes: a 34%, b 34%, c 33%',
      '',
      'column             kind      inputs  what 200 rows have',
      'pixel5 … pixel11   number         7  whole, 0 to 16',
      'pixel12            boolean        1  50% yes',
      'pixel13            number         1  whole, 0 to 16',
      'pixel14            number         1  whole, 0 to 16',
      'pixel15            category       4  4 values: v0, v1, v2, v3',
      'pixel16 … pixel19  number         4  whole, 0 to 18',
      'pixel21 … pixel29  number         9  whole, 0 to 18',
      '                                 27',
      '',
      'Left out:',
      ...['0 ', '1 ', '2 ', '3 ', '4 ', '20'].map((i) => `pixel${i}            constant: "0" in all rows`),
    ]);
    const few = String(inferColumns(tableOf(200, { ...pixels(20), y }), { target: 'y' }));
    expect(few).not.toContain('…');
  });

  it('belongs to an object that can be copied and printed', () => {
    const inferred = inferColumns(ROWS, { target: 'survived' });
    expect(JSON.parse(JSON.stringify(inferred))).toEqual({ ...inferred });
    expect(Object.keys(inferred)).toEqual(['options', 'outputs', 'activation', 'ignored']);
  });
});

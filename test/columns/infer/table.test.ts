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
      ...Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`pixel${i}`, (row: number) => (row * i + 1) / 7])),
    });
    const text = String(inferColumns(rows, { target: 'y' }));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(text).toContain('\nand 203 more columns\n');
    expect(text).toContain('(no name)');
    expect(text.split('\n').length).toBeLessThan(120);
  });

  it('belongs to an object that can be copied and printed', () => {
    const inferred = inferColumns(ROWS, { target: 'survived' });
    expect(JSON.parse(JSON.stringify(inferred))).toEqual({ ...inferred });
    expect(Object.keys(inferred)).toEqual(['options', 'outputs', 'activation', 'ignored']);
  });
});

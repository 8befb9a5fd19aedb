/** Tables of points that a visitor drops on the playground. */
import { describe, expect, test } from 'vitest';
import { readPoints } from '../../../examples/playground/read-points.js';

describe('a table', () => {
  test('of two classes fills the plane', async () => {
    const { points, hasValues, table } = await readPoints('width,height,kind\n10,1,no\n20,2,yes\n30,3,no\n20,1,yes\n');
    expect(hasValues).toBe(false);
    expect(points.targets).toEqual(Uint8Array.of(0, 1, 0, 1));
    expect([...points.inputs]).toEqual([-1, -1, 0, 0, 1, 1, 0, -1]);
    const ends = [
      [10, 30],
      [1, 3],
    ];
    expect(table).toEqual({ names: ['width', 'height', 'kind'], ends, classes: ['no', 'yes'] });
  });

  test('of numbers has values, without a header, with other separators', async () => {
    const { points, hasValues, table } = await readPoints('0;0;5\r\n1;0;10\r\n0;1;15\r\n1;1;10');
    expect(hasValues).toBe(true);
    expect([...points.targets]).toEqual([-1, 0, 1, 0]);
    expect(table).toMatchObject({ names: ['', '', ''], classes: [] });
    expect(table.ends[2]).toEqual([5, 15]);
  });

  test.each([
    ['"w, in mm","h","kind"\n"1","2","a ""b"""\n2,3,"c"\n1,3,"c"\n2,2,"c"', ['w, in mm', 'h', 'kind'], ['a "b"', 'c']],
    ['0,5;1;a\n1,5;-2,25;b\n\n1;2;a\n1;2;b\n', ['', '', ''], ['a', 'b']],
    ['x,y,c,\r1,2,a,\r2,3,b,\r1,2,a,\r2,3,b,', ['x', 'y', 'c'], ['a', 'b']],
    ['1\t2\tR&amp;D; x\n2\t3\tb\n1\t2\tb\n2\t3\tb', ['', '', ''], ['R&amp;D; x', 'b']],
    ['\uFEFF"x"|y|c\r\n"1"|2|a\r\n2|3|b\r\n1|2|b\r\n2|3|b\r\n', ['x', 'y', 'c'], ['a', 'b']],
    ['x;y;"c;\r\nd"\r\n1;2;"a\nb"\r\n2;3;b\r\n1;2;b\r\n2;3;b\r\n', ['x', 'y', 'c;\r\nd'], ['a\nb', 'b']],
    ['sep=;\r\n0,5;1;a\r\n1,5;2;b\r\n1;2;b\r\n1;2;b\r\n', ['', '', ''], ['a', 'b']],
  ])('%j is read as it is written', async (text, names, classes) => {
    const { points, table } = await readPoints(text);
    expect(points.targets).toHaveLength(4);
    expect(table).toMatchObject({ names, classes });
  });

  test.each([
    ['', 'The text is empty, expected rows. Give a file with data.'],
    ['1,2,a\n2,3,b', 'The table has 2 rows, expected 4 to 2000.'],
    [
      '1,2,a\n2,3\n1,2,a\n2,3,b',
      'Row 1 (counted from 0) of the text has 2 cells, expected 3 (those of the first row). Give every row the same number of cells, and put ' +
        'quotes around a cell that has a delimiter in it.',
    ],
    ['1,2\n2,3\n1,2\n2,3', 'Row 1 of the table is "1,2", expected two numbers and a class or a number.'],
    ['1,2,a\n2,x,b\n1,2,a\n2,3,b', 'Row 2 of the table is "2,x,b", expected two numbers and a class or a number.'],
    ['1,2,a\n2,3,b\n1,2,c\n2,3,b', 'The table has 3 classes, expected 2, or numbers.'],
    ['NA,2,a\n2,3,b\n1,2,a\n2,3,b', 'Row 1 of the table is "NA,2,a", expected two numbers and a class or a number.'],
    ['1,2,a\n2,3,a\n1,2,a\n2,3,a', 'The last column of the table is "a" in each row, expected 2 classes, or numbers.'],
    ['1e308,2,a\n-1e308,3,b\n1,2,a\n2,3,b', 'Column 1 of the table goes from -1e+308 to 1e+308, which is too far.'],
    ['1,2,1e308\n2,3,-1e308\n1,2,0\n2,3,1', 'Column 3 of the table goes from -1e+308 to 1e+308, which is too far.'],
  ])('%j is refused', async (text, message) => {
    await expect(readPoints(text)).rejects.toEqual(new RangeError(message));
  });

  test('that is no text is refused by what it is', async () => {
    const zip = new Blob([Uint8Array.of(0x50, 0x4b, 3, 4, 5, 6)]);
    await expect(readPoints(zip)).rejects.toThrow(
      'The Blob is a zip file, as those of spreadsheets are. Save the table as CSV',
    );
  });
});

/** The delimiter that is found in the first rows of a table. */
import { expect, it } from 'vitest';
import { findDelimiter, SAMPLE_CHARACTERS } from '../../src/csv/delimiter.js';
import { parseRows } from '../../src/csv/index.js';
import { REPRODUCE, SeededRandom } from '../support/seeded.js';

it.each([
  ['commas', 'a,b\n1,2\n', ','],
  ['semicolons', 'a;b\n1;2\n', ';'],
  ['tabs', 'a\tb c\n1\t2 3\n', '\t'],
  ['bars', 'a|b\n1|2\n', '|'],
  ['semicolons beside decimal commas', 'a;b;c\n1,5;2,5;3,5\n1;2,25;3\n', ';'],
  ['semicolons beside decimal commas, without a header', '1,5;2,5\n3,5;4,5\n', ';'],
  ['commas in quotes', 'name;age\n"Doe, John, Jr.";3\n"Roe, Jane, Dr.";4\n', ';'],
  ['semicolons in quotes', '"x;y",b\n"1;2",3\n', ','],
  ['commas in texts', 'id\ttext\n1\tone, two\n2\tthree, four\n', '\t'],
  ['semicolons in texts of some rows', 'id,text\n1,one; two\n2,three\n', ','],
  ['line ends in quotes', 'a,b\n"1;\n;2",3\n4,5\n', ','],
  ['CRLF and blank lines', '\r\n  \r\na;b\r\n\r\n1;2\r\n', ';'],
  ['CR', 'a;b\r1;2\r', ';'],
  ['one row alone', 'a;b;c', ';'],
  ['one broken row of many', `a;b\n${'1;2\n'.repeat(20)}1;2;3\n`, ';'],
  ['a single column', 'a\n1\n2\n', ','],
  ['a single column of texts', 'text\nHello, world\nHi\n', ','],
  ['nothing', '', ','],
  ['a first row that is longer than what is looked at', 'name;'.repeat(SAMPLE_CHARACTERS), ';'],
])('%s', (_, text, delimiter) => {
  expect(findDelimiter(text, true, '.')).toBe(delimiter);
});

it('is no comma where commas stand before decimals', () => {
  expect(findDelimiter('a\n1,5\n2,5\n', true, ',')).toBe(';');
  expect(findDelimiter('1,5 \t2,5\n', true, ',')).toBe('\t');
});

it('does not count the last row where more text follows', () => {
  expect(findDelimiter('a,b\n1,2\n3,4\n5', false, '.')).toBe(',');
  expect(findDelimiter('a;b\n1;2\n,,,,,', false, '.')).toBe(';');
});

it.each([
  ['sep=;\r\na;b,c\r\n1;2\r\n', { a: '1', 'b,c': '2' }],
  ['\uFEFFsep=|\na|b;c\n1|2\n', { a: '1', 'b;c': '2' }],
  ['SEP=\t\ra\tb\r1\t2', { a: '1', b: '2' }],
  ['"sep=;"\na;b\n1;2\n', { a: '1', b: '2' }],
])('is what a first line of Excel says: %j', async (text, row) => {
  expect(await parseRows(text)).toEqual([row]);
  expect(await parseRows(new Blob([text]).stream())).toEqual([row]);
});

it('is the one that is given, whatever a first line of Excel says', async () => {
  expect(await parseRows('sep=;\na,b\n1,2\n', { delimiter: ',' })).toEqual([{ a: '1', b: '2' }]);
});

it('is in no first line that is the header of a table', async () => {
  expect(await parseRows('sep=;,b\n1,2\n')).toEqual([{ 'sep=;': '1', b: '2' }]);
  expect(await parseRows('sep\n1\n')).toEqual([{ sep: '1' }]);
});

it('leaves the numbers of lines as they are in the file', async () => {
  await expect(parseRows('sep=;\na;b\n1;"2')).rejects.toThrow('begins in line 3');
  await expect(parseRows('sep=;\n')).rejects.toThrow('is empty');
});

it('is found in tables that csv writers write', async () => {
  const random = new SeededRandom('csv delimiters');
  for (let round = 0; round < 200; round++) {
    const delimiter = random.pick([',', ';', '\t', '|']);
    const width = random.integer(2, 6);
    const cell = (): string => random.pick(['1', '2.5', 'x y', 'a, b', 'c; d, e', '']);
    const quoted = (text: string): string => (text.includes(delimiter) ? `"${text}"` : text);
    const header = Array.from({ length: width }, (_, i) => `c${i}`);
    const rows = Array.from({ length: random.integer(1, 9) }, () => Array.from({ length: width }, cell));
    const text = [header, ...rows].map((row) => row.map(quoted).join(delimiter)).join('\n');
    const read = await parseRows(text);
    expect(
      read.map((row) => Object.values(row)),
      `${JSON.stringify(text)} ${REPRODUCE}`,
    ).toEqual(rows);
  }
});

/** What readCsv and streamCsv refuse, with class, code, and a message that names the file, the row and the column. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/index.js';
import { readCsv, streamCsv } from '../../../src/node/index.js';
import { openFiles, temporaryFolder } from '../../support/folder.js';
import { expectRefused } from '../../support/refusals.js';

const folder = temporaryFolder();
const file = path.join(folder, 'data.csv');
const target = 'b';

type Row = [title: string, text: string | Uint8Array, options: object, code: ErrorCode, message: string];

const FILES: Row[] = [
  ['an empty file', '', {}, 'ERR_SHAPE', '^@ is empty, expected rows of numbers\\. Give a file with data\\.$'],
  ['empty lines', '\n\r\n\n', {}, 'ERR_SHAPE', '^@ is empty'],
  ['a byte order mark alone', '\uFEFF', {}, 'ERR_SHAPE', '^@ is empty'],
  ['a header alone', 'a,b\n', { target }, 'ERR_SHAPE', '^@ has a header and no rows, expected'],
  [
    'an open quote',
    'a,b\n1,"2\n',
    { target },
    'ERR_INVALID_TYPE',
    '^@ is not CSV: Quote Not Closed: .* line .*Close each',
  ],
  ['text after a quote', 'a,b\n1,"2"3\n', { target }, 'ERR_INVALID_TYPE', '^@ is not CSV: Invalid Closing Quote'],
  ['a quote within a cell', 'a,b\n1,2"3\n', { target }, 'ERR_INVALID_TYPE', '^@ is not CSV: Invalid Opening Quote'],
  [
    'a short row',
    'a,b\n1,2\n3\n',
    { target },
    'ERR_SHAPE',
    '^row 1 \\(counted from 0\\) of @ has 1 cells, expected 2 \\(those of the first row',
  ],
  ['a long row', 'a,b\n1,2,3\n', { target }, 'ERR_SHAPE', '^row 0 \\(counted from 0\\) of @ has 3 cells, expected 2'],
  [
    'a ragged first row',
    '1,2,3\n1,2\n',
    { header: false },
    'ERR_SHAPE',
    '^row 1 \\(counted from 0\\) of @ has 2 cells, expected 3',
  ],
  ['a comma at the end', 'a,b\n1,2,\n', { target }, 'ERR_SHAPE', '^row 0 \\(counted from 0\\) of @ has 3 cells'],
  [
    'an empty cell',
    'a,b\n1,2\n,4',
    { target },
    'ERR_INVALID_TYPE',
    '^row 1 \\(counted from 0\\) of @, column "a" is empty, expected a number\\. Fill',
  ],
  ['a blank cell', 'a,b\n" ",4', { target }, 'ERR_INVALID_TYPE', 'column "a" is empty'],
  [
    'an empty target',
    'a,b\n1,2\n3,\n',
    { target },
    'ERR_INVALID_TYPE',
    '^row 1 \\(counted from 0\\) of @, column "b" is empty, expected a n',
  ],
  [
    'an empty name',
    'a,b\n1,x\n3,\n',
    { target },
    'ERR_INVALID_TYPE',
    '^row 1 \\(counted from 0\\) of @, column "b" is empty, expected a n',
  ],
  [
    'an empty cell of one column',
    'a\n1\n\n""\n2\n',
    {},
    'ERR_INVALID_TYPE',
    '^row 1 \\(counted from 0\\) of @, column "a" is empty',
  ],
  ['gzip', gzipSync('a,b\n1,2\n'), { target }, 'ERR_INVALID_TYPE', '^@ is gzipped\\. Unpack it first: gunzip does\\.$'],
  [
    'quotes beside another delimiter',
    '"a";"b"\n1;2\n',
    { target, delimiter: ',' },
    'ERR_INVALID_TYPE',
    'Close each quote.*; if cells are not separated by ",", give the delimiter\\.$',
  ],
  [
    'a first row of too many cells',
    ','.repeat(2 ** 20),
    { header: false },
    'ERR_SHAPE',
    '^a row of @ has more than 1048576 cells\\. Correct the delimiter, or',
  ],
  ...['1,2\n3,4\n', '1,2\n', '5.1,3.5,setosa\n4.9,3,setosa\n', '-1e3,+.5,1\n', 'nan,2\n'].map(
    (text): Row => [
      `a first row of numbers, ${text}`,
      text,
      { target: text.trim().split('\n')[0]?.split(',').length === 3 ? 2 : 1 },
      'ERR_INVALID_OPTION',
      '^the first row of @ is \\d columns: .*: numbers, where names .* first sample, set header: false; .* header: true\\.$',
    ],
  ),
  [
    'a sample as header, and a name that it has not',
    '5.1,3.5,setosa\n4.9,3,setosa\n',
    { target: 'species' },
    'ERR_INVALID_OPTION',
    'no column of that name\\. If the first row is a sample, set header: false and give the place',
  ],
  ...['NA', '?', '2,6', '15,916,180', '1 000', '$5', '12%', 'n/a', '-', '1.234,5', "1'000"].flatMap((text): Row[] =>
    [`1;${text}\n2;3\n3;4`, `2;3\n1;${text}\n3;4`, `1;${text}\n2;${text}\n3;3`].map((rows) => [
      `the target ${text} in ${rows}`,
      `a;b\n${rows}`,
      { target, delimiter: ';' },
      'ERR_INVALID_TYPE',
      `^row [01] \\(counted from 0\\) of @, column "b" is "${text.replace(/[?$.]/g, '\\$&')}", where other targets are numbers\\. Write`,
    ]),
  ),
  [
    'decimal commas alone',
    'a;b\n1;2,6\n2;3,1\n',
    { target, delimiter: ';' },
    'ERR_INVALID_TYPE',
    '^row 0 .* is "2,6", where other targets are numbers',
  ],
  [
    'a table whose first thousand targets are missing',
    `a,b\n${'1,NA\n'.repeat(1500)}${'1,2\n'.repeat(2)}`,
    { target },
    'ERR_INVALID_TYPE',
    '^row 0 .* is "NA", where other targets are numbers',
  ],
  [
    'words as targets among many numbers',
    `a,b\n1,unknown\n${'1,2\n'.repeat(20)}2,other`,
    { target },
    'ERR_INVALID_TYPE',
    '^row 0 .* is "unknown", where other',
  ],
  [
    'a text in a later row without a header',
    '1,2\n3,x\n',
    { header: false },
    'ERR_INVALID_TYPE',
    '^row 1 .* column 1 is "x", expected a number\\. Correct it, leave the row out, name the column as target, or choose',
  ],
  [
    'a text beside numbers without a header',
    '5.1,setosa\n4.9,setosa\n',
    { header: false },
    'ERR_INVALID_TYPE',
    '^row 0 .* column 1 is "setosa", expected a number\\. Correct it, leave the row out, name the column as target',
  ],
  [
    'a million delimiters in a later row',
    `a,b\n1,2\n${','.repeat(2 ** 20)}\n`,
    { target },
    'ERR_SHAPE',
    '^a row of @ has more than 1048576 cells',
  ],
  [
    'a word',
    'a,b\nNA,4',
    { target },
    'ERR_INVALID_TYPE',
    '^row 0 \\(counted from 0\\) of @, column "a" is "NA", expected a number\\. Correct it, leave',
  ],
  ['a long word', `a,b\n${'x'.repeat(99)},4`, { target }, 'ERR_INVALID_TYPE', `is "${'x'.repeat(40)}…", expected`],
  [
    'a word without a header',
    'a,b\n1,2\n',
    { header: false },
    'ERR_INVALID_TYPE',
    'column 0 is "a", .*If the first row has names, leave out header: false',
  ],
  [
    'a header among target numbers',
    'a,b\n1,2\n2,4\n',
    { header: false, target: 1 },
    'ERR_INVALID_TYPE',
    '^row 0 .* column 1 is "b", where other targets are numbers\\. If the first row has names, leave out header: false\\.$',
  ],
  [
    'a word among target numbers',
    'a,b\n1,2\n1,x',
    { target },
    'ERR_INVALID_TYPE',
    '^row 1 .* is "x", where other targets are numbers\\. Write it as a number .* names: true\\.$',
  ],
  [
    'a name of several targets',
    'a,b,c\n1,x,2',
    { target: ['b', 'c'] },
    'ERR_INVALID_TYPE',
    'column "b" is "x", expected a n',
  ],
  ['a decimal comma', 'a;b\n1,5;2', { target, delimiter: ';' }, 'ERR_INVALID_TYPE', 'is "1,5", expected a number'],
  ['two numbers', 'a,b\n1 2,2', { target }, 'ERR_INVALID_TYPE', 'is "1 2", expected a number'],
  ...['0x10', '1_000', '1e', '--1', '.', 'true', '1n', '１', '1\u00002', '0b1', '1e+'].map(
    (text): Row => [
      `the cell ${text}`,
      `a,b\n${text},2`,
      { target },
      'ERR_INVALID_TYPE',
      'column "a" is ".*", expected a number',
    ],
  ),
  ...['NaN', 'nan', '-Infinity', 'inf', '1e39', '-3.5e38', '1e999'].map(
    (text): Row => [
      `the cell ${text}`,
      `a,b\n1,2\n${text},2`,
      { target },
      'ERR_NON_FINITE',
      `^row 1 \\(counted from 0\\) of @, column "a" is ${text.replace('+', '\\+')}, expected a finite number that float32 can hold\\. Correct it, leave`,
    ],
  ),
  ['NaN as first target', 'a,b\n1,NaN\n2,3', { target }, 'ERR_NON_FINITE', 'column "b" is NaN.* names: true'],
  [
    'a name that is no UTF-8',
    Buffer.from('a,b\n1,M\xfcller\n', 'latin1'),
    { target },
    'ERR_INVALID_TYPE',
    'is not UTF-8\\. Save',
  ],
  [
    'UTF-16',
    Buffer.from('\uFEFFa,b\n1,2\n', 'utf16le'),
    { target },
    'ERR_INVALID_TYPE',
    "^@ is UTF-16\\. Save the file as UTF-8, or set encoding: 'utf-16le'\\.$",
  ],
];

const COLUMNS: Row[] = [
  [
    'an unknown target',
    'alpha,beta\n1,2',
    { target: 'betta' },
    'ERR_INVALID_OPTION',
    '^target is "betta", but @ has no column of that name\\. Did you mean "beta"\\? It has 2 columns: "alpha", "beta"\\.$',
  ],
  [
    'an unknown column',
    'a,b\n1,2',
    { columns: ['a', 'zzz'] },
    'ERR_INVALID_OPTION',
    '^columns is "zzz", but @ has no column of that name\\. It',
  ],
  [
    'another delimiter',
    'a;b\n1;2',
    { target, delimiter: ',' },
    'ERR_INVALID_OPTION',
    'Perhaps its delimiter is ";"\\. It has 1 column: "a;b"',
  ],
  [
    'another delimiter, by place',
    'a\tb\n1\t2',
    { target: 1, delimiter: ',' },
    'ERR_INVALID_OPTION',
    '^target is 1, but @ has 1 column, from 0 to 0\\. Perhaps its delimiter is "\\\\t"',
  ],
  [
    'a place beyond the last',
    'a,b\n1,2',
    { target: 2 },
    'ERR_INVALID_OPTION',
    '^target is 2, but @ has 2 columns, from 0 to 1',
  ],
  [
    'a name of two columns',
    'a,b,b\n1,2,3',
    { target },
    'ERR_INVALID_OPTION',
    '^target is "b", but columns 1 and 2 of @ both have that name\\. Give a place',
  ],
  [
    'a column as target and input',
    'a,b\n1,2',
    { target, columns: ['a', 1] },
    'ERR_INVALID_OPTION',
    '^column "b" of @ is asked for twice',
  ],
  ['a target twice', 'a,b\n1,2', { target: ['b', 1] }, 'ERR_INVALID_OPTION', 'column "b" of @ is asked for twice'],
  [
    'no column left',
    'b\n1',
    { target },
    'ERR_SHAPE',
    '^@ has no column for inputs: its 1 column: "b"\\. Name fewer targets',
  ],
  [
    'many columns, of which a few are told',
    `${Array.from({ length: 99 }, (_, i) => `c${i}`)}\n`,
    { target: 'none' },
    'ERR_INVALID_OPTION',
    '99 columns: "c0", .*"c11", …\\.$',
  ],
];

const OPTIONS: Row[] = [
  [
    'an unknown option',
    '',
    { targets: 'b' },
    'ERR_INVALID_OPTION',
    '^options has an unknown option "targets"\\. Did you mean "target"\\?',
  ],
  ['options that are not an object', '', [], 'ERR_INVALID_TYPE', '^options is an empty array, expected an object'],
  [
    'a target that is not a column',
    '',
    { target: {} },
    'ERR_INVALID_TYPE',
    '^target is an object, expected the name of a column, or its p',
  ],
  ['a target of null', '', { target: null }, 'ERR_INVALID_TYPE', '^target is null'],
  ['a target below 0', '', { target: -1 }, 'ERR_INVALID_OPTION', '^target is -1, expected a whole number from 0'],
  ['a target of NaN', '', { target: Number.NaN }, 'ERR_INVALID_OPTION', '^target is NaN, expected a whole number'],
  ['a fraction', '', { target: [0, 1.5] }, 'ERR_INVALID_OPTION', '^target\\[1\\] is 1\\.5, expected a whole number'],
  [
    'no targets in an array',
    '',
    { target: [] },
    'ERR_INVALID_OPTION',
    '^target is an empty array\\. Name a column, or leave',
  ],
  ['a hole', '', { target: new Array(1) }, 'ERR_INVALID_TYPE', '^target\\[0\\] is undefined'],
  [
    'columns that are not an array',
    '',
    { columns: 'a' },
    'ERR_INVALID_TYPE',
    '^columns is "a", expected an array of columns',
  ],
  ['no columns', '', { columns: [] }, 'ERR_INVALID_OPTION', '^columns is an empty array'],
  [
    'a name without a header',
    '',
    { header: false, target },
    'ERR_INVALID_OPTION',
    '^target is "b", and without a header columns have no n',
  ],
  ['a header that is not a boolean', '', { header: 1 }, 'ERR_INVALID_TYPE', '^header is 1, expected true or false'],
  [
    'names that are not a boolean',
    '',
    { target, names: 'yes' },
    'ERR_INVALID_TYPE',
    '^names is "yes", expected true or false',
  ],
  [
    'names of two targets',
    '',
    { target: [0, 1], names: true },
    'ERR_INVALID_OPTION',
    '^names is true, with 2 target columns',
  ],
  ['names of no target', '', { names: true }, 'ERR_INVALID_OPTION', '^names is true, with 0 target columns'],
  [
    'a delimiter that is not a character',
    '',
    { delimiter: 9 },
    'ERR_INVALID_TYPE',
    '^delimiter is 9, expected one character',
  ],
  ...['', ',,', '"', '\n', '\r', '1', 'e', '.', '-', '🙂'].map(
    (delimiter): Row => [
      `the delimiter ${JSON.stringify(delimiter)}`,
      '',
      { delimiter },
      'ERR_INVALID_OPTION',
      '^delimiter is ".*", expected one character that',
    ],
  ),
];

const rows: Row[] = [...FILES, ...COLUMNS, ...OPTIONS];

/** `@` stands for the file. */
function pattern(call: string, message: string): RegExp {
  return new RegExp(message.replace('^', `^${call}: `).replaceAll('@', '".*data\\.csv"'), 's');
}

describe('refused by readCsv', () => {
  it.each(rows)('%s', async (_, text, options, code, message) => {
    writeFileSync(file, text);
    const open = openFiles();
    await expectRefused(() => readCsv(file, options), code, pattern('readCsv', message));
    expect(openFiles()).toBe(open);
  });
});

describe('refused by streamCsv', () => {
  // A stream has trained on the first targets when the last ones come.
  const streamed = rows.filter(([title, , options]) => 'target' in options && !title.startsWith('a table'));
  it.each(streamed)('%s', async (_, text, options, code, message) => {
    writeFileSync(file, text);
    const read = async (): Promise<void> => {
      for await (const batch of streamCsv(file, { batchSize: 1, ...options } as never)()) expect(batch).toBeDefined();
    };
    const open = openFiles();
    await expectRefused(read, code, pattern('streamCsv', message));
    expect(openFiles()).toBe(open);
  });

  it('options at once', () => {
    expect(() => streamCsv(file, {} as never)).toThrow(
      /^streamCsv: target is missing, and fitStream needs targets\. Name/,
    );
    expect(() => streamCsv(file, { target, batchSize: 0 })).toThrow(
      /^streamCsv: batchSize is 0, expected a whole number/,
    );
    expect(() => streamCsv(7 as never, { target })).toThrow(/^streamCsv: path is 7/);
    expect(() => streamCsv(file, { target: -1 })).toThrow(/^streamCsv: target is -1/);
  });
});

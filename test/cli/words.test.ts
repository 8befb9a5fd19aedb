/** Messages of the library in the words of the command. */
import { expect, it } from 'vitest';
import { inCommandWords, renumbered } from '../../src/cli/words.js';

it.each([
  [
    'readRows: "a.csv" is UTF-16. Save it, or set encoding: \'utf-16le\'.',
    '"a.csv" is UTF-16. Save it, or give --encoding utf-16le.',
  ],
  [
    "inferColumns: row 1 is wrong. Read the file with decimal: ','.",
    'row 1 is wrong. Read the file with --decimal ",".',
  ],
  ['x: classes: true, or classes: false', 'x: --task classes, or --task numbers'],
  ['predict: inputs, row 3, column "a"', 'row 3, column "a"'],
  ['fit: validation.inputs, row 3', 'row 3'],
  ['To do without the column, set ignore: ["a b"]. More.', 'To do without the column, give --ignore "a b". More.'],
  [
    'To do without the columns, set ignore: ["a", "b", …].',
    'To do without the columns, give --ignore "a,b" and so on.',
  ],
  ['Train with classWeights: { "a b": 12 }.', 'Train with --class-weights balanced.'],
  ["Use learningRate: 0.01, or activation: 'leakyRelu'.", 'Use --learning-rate 0.01, or --activation leakyRelu.'],
  ['fit: it diverged. Use a smaller learningRate.', 'it diverged. Use a smaller --learning-rate.'],
])('%s', (message, expected) => {
  expect(inCommandWords(message)).toBe(expected);
});

it('rows get the number that they have in the table', () => {
  const error = new RangeError('report: inputs, row 2 (counted from 0), column "a": row 2');
  expect(renumbered(error, (row) => row + 10)).toBe(error);
  expect(error.message).toBe('report: inputs, row 12 (counted from 0), column "a": row 2');
  expect(renumbered(new Error('row 2'), () => undefined)).toMatchObject({ message: 'row 2' });
  expect(renumbered('text', () => 1)).toBe('text');
});
